"""Which ideas are shown: read from the address, the same for list, map, feed and download."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from participation.kernel.geometry import Position, in_words

STATES: Final = ("open", "in_progress", "answered")
RADII: Final = (250, 500, 1_000, 2_500)  # metres, to choose from; an address may say others
RADIUS: Final = re.compile(r"[1-9]\d{1,3}")
POSITION = re.compile(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
LONGEST: Final = 200


class Selection(NamedTuple):
    """What the list is narrowed to; "" and None narrow nothing."""

    category: str = ""  # its key
    district: str = ""
    state: str = ""
    near: Position | None = None
    radius: int = RADII[1]  # metres
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return self != Selection(radius=self.radius)

    def address(self) -> dict[str, str]:
        """The parts of an address that say this selection."""
        near = {"near": in_words(self.near).replace(" ", ","), "radius": str(self.radius)} if self.near else {}
        said = {"at": self.category, "district": self.district, "state": self.state, "q": self.words}
        return {name: value for name, value in said.items() if value} | near


def selection_from(args: Mapping[str, str]) -> Selection:
    """The selection an address says; what cannot be read narrows nothing."""
    match = POSITION.fullmatch(args.get("near", ""))
    at = (float(match[2]), float(match[1])) if match else None
    radius = args.get("radius", "")
    return Selection(
        category=_short(args.get("at", "")),
        district=_short(args.get("district", "")),
        state=args.get("state", "") if args.get("state") in STATES else "",
        near=at if at and abs(at[0]) <= 180 and abs(at[1]) <= 90 else None,
        radius=int(radius) if RADIUS.fullmatch(radius) else RADII[1],
        words=" ".join(_short(args.get("q", "")).split()),
    )


def _short(text: str) -> str:
    return text[:LONGEST] if text.isprintable() else ""
