"""What a heading says about itself: the number it carries, and the key and citation that follow from it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

KEY_LENGTH: Final = 80
_NUMBER = r"\d+(?:\s?[a-z])?"
_PARAGRAPH = re.compile(rf"§{{1,2}}\s*({_NUMBER}(?:\s*(?:bis|und|,|–|-)\s*{_NUMBER})*)(?![\w.])")
_ARTICLE = re.compile(rf"(?:Artikel|Art\.)\s*({_NUMBER})(?!\w)")
_DIVISION = re.compile(
    r"(Buch|Teil|Kapitel|Abschnitt|Unterabschnitt|Titel|Untertitel|Anlage|Anhang)\s+(\d+[a-z]?|[IVXLC]+)(?!\w)"
)
_OUTLINE = re.compile(r"(\d+(?:\.\d+)*)\.?\s+(?=\S)")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "§": "p"})


@dataclass(frozen=True)
class Heading:
    """`label` as the text gives it, `key` before it is made unique, `citation` (may be empty)."""

    label: str
    key: str
    citation: str
    is_law: bool = False
    is_division: bool = False


def heading_of(text: str) -> Heading:
    """What a heading says: a paragraph or article of a law, a division, an outline number, or none."""
    if found := _PARAGRAPH.match(text):
        return Heading(found[0], "p" + slug(found[1].replace(" ", "")), _spaced(found[0]), is_law=True)
    if found := _ARTICLE.match(text):
        return Heading(found[0], "art" + slug(found[1].replace(" ", "")), f"Artikel {found[1]}", is_law=True)
    if found := _DIVISION.match(text):
        return Heading(found[0], slug(found[0]), f"{found[1]} {found[2]}", is_division=True)
    if found := _OUTLINE.match(text):
        return Heading(found[1], slug(text[found.end() :]) or slug(found[1]), f"Abschnitt {found[1]}")
    return Heading("", slug(text) or "abschnitt", "")


def slug(text: str) -> str:
    """Words as they may stand in an address: small letters, digits and hyphens, at most 40 characters."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_FOLDED))
    words = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")
    return words if len(words) <= 40 else words[:41].rpartition("-")[0] or words[:40]


def _spaced(label: str) -> str:
    return re.sub(r"^(§+)\s*", r"\1 ", label)
