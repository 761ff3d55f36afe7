"""Footnotes: their order, their numbers, their place."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Final

from flask_babel import lazy_gettext as _l

from participation.documents.reading.blocks import Block, Source
from participation.documents.reading.nodes import Kind, Remark

REFERENCE: Final = re.compile(r"\[\^([\w.-]+)\]")


def numbers_of(blocks: Iterable[Block]) -> dict[str, int]:
    """The number shown for each footnote by name: in order of first reference, then those without one."""
    blocks = list(blocks)
    written = {block.name: None for block in blocks if block.kind is Kind.FOOTNOTE}
    referred = {name: None for block in blocks for name in REFERENCE.findall(block.html) if name in written}
    return {name: number for number, name in enumerate(referred | written, start=1)}


def placed(blocks: list[Block]) -> list[Block]:
    """The blocks, each footnote at the end of the section that first refers to it, else of its own."""
    sections = _sections(blocks)
    home: dict[str, int] = {}
    for place, section in enumerate(sections):
        for block in section:
            for name in REFERENCE.findall(block.html):
                home.setdefault(name, place)
    moved: list[list[Block]] = [[] for _ in sections]
    for place, section in enumerate(sections):
        for block in section:
            if block.kind is Kind.FOOTNOTE:
                moved[home.get(block.name, place)].append(block)
    kept = ([block for block in section if block.kind is not Kind.FOOTNOTE] for section in sections)
    return [block for section, notes in zip(kept, moved, strict=True) for block in section + notes]


def resolve(html: str, shown: Callable[[str], str | None]) -> str:
    """The HTML with each reference replaced by what `shown` makes of its name; None leaves it as it is."""
    return REFERENCE.sub(lambda found: shown(found[1]) or found[0], html)


def remark_on_notes(source: Source) -> None:
    """Remarks on doubled footnotes (which become paragraphs), and where reference or text lacks."""
    written: dict[str, Block] = {}
    for block in source.blocks:
        if block.kind is Kind.FOOTNOTE and block.name in written:
            source.remarks.append(Remark(block.where, _l("Eine Fußnote mit diesem Zeichen gibt es schon.")))
        elif block.kind is Kind.FOOTNOTE:
            written[block.name] = block
    source.blocks = [_single(block, written) for block in source.blocks]
    referred: dict[str, Block] = {}
    for block in source.blocks:
        referred.update(dict.fromkeys(REFERENCE.findall(block.html), block))
    for name in referred.keys() - written.keys():
        what = _l("Zum Fußnotenzeichen „%(name)s“ fehlt die Fußnote.", name=name)
        source.remarks.append(Remark(referred[name].where, what))
    for name in written.keys() - referred.keys():
        what = _l("Auf diese Fußnote verweist keine Stelle im Text.")
        source.remarks.append(Remark(written[name].where, what))


def _single(block: Block, written: dict[str, Block]) -> Block:
    if block.kind is not Kind.FOOTNOTE or written[block.name] is block:
        return block
    return replace(block, kind=Kind.PARAGRAPH, name="")


def _sections(blocks: list[Block]) -> list[list[Block]]:
    """The blocks cut before each heading."""
    cut = 0
    numbered = []
    for block in blocks:
        cut += block.kind is Kind.HEADING
        numbered.append((cut, block))
    return [[block for _, block in group] for _, group in groupby(numbered, key=lambda pair: pair[0])]
