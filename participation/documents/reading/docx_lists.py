"""How Word numbers: a paragraph names a list, and the number shown is counted by whoever reads it."""

import re
from collections import defaultdict
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn
from lxml.etree import _Element

from participation.documents.reading.blocks import BULLET
from participation.documents.reading.docx_styles import Style

_LEVELS: Final = 9
_PLACE = re.compile(r"%(\d)")
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_STYLE_DEPTH = re.compile(r"(?:List|Liste|Listen|Aufzählung)\D*([2-9])$")


class Numbering:
    """Counts the lists of one document; ask for each paragraph once, in order."""

    def __init__(self, document: Document) -> None:
        self._levels = _levels_by_number(document)
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)

    def label(self, paragraph: _Element, styles: list[Style]) -> tuple[str, int] | None:
        """The number this `w:p` shows and its depth (1 or more); None if it stands in no list."""
        found = _number_of([paragraph, *(style.element for style in styles)])
        if found is None or found[0] not in self._levels:
            return None
        number, depth = found
        levels = self._levels[number]
        if depth not in levels:
            return BULLET, _style_depth(styles) or depth + 1
        self._count(number, depth)
        return self._shown(number, depth), _style_depth(styles) or depth + 1

    def _count(self, number: str, depth: int) -> None:
        counts, levels = self._counts[number], self._levels[number]
        for upper in range(depth):
            counts[upper] = counts[upper] or _start(levels, upper)
        counts[depth] = counts[depth] + 1 if counts[depth] else _start(levels, depth)
        counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)

    def _shown(self, number: str, depth: int) -> str:
        levels, counts = self._levels[number], self._counts[number]
        if _value(levels[depth], "numFmt") in ("bullet", "none", ""):
            return BULLET
        pattern = _value(levels[depth], "lvlText")

        def written(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            form = _value(levels[place], "numFmt") if place in levels else "decimal"
            return _written(counts[place], form)

        return _PLACE.sub(written, pattern).strip()


def _levels_by_number(document: Document) -> dict[str, dict[int, _Element]]:
    """For each list of the document, its levels by depth; none if the document has no lists at all."""
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
    if not parts:
        return {}
    root = document.part.numbering_part.element
    abstract = {_attribute(a, "abstractNumId"): a for a in root.iter(qn("w:abstractNum"))}
    lists = {}
    for num in root.iter(qn("w:num")):
        definition = abstract.get(_value(num, "abstractNumId"))
        if definition is not None:
            found = {int(_attribute(lvl, "ilvl") or 0): lvl for lvl in definition.iter(qn("w:lvl"))}
            lists[_attribute(num, "numId")] = {depth: lvl for depth, lvl in found.items() if depth < _LEVELS}
    return lists


def _number_of(elements: list[_Element]) -> tuple[str, int] | None:
    """The list and depth named by the paragraph or the nearest of its styles; list 0 means none."""
    number, depth = "", ""
    for element in elements:
        properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is not None:
            number = number or _value(properties, "numId")
            depth = depth or _value(properties, "ilvl")
    if not number or number == "0":
        return None
    return number, min(int(depth), _LEVELS - 1) if depth.isdecimal() else 0


def _style_depth(styles: list[Style]) -> int | None:
    found = _STYLE_DEPTH.match(styles[0].name) if styles else None
    return int(found[1]) if found else None


def _start(levels: dict[int, _Element], depth: int) -> int:
    start = _value(levels[depth], "start") if depth in levels else ""
    return int(start) if start.isdecimal() else 1


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 702:
        first, last = divmod(number - 1, 26)
        letters = chr(97 + last) * (first + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 1 <= number <= 39:
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)


def _roman(number: int) -> str:
    signs = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        signs += sign * count
    return signs


def _value(element: _Element, name: str) -> str:
    child = element.find(qn(f"w:{name}"))
    return _attribute(child, "val") if child is not None else ""


def _attribute(element: _Element, name: str) -> str:
    return str(element.get(qn(f"w:{name}"), ""))
