"""What a reading consists of."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask_babel import LazyString

ABSATZ: Final = re.compile(r"\((\d+[a-z]{0,2})\)\s")
_ANCHOR_LINK = re.compile(r'href="#([^"]+)"')


class Kind(StrEnum):
    """What a node is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    FOOTNOTE = "footnote"
    QUOTE = "quote"
    IMAGE = "image"


@dataclass(frozen=True, kw_only=True)
class NodeDraft:
    """One piece of a text that people can point to.

    `key` is unique in the reading, URL-safe, at most 80 characters. `parent_key` is the key of the section it
    stands in, None for the title. `level` is 1 to 6 for a heading, else the depth in lists. `label` is the
    number that the text itself gives ("§ 3", "(2)", "1.", "[1]"); the label of a heading or an Absatz also
    begins its text, that of an item does not. `html` is sanitised phrase content, for tables and quotes whole
    elements. `text` is NFC and equals the `textContent` of `html`, but for blanks around the cells of tables.
    `citation` is how people would cite the node.
    """

    key: str
    parent_key: str | None
    kind: Kind
    level: int
    label: str
    text: str
    html: str
    citation: str


@dataclass(frozen=True)
class Remark:
    """Something that could not be placed, or was placed by guess, and where."""

    where: LazyString
    what: LazyString


@dataclass(frozen=True, kw_only=True)
class SectionCounts:
    """What stands directly under one heading; `absaetze` lists the numbers of its Absätze in order."""

    level: int
    heading: str
    paragraph_no: str | None
    absaetze: tuple[str, ...]
    blocks: int
    list_items: int


@dataclass(frozen=True)
class Reading:
    """A file as nodes in reading order, the first being the title."""

    title: str
    nodes: tuple[NodeDraft, ...]
    remarks: tuple[Remark, ...]

    def counts(self) -> dict[str, int]:
        """How many of each: headings, paragraphs (§), absaetze (paragraphs that begin with their number),
        list_items, tables, footnotes, footnote_references, images, blocks (all but headings).
        """
        kinds = Counter(node.kind for node in self.nodes)
        sections = self.sections()
        return {
            "headings": kinds[Kind.HEADING],
            "paragraphs": sum(section.paragraph_no is not None for section in sections),
            "absaetze": sum(len(section.absaetze) for section in sections),
            "list_items": kinds[Kind.ITEM],
            "tables": kinds[Kind.TABLE],
            "footnotes": kinds[Kind.FOOTNOTE],
            "footnote_references": self._footnote_references(),
            "images": kinds[Kind.IMAGE],
            "blocks": len(self.nodes) - kinds[Kind.HEADING],
        }

    def by_level(self) -> dict[int, int]:
        """How many headings of each level."""
        return dict(sorted(Counter(node.level for node in self.nodes if node.kind is Kind.HEADING).items()))

    def sections(self) -> tuple[SectionCounts, ...]:
        """The counts of each section in order."""
        return tuple(_counted(heading, nodes) for heading, nodes in self._sections())

    def _sections(self) -> Iterator[tuple[NodeDraft, list[NodeDraft]]]:
        under: dict[str | None, list[NodeDraft]] = {node.key: [] for node in self.nodes}
        for node in self.nodes:
            if node.kind is not Kind.HEADING:
                under[node.parent_key].append(node)
        return ((node, under[node.key]) for node in self.nodes if node.kind is Kind.HEADING)

    def _footnote_references(self) -> int:
        notes = {node.key for node in self.nodes if node.kind is Kind.FOOTNOTE}
        return sum(key in notes for node in self.nodes for key in _ANCHOR_LINK.findall(node.html))


def _counted(heading: NodeDraft, nodes: list[NodeDraft]) -> SectionCounts:
    numbers = (ABSATZ.match(node.text) for node in nodes if node.kind is Kind.PARAGRAPH and node.level == 0)
    return SectionCounts(
        level=heading.level,
        heading=heading.text,
        paragraph_no=heading.label.lstrip("§ ") if heading.label.startswith("§") else None,
        absaetze=tuple(number[1] for number in numbers if number),
        blocks=len(nodes),
        list_items=sum(node.kind is Kind.ITEM for node in nodes),
    )
