"""What a document is made of, whichever format it gets: headings, paragraphs, facts, tables. Rows may stream."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 1 is the largest below the title."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A text of one or several paragraphs, as it was typed."""

    text: str


@dataclass(frozen=True)
class Items:
    """A short list."""

    entries: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table with a head that comes again on each page. `widths` are shares of the line."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[str]] = field(repr=False)


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document with what its file says of it."""

    title: str
    author: str
    subject: str
    blocks: Iterator[Block] = field(repr=False)


def paragraphs(text: str) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line for line in (piece.strip() for piece in text.split("\n")) if line]
