"""The colour of an authority, corrected until text on it and beside it can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

HEX = re.compile(r"#[0-9a-fA-F]{6}")
READABLE = 4.5
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#10151d"


def is_colour(value: str) -> bool:
    """Whether this is a colour as #rrggbb."""
    return HEX.fullmatch(value) is not None


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable_on(colour: str, page: str) -> str:
    """The colour itself, or as little darker or lighter as it takes to reach 4.5 : 1 on the page."""
    towards = "#000000" if luminance(page) > 0.5 else "#ffffff"
    for share in range(101):
        candidate = _mixed(colour, towards, share / 100)
        if contrast(candidate, page) >= READABLE:
            return candidate
    return towards


def text_on(colour: str) -> str:
    """White or black, whichever is easier to read on the colour."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(text, colour))


def in_words(colour: str) -> list[Any]:
    """How the colour can be read on both pages, and which one is used instead where it cannot."""
    pages = ((_l("Auf hellem Grund"), LIGHT_PAGE), (_l("Auf dunklem Grund"), DARK_PAGE))
    return [_in_words(where, colour.lower(), page) for where, page in pages]


def _in_words(where: Any, colour: str, page: str) -> Any:
    used, ratio = readable_on(colour, page), _l("%(ratio)s zu 1", ratio=_ratio(contrast(colour, page)))
    if used == colour:
        return _l("%(where)s: gut lesbar. Der Kontrast ist %(ratio)s.", where=where, ratio=ratio)
    return _l(
        "%(where)s: schlecht lesbar, der Kontrast ist %(ratio)s. Wir nehmen dort %(used)s, das ist gut lesbar.",
        where=where, ratio=ratio, used=used,
    )  # fmt: skip


def _ratio(value: float) -> Any:
    return LazyString(format_decimal, round(value, 1), format="0.0")


def _mixed(one: str, other: str, share: float) -> str:
    parts = (round(int(one[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def stylesheet(colour: str) -> str:
    """The CSS a tenant's pages link: its colour for light and dark."""
    light, dark = readable_on(colour, LIGHT_PAGE), readable_on(colour, DARK_PAGE)
    return (
        f":root{{--tenant-colour:{light};--tenant-colour-text:{text_on(light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--tenant-colour:{dark};--tenant-colour-text:{text_on(dark)}}}}}\n"
    )
