"""From blocks to nodes: title, levels, keys, citations, footnote links, sanitised HTML."""

import re
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import lazy_gettext as _l

from participation.documents.reading.blocks import Block, Source, escaped
from participation.documents.reading.errors import UnreadableFile
from participation.documents.reading.headings import heading_of
from participation.documents.reading.naming import Name, Namer
from participation.documents.reading.nodes import ABSATZ, Kind, NodeDraft, Reading, Remark
from participation.documents.reading.notes import numbers_of, placed, remark_on_notes, resolve
from participation.kernel.text import RICH, clean, normalise, plain

NODE_LIMIT: Final = 10_000
_BLANKS = re.compile(r" {2,}")
_LEADING_NOTES = re.compile(r"(?:\[\d+\]\s*)+")


@dataclass(frozen=True)
class _Worded:
    """A block with its words, in which references to footnotes are numbers."""

    block: Block
    text: str


def assemble(source: Source, filename_title: str) -> Reading:
    """The reading of a source. Raises UnreadableFile if it holds no text or more than NODE_LIMIT nodes, and
    BrokenText for characters nobody can store.
    """
    _check_size(source)
    where = source.blocks[0].where
    if not any(block.kind is Kind.HEADING for block in source.blocks):
        what = _l("Der Text hat keine Überschriften. Er steht deshalb in einem einzigen Abschnitt.")
        source.remarks.insert(0, Remark(where, what))
    remark_on_notes(source)
    blocks = placed(_titled(source, filename_title))
    nodes = _Writer(blocks).nodes()
    return Reading(nodes[0].text, tuple(nodes), tuple(source.remarks))


def _check_size(source: Source) -> None:
    if not any(block.html.strip() for block in source.blocks):
        raise UnreadableFile(_l("Die Datei enthält keinen Text."))
    if len(source.blocks) >= NODE_LIMIT:
        sentence = _l("Der Text hat mehr als %(limit)s Absätze. Bitte teilen Sie ihn auf.", limit=NODE_LIMIT)
        raise UnreadableFile(sentence)


def _titled(source: Source, filename_title: str) -> list[Block]:
    """The blocks with the title first; if there are headings of level 1 below it, all go one level down."""
    title = _own_title(source.blocks)
    rest = [block for block in source.blocks if block is not title]
    if title is None:
        words = escaped(source.title.strip() or filename_title)
        title = Block(kind=Kind.HEADING, html=words, where=source.blocks[0].where)
    shift = any(block.kind is Kind.HEADING and block.level == 1 for block in rest)
    return [replace(title, level=1), *(_lowered(block, shift) for block in rest)]


def _own_title(blocks: list[Block]) -> Block | None:
    """What the file marks as its title (level 0), else its only heading of level 1 if that comes first."""
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    marked = [block for block in headings if block.level == 0]
    tops = [block for block in headings if block.level == 1]
    if marked or len(tops) != 1 or tops[0] is not headings[0]:
        return marked[0] if marked else None
    return None if heading_of(plain(tops[0].html)).is_law else tops[0]


def _lowered(block: Block, shift: int) -> Block:
    return replace(block, level=min(max(block.level + shift, 2), 6)) if block.kind is Kind.HEADING else block


class _Writer:
    """Writes the nodes of one reading; names first, because references need the keys of later footnotes."""

    def __init__(self, blocks: list[Block]) -> None:
        self._numbers = numbers_of(blocks)
        self._worded = [_Worded(block, self._words(block)) for block in blocks]
        headings = (worded.text for worded in self._worded if worded.block.kind is Kind.HEADING)
        self._namer = Namer(is_law=any(heading_of(text).is_law for text in headings))
        self._keys: dict[str, str] = {}

    def nodes(self) -> list[NodeDraft]:
        """The nodes in order."""
        drafts = [(worded, self._draft(worded, index)) for index, worded in enumerate(self._worded)]
        return [replace(draft, html=self._html(worded.block)) for worded, draft in drafts]

    def _draft(self, worded: _Worded, index: int) -> NodeDraft:
        block, label, parent = worded.block, worded.block.label, None
        if index == 0:
            name = self._namer.title()
        elif block.kind is Kind.HEADING:
            name, label, parent = self._namer.heading(block.level, worded.text)
        else:
            parent = self._namer.section_key
            name, label = self._named(block, worded.text)
        if block.kind is Kind.FOOTNOTE:
            self._keys[block.name] = name.key
        return NodeDraft(
            key=name.key,
            parent_key=parent,
            kind=block.kind,
            level=block.level,
            label=label,
            text=worded.text,
            html="",
            citation=name.citation,
        )

    def _named(self, block: Block, text: str) -> tuple[Name, str]:
        if block.kind is Kind.ITEM:
            return self._namer.item(block.level, block.label), block.label
        if block.kind is Kind.FOOTNOTE:
            number = self._numbers[block.name]
            return self._namer.other(block.kind, str(number)), f"[{number}]"
        if block.kind is not Kind.PARAGRAPH:
            return self._namer.other(block.kind), ""
        found = ABSATZ.match(_LEADING_NOTES.sub("", text, count=1)) if block.level == 0 else None
        if found:
            return self._namer.absatz(found[1]), f"({found[1]})"
        return self._namer.paragraph(block.level), ""

    def _words(self, block: Block) -> str:
        return normalise(plain(_tidied(resolve(block.html, self._shown))))

    def _shown(self, name: str) -> str | None:
        return f"[{self._numbers[name]}]" if name in self._numbers else None

    def _linked(self, name: str) -> str | None:
        if name not in self._keys:
            return None
        return f'<sup><a href="#{self._keys[name]}">{self._shown(name)}</a></sup>'

    def _html(self, block: Block) -> str:
        return clean(resolve(_tidied(block.html), self._linked), RICH).strip()


def _tidied(html: str) -> str:
    return _BLANKS.sub(" ", normalise(html))
