"""The signs of categories: a colour and a shape each, so that nobody needs to tell colours apart.

The colours keep a contrast of 3:1 or more to white paper and to the neutral map.
"""

from typing import Final

COLOURS: Final = ("blue", "red", "green", "violet", "brown", "teal", "pink", "grey")
SHAPES: Final = ("circle", "square", "triangle", "diamond", "pentagon", "star", "cross", "drop")


def sign_at(position: int) -> tuple[str, str]:
    """The colour and shape a category gets when nobody chooses: all different up to 64 categories."""
    turn, number = divmod(position, len(SHAPES))
    return COLOURS[(number + turn) % len(COLOURS)], SHAPES[number]
