"""Rings: the closed borders of areas. Which positions they enclose, and whether they cross themselves. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from flask_babel import lazy_gettext as _l

from participation.kernel.refusal import Invalid

Position = tuple[float, float]  # longitude, latitude
Side = tuple[Sequence[float], Sequence[float]]
COMPARING: Final = 50  # how much more it costs to compare two sides than to see that they are apart
MOST_EFFORT: Final = 20_000_000  # sides seen to be apart: a second or two; borders of real places need a hundredth


def encloses(sides: Iterable[Side], at: Position) -> bool:
    """The even-odd rule for the sides of a ring: a ray to the east crosses them an odd number of times.

    On a side counts as inside.
    """
    inside = False
    for (ax, ay), (bx, by) in sides:
        if _turn((ax, ay), (bx, by), at) == 0 and _between((ax, ay), (bx, by), at):
            return True
        if (ay > at[1]) != (by > at[1]) and at[0] < (bx - ax) * (at[1] - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def crosses_itself(ring: Sequence[Position]) -> bool:
    """Whether two sides of a closed ring meet anywhere but at their common corner.

    Sides are compared along the axis on which fewer lie beside each other, so that long rings stay quick. Raises
    Invalid for a border so entangled that the comparing would take too long.
    """
    along = min((0, 1), key=lambda axis: _beside(ring, axis))
    frames = sorted(
        (*_span(a, b, along), *_span(a, b, 1 - along), number) for number, (a, b) in enumerate(pairwise(ring))
    )
    alive, effort = frames[:1], 0
    for frame in frames[1:]:
        alive = [other for other in alive if other[1] >= frame[0]]
        near = [other[4] for other in alive if other[2] <= frame[3] and frame[2] <= other[3]]
        effort += len(alive) + COMPARING * len(near)
        if effort > MOST_EFFORT:
            raise Invalid(_l("Die Grenze der Fläche ist zu verschlungen. Bitte vereinfachen Sie sie."))
        if any(_meet(ring, min(number, frame[4]), max(number, frame[4])) for number in near):
            return True
        alive.append(frame)
    return False


def _span(a: Position, b: Position, axis: int) -> tuple[float, float]:
    return (a[axis], b[axis]) if a[axis] < b[axis] else (b[axis], a[axis])


def _beside(ring: Sequence[Position], axis: int) -> float:
    """How many sides lie beside each other along an axis, on average."""
    values = [at[axis] for at in ring]
    return sum(abs(a[axis] - b[axis]) for a, b in pairwise(ring)) / ((max(values) - min(values)) or 1e-9)


def _meet(ring: Sequence[Position], low: int, high: int) -> bool:
    """Whether two sides meet; neighbours only where one runs back on the other."""
    a, b, c, d = ring[low], ring[low + 1], ring[high], ring[high + 1]
    one, two = _turn(a, b, c), _turn(a, b, d)
    if one * two > 0:
        return False
    if high - low == 1 or (low == 0 and high == len(ring) - 2):
        shared = b if b in (c, d) else a
        far = [at for at in (a, b, c, d) if at != shared]
        return one == two == 0 and len(far) == 2 and _same_side(shared, far[0], far[1])
    three, four = _turn(c, d, a), _turn(c, d, b)
    if one * two < 0 and three * four < 0:
        return True
    return any(
        turn == 0 and _between(start, end, at)
        for turn, start, end, at in ((one, a, b, c), (two, a, b, d), (three, c, d, a), (four, c, d, b))
    )


def _turn(a: Sequence[float], b: Sequence[float], at: Sequence[float]) -> int:
    """On which side of a line a position lies: 1 left, −1 right, 0 on it; below a millimetre it counts as on it."""
    value = (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0])
    return 0 if abs(value) < 1e-15 else (1 if value > 0 else -1)


def _between(a: Sequence[float], b: Sequence[float], at: Sequence[float]) -> bool:
    return min(a[0], b[0]) <= at[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= at[1] <= max(a[1], b[1])


def _same_side(corner: Position, one: Position, other: Position) -> bool:
    return (one[0] - corner[0]) * (other[0] - corner[0]) + (one[1] - corner[1]) * (other[1] - corner[1]) > 0
