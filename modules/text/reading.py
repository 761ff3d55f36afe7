"""From a list of nodes to a page: which section, which outline, which counts. Pure; knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from participation.documents.outlines import Line

WHOLE_UP_TO: Final = 400  # nodes: longer texts are read section by section
PART: Final = 200  # about so many nodes a page then
AROUND: Final = 30  # nodes shown before and after the open one where a section is very long


@dataclass(frozen=True)
class Part:
    """A page of a long text: the nodes from `first` to before `end`."""

    first: int
    end: int
    key: str  # of the first node, part of the address


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A heading of the outline, with the number of comments in its section and all below."""

    key: str
    text: str
    level: int
    count: int = 0
    items: "list[Entry]" = field(default_factory=list)


def parts(lines: Sequence[Line]) -> list[Part]:
    """The pages of a text: one up to 400 nodes, else whole sections of about 200 nodes together.

    A section that is longer than a page by itself is cut.
    """
    if len(lines) <= WHOLE_UP_TO:
        return [Part(0, len(lines), lines[0].key)] if lines else []
    starts = [0]
    for start, end in _blocks(lines):
        if end - starts[-1] > PART and start > starts[-1]:
            starts.append(start)
        while end - starts[-1] > WHOLE_UP_TO:
            starts.append(starts[-1] + PART)
    ends = [*starts[1:], len(lines)]
    return [Part(start, end, lines[start].key) for start, end in zip(starts, ends, strict=True)]


def _blocks(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """From each heading to the next."""
    starts = sorted({0, *(index for index, line in enumerate(lines) if line.kind == "heading")})
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


def part_with(found: Sequence[Part], lines: Sequence[Line], key: str | None) -> Part:
    """The page a node stands on; the first where there is no such node."""
    index = next((index for index, line in enumerate(lines) if line.key == key), 0)
    return next(part for part in found if part.first <= index < part.end)


def section_around(lines: Sequence[Line], key: str) -> Part:
    """The section a node stands in, from its heading to the next; of a very long one what is near the node."""
    index = next(index for index, line in enumerate(lines) if line.key == key)
    start, end = next(block for block in _blocks(lines) if block[0] <= index < block[1])
    start, end = max(start, index - AROUND), min(end, index + AROUND + 1)
    return Part(start, end, lines[start].key)


def neighbours(lines: Sequence[Line], key: str) -> tuple[Line | None, Line | None]:
    """The headings of the sections before and after the one a node stands in; headings without words are passed over.

    What stands between the title of a law and its first § is no section to read on in.
    """
    index = next(index for index, line in enumerate(lines) if line.key == key)
    skip_title = is_law(lines)
    blocks = [block for block in _blocks(lines) if block[1] - block[0] > 1 and not (skip_title and block[0] == 0)]
    before = [start for start, end in blocks if end <= index]
    after = [start for start, _end in blocks if start > index]
    return (lines[before[-1]] if before else None), (lines[after[0]] if after else None)


def sole_paragraphs(lines: Sequence[Line]) -> dict[str, str]:
    """Heading key -> key of the one paragraph below it, for sections that are nothing else."""
    return {
        lines[start].key: lines[start + 1].key
        for start, end in _blocks(lines)
        if start > 0 and end - start == 2 and lines[start].kind == "heading" and lines[start + 1].kind == "paragraph"
    }


def is_law(lines: Sequence[Line]) -> bool:
    """Whether a text is divided into §§ or articles."""
    return any(line.kind == "heading" and line.label.startswith(("§", "Art")) for line in lines)


def preamble(lines: Sequence[Line]) -> set[str]:
    """The keys of the paragraphs between the title of a law and its next heading; empty for any other text."""
    if not lines or lines[0].kind != "heading" or not is_law(lines):
        return set()
    start, end = _blocks(lines)[0]
    return {line.key for line in lines[start + 1 : end] if line.kind == "paragraph"}


def outline(lines: Sequence[Line], counts: Mapping[str, int]) -> list[Entry]:
    """The headings as a tree, the title left out, with the comments in each section and below it."""
    root = Entry(key="", text="", level=0)
    path = [root]
    totals: dict[str, int] = {}
    for line in lines:
        if line.kind == "heading" and line.position > 0:
            while path[-1].level >= line.level:
                path.pop()
            entry = Entry(key=line.key, text=line.text, level=line.level)
            path[-1].items.append(entry)
            path.append(entry)
        for entry in path:
            totals[entry.key] = totals.get(entry.key, 0) + counts.get(line.key, 0)
    return _counted(root.items, totals)


def _counted(entries: Sequence[Entry], totals: Mapping[str, int]) -> list[Entry]:
    return [
        Entry(
            key=entry.key,
            text=entry.text,
            level=entry.level,
            count=totals.get(entry.key, 0),
            items=_counted(entry.items, totals),
        )
        for entry in entries
    ]


def heading_levels(lines: Sequence[Line]) -> dict[str, int]:
    """Heading key -> level on the page: h2 to h4 below the title, none left out, whatever the text does."""
    levels: dict[str, int] = {}
    above = 1
    for line in lines:
        if line.kind == "heading" and line.position > 0:
            above = levels[line.key] = min(max(line.level, 2), above + 1, 4)
    return levels
