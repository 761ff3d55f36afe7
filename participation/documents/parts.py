"""A node as it is compared with another version: what it is, where it stands, what it says. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from participation.documents.queries import NodeItem
from participation.documents.reading.nodes import Kind, NodeDraft

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?<=\w{4})(?:en|es|er|em|e|n|s)$")
_ALONE = frozenset({Kind.HEADING, Kind.TABLE, Kind.FOOTNOTE, Kind.IMAGE})  # never becomes something else


class Part(NamedTuple):
    """A node, whether it is stored or was just read."""

    key: str
    section: str | None
    kind: str
    level: int
    label: str
    citation: str
    text: str
    html: str

    @property
    def is_heading(self) -> bool:
        """Whether it opens a section."""
        return self.kind == Kind.HEADING

    @property
    def family(self) -> str:
        """What it may turn into: a paragraph becomes an item, a heading stays a heading."""
        return self.kind if self.kind in _ALONE else "words"

    @property
    def said(self) -> str:
        """Its text without the number it carries."""
        return self.text.removeprefix(self.label).lstrip() if self.label else self.text

    @property
    def shown(self) -> str:
        """Its text with the number it carries."""
        carries = not self.label or self.text.startswith(self.label)
        return self.text if carries else f"{self.label} {self.text}"

    @property
    def words(self) -> tuple[str, ...]:
        """What it says as it is compared: small words without endings, without its number."""
        return words_of(self.said)


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in order, small, without the endings that follow from grammar."""
    return tuple(_ENDING.sub("", word) for word in _WORD.findall(text.casefold()))


def parts_of(nodes: Iterable[NodeItem | NodeDraft]) -> tuple[Part, ...]:
    """The nodes of a version in order, stored or just read."""
    return tuple(_part(node) for node in nodes)


def _part(node: NodeItem | NodeDraft) -> Part:
    section = node.section_key if isinstance(node, NodeItem) else node.parent_key
    return Part(node.key, section, str(node.kind), node.level, node.label, node.citation, node.text, node.html)
