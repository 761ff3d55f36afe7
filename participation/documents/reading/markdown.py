"""Reading Markdown, with what German law texts add to it: lettered lists, defined terms, footnotes."""

import re
from collections.abc import Callable
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from participation.documents.reading.blocks import BULLET, Block, Cell, Source, escaped, picture, quote, table
from participation.documents.reading.nodes import Kind, Remark

_NESTING: Final = 100
_HEAD = re.compile(r"\A---\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEAD_TITLE = re.compile(r"(?mi)^title:[ \t]*(.+(?:\n[ \t]+\S.*)*)")
_MARKER = re.compile(r"([a-z]{1,3}\)|\d+[a-z]{1,2}\.)[ \t]+(?=\S)")
_NEXT_MARKER = re.compile(r"\n(?=[a-z]{1,3}\)[ \t]+\S|\d+[a-z]{1,2}\.[ \t]+\S)")
_NOTE = re.compile(r"(?m)^\[\^([\w.-]+)\]:[ \t]*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_DEFINITION = re.compile(r"\n:[ \t]+")
_CUT_WORD = re.compile(r"(?<=\w)-\n(?!(?:und|oder|sowie|bzw\.|bis)\b)(?=\w)")
_BEFORE_STOP = re.compile(r"\n(?=[.,;:](?:\s|$))")
_SOFT_BREAK = re.compile(r"(?<!  )(?<!\\)\n")


def read_markdown(text: str) -> Source:
    """The blocks of a Markdown text; `text` has `\\n` line ends."""
    return _Walk(text).source()


def _blocks_parser() -> MarkdownIt:
    """Only finds blocks. What is indented stays text, not code; link definitions would swallow footnotes."""
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING, "html": False}).enable("table")
    parser.disable(["code", "html_block", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_BLOCKS: Final = _blocks_parser()
_INLINE: Final = MarkdownIt("commonmark", {"maxNesting": 20, "html": False, "xhtmlOut": False})
_INLINE_HTML: Final = RendererHTML()


class _Walk:
    """One pass over the block tokens of a text."""

    def __init__(self, text: str) -> None:
        self._source = Source()
        body = self._without_head(text)
        self._lines = body.split("\n")
        self._tokens = _BLOCKS.parse(body)
        self._at = 0
        self._labels: list[str] = []
        self._marker: str | None = None
        self._letter_column: int | None = None
        self._line = 1

    def source(self) -> Source:
        """The text taken apart."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.map:
                self._line = token.map[0] + 1
            self._check_depth(token)
            if handler := _HANDLERS.get(token.type):
                handler(self, token)
        return self._source

    def heading(self, token: Token) -> None:
        html, pictures = self._phrase(self._next_inline())
        if not html:
            self._remark(_l("Eine leere Überschrift wurde ausgelassen."))
            return
        self._add(Kind.HEADING, html, level=int(token.tag[1]))
        self._source.blocks.extend(pictures)

    def paragraph(self, _: Token) -> None:
        content = self._next_inline()
        before, *notes = _NOTE.split(content)
        for name, words in zip(notes[::2], notes[1::2], strict=True):
            if not words.strip():  # some law texts write the name of a footnote below its words
                before, words = "", before
            self._text(before)
            before = ""
            self._note(name, words)
        self._text(before)

    def open_list(self, token: Token) -> None:
        self._labels.append(token.type)
        self._letter_column = None

    def close_list(self, _: Token) -> None:
        self._labels.pop()
        self._marker = self._letter_column = None  # an empty item leaves its marker behind

    def open_item(self, token: Token) -> None:
        self._marker = f"{token.info}{token.markup}" if token.info else BULLET
        self._letter_column = None

    def quotation(self, _: Token) -> None:
        self._add(Kind.QUOTE, quote([self._phrase(inner.content)[0] for inner in self._until("blockquote_close")]))

    def table(self, _: Token) -> None:
        rows: list[list[Cell]] = []
        while (token := self._take()).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(Cell(self._phrase(self._next_inline())[0], is_head=token.type == "th_open"))
        self._add(Kind.TABLE, table(rows))

    def code(self, token: Token) -> None:
        lines = [escaped(line) for line in token.content.rstrip("\n").split("\n")]
        self._add(Kind.PARAGRAPH, "<code>" + "<br>\n".join(lines) + "</code>", level=len(self._labels))

    def _without_head(self, text: str) -> str:
        found = _HEAD.match(text)
        if not found:
            return text
        if title := _HEAD_TITLE.search(found[1]):
            self._source.title = " ".join(title[1].split()).strip("\"'")
        return "\n" * found[0].count("\n") + text[found.end() :]

    def _text(self, content: str) -> None:
        """A paragraph, or the items of a lettered list, which Markdown takes for paragraphs."""
        if not content.strip():
            return
        if not self._marker and self._continues_note():
            self._lengthen_note(content)
        elif not self._marker and _MARKER.match(content):
            for item in _NEXT_MARKER.split(content):
                self._lettered(item)
        else:
            self._unlettered(content)

    def _lettered(self, content: str) -> None:
        found = _MARKER.match(content)
        assert found
        label = found[1]
        deeper = 2 if label[:-1].isalpha() and len(set(label[:-1])) < len(label[:-1]) else 1
        self._letter_column = self._column() + found.end()
        self._place(Kind.ITEM, content[found.end() :], level=len(self._labels) + deeper, label=label)

    def _unlettered(self, content: str) -> None:
        level = len(self._labels)
        if self._marker:
            self._place(Kind.ITEM, content, level=level, label=self._marker)
            self._marker = None
            return
        if self._letter_column is not None and self._column() >= self._letter_column:
            level += 1
        self._place(Kind.PARAGRAPH, content, level=level)

    def _note(self, name: str, content: str) -> None:
        html, pictures = self._phrase(content)
        self._add(Kind.FOOTNOTE, html, name=name)
        self._source.blocks.extend(pictures)

    def _continues_note(self) -> bool:
        blocks = self._source.blocks
        return bool(blocks) and blocks[-1].kind is Kind.FOOTNOTE and self._column() >= 4

    def _lengthen_note(self, content: str) -> None:
        note = self._source.blocks.pop()
        self._add(Kind.FOOTNOTE, f"{note.html}<br>\n{self._phrase(content)[0]}", name=note.name)

    def _place(self, kind: Kind, content: str, level: int, label: str = "") -> None:
        html, pictures = self._phrase(content)
        if html:
            self._add(kind, html, level=level, label=label)
        self._source.blocks.extend(pictures)

    def _phrase(self, content: str) -> tuple[str, list[Block]]:
        """The HTML of a run of text, and the pictures in it as blocks of their own."""
        if _TAG.search(content):
            self._remark(_l("HTML in Markdown wird nicht ausgeführt und steht als Text da."))
        children = _INLINE.parseInline(_joined(content))[0].children or []
        pictures = [block for child in children if child.type == "image" for block in self._picture(child)]
        words = [child for child in children if child.type != "image"]
        return _INLINE_HTML.renderInline(words, _INLINE.options, {}).strip(), pictures

    def _picture(self, token: Token) -> list[Block]:
        words = " ".join("".join(child.content for child in token.children or ()).split())
        block = picture(str(token.attrGet("src") or ""), words, self._where())
        if block is None:
            self._remark(_l("Ein Bild ohne Alternativtext konnte nicht übernommen werden."))
        return [block] if block else []

    def _add(self, kind: Kind, html: str, level: int = 0, label: str = "", name: str = "") -> None:
        block = Block(kind=kind, html=html, level=level, label=label, name=name, where=self._where())
        self._source.blocks.append(block)

    def _column(self) -> int:
        line = self._lines[self._line - 1].expandtabs(4)
        return len(line) - len(line.lstrip(" "))

    def _check_depth(self, token: Token) -> None:
        if token.level == _NESTING - 1 and token.nesting == 1:
            self._remark(_l("Was tiefer als %(depth)s Ebenen verschachtelt ist, fehlt.", depth=_NESTING))

    def _remark(self, what: LazyString) -> None:
        self._source.remarks.append(Remark(self._where(), what))

    def _where(self) -> LazyString:
        return _l("Zeile %(number)s", number=self._line)

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_inline(self) -> str:
        return self._take().content

    def _until(self, closing: str) -> list[Token]:
        """The runs of text up to the tag that closes what was just opened."""
        opening, depth, runs = closing.replace("_close", "_open"), 1, []
        while depth:
            token = self._take()
            depth += (token.type == opening) - (token.type == closing)
            if token.type == "inline":
                runs.append(token)
        return runs


def _joined(content: str) -> str:
    """The lines of a paragraph as one; words cut at a hyphen at the end of a line grow together again."""
    content = _DEFINITION.sub(": ", content)
    content = _BEFORE_STOP.sub("", _CUT_WORD.sub("-", content))
    return re.sub(r"(?<=\S)[ \t]{2,}(?=\S)", " ", _SOFT_BREAK.sub(" ", content))


_HANDLERS: Final[dict[str, Callable[[_Walk, Token], None]]] = {
    "heading_open": _Walk.heading,
    "paragraph_open": _Walk.paragraph,
    "bullet_list_open": _Walk.open_list,
    "ordered_list_open": _Walk.open_list,
    "bullet_list_close": _Walk.close_list,
    "ordered_list_close": _Walk.close_list,
    "list_item_open": _Walk.open_item,
    "blockquote_open": _Walk.quotation,
    "table_open": _Walk.table,
    "fence": _Walk.code,
}
