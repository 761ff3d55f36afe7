"""A document for print: a title and parts with text and tables, written as Markdown or shown as a page."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A heading with paragraphs and at most one table below it."""

    heading: str
    text: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


class Sheet(NamedTuple):
    """A document; `key` is its name in addresses and commands."""

    key: str
    title: str
    parts: Sequence[Part]


def markdown(sheet: Sheet) -> str:
    """The document as Markdown with pipe tables; signs that would end a cell are escaped."""
    return "\n".join(_lines(sheet)).rstrip() + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield from (f"# {sheet.title}", "")
    for part in sheet.parts:
        yield from (f"## {part.heading}", "")
        for paragraph in part.text:
            yield from (paragraph, "")
        if part.rows:
            yield _row(part.head)
            yield "|" + " --- |" * len(part.head)
            yield from map(_row, part.rows)
            yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") or "–" for cell in cells) + " |"
