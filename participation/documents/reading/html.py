"""Reading HTML, parsed as browsers do."""

import re
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

import html5lib
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from participation.documents.reading.blocks import (
    BULLET,
    Block,
    Cell,
    Source,
    escaped,
    link,
    picture,
    quote,
    table,
)
from participation.documents.reading.errors import UnreadableFile
from participation.documents.reading.html_elements import (
    BLOCKS,
    HEADINGS,
    PHRASE,
    SILENT,
    UNPLACEABLE,
    holds_blocks,
    label_of,
    note_name,
    notes_of,
    rows_of,
)
from participation.documents.reading.nodes import Kind, Remark

DEPTH_LIMIT: Final = 100
_BACK_LINK = re.compile(r"[↩↑⤴^\s\ufe0e]*")
_MARKER = re.compile(r"\s*(\d+[a-z]{0,2}\.|\(?[a-z]{1,3}\))\s+")


def read_html(text: str) -> Source:
    """The blocks of an HTML page. Raises UnreadableFile if elements are nested deeper than DEPTH_LIMIT."""
    root = html5lib.parse(text, namespaceHTMLElements=False)
    _check_depth(root)
    return _Walk(root).source()


def _check_depth(root: Element) -> None:
    level, depth = [root], 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
        if depth > DEPTH_LIMIT:
            raise UnreadableFile(_l("Der Text ist zu tief verschachtelt."))


class _Walk:
    """One pass over the elements of a page."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._source = Source(title=" ".join("".join(e.itertext()) for e in root.iter("title")))
        self._notes = notes_of(root)
        self._position = 0

    def source(self) -> Source:
        """The page taken apart."""
        self._children(self._root, level=0)
        return self._source

    def _children(self, element: Element, level: int) -> None:
        """Blocks inside an element; what stands between them is a paragraph."""
        run = [escaped(element.text or "")]
        for child in element:
            if child.tag in BLOCKS or child.tag in SILENT or child.tag in UNPLACEABLE or holds_blocks(child):
                self._paragraph("".join(run), level)
                run = []
                self._block(child, level)
            else:
                run.append(self._phrase(child))
            run.append(escaped(child.tail or ""))
        self._paragraph("".join(run), level)

    def _block(self, element: Element, level: int) -> None:
        tag = str(element.tag)
        self._position += tag in BLOCKS
        if element in self._notes:
            self._add(Kind.FOOTNOTE, self._inside(element), name=self._notes[element])
        elif tag in UNPLACEABLE:
            self._remark(_l("Das Element „%(tag)s“ konnte nicht übernommen werden.", tag=tag))
        elif tag in HEADINGS:
            self._heading(element)
        elif tag in ("ul", "ol"):
            self._list(element, level + 1)
        elif tag == "table":
            self._table(element)
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "dl":
            self._definitions(element, level)
        elif tag == "p" or tag == "pre":
            self._paragraph(self._inside(element), level)
        elif tag not in SILENT:
            self._children(element, level)

    def _heading(self, element: Element) -> None:
        html = self._inside(element)
        if html:
            self._add(Kind.HEADING, html, level=int(str(element.tag)[1]))

    def _list(self, element: Element, level: int) -> None:
        number = int(start) if (start := element.get("start", "1")).isdecimal() else 1
        for item in element:
            if item.tag != "li":
                self._block(item, level - 1)
                continue
            number = int(value) if (value := item.get("value", "")).isdecimal() else number
            label = BULLET if element.tag == "ul" else label_of(number, element.get("type", "1"))
            self._item(item, level, label)
            number += 1

    def _item(self, item: Element, level: int, label: str) -> None:
        """The item is its first run of words; what follows inside it is one level deeper in the same item."""
        if item in self._notes:
            self._block(item, level)
            return
        blocks, before = self._source.blocks, len(self._source.blocks)
        self._children(item, level)
        for place, first in enumerate(blocks[before:], start=before):
            if first.kind is Kind.PARAGRAPH:
                own = _MARKER.match(first.html)
                words = first.html[own.end() :] if own else first.html
                blocks[place] = replace(first, kind=Kind.ITEM, html=words, label=own[1] if own else label)
                return

    def _table(self, element: Element) -> None:
        if next(element.iter("caption"), None) is not None:
            self._paragraph(self._inside(next(element.iter("caption"))), 0)
        if sum(1 for _ in element.iter("table")) > 1:
            self._remark(_l("Eine Tabelle in einer Tabelle wurde zu Text."))
        rows = [[self._cell(cell) for cell in row if cell.tag in ("td", "th")] for row in rows_of(element)]
        self._add(Kind.TABLE, table(rows))

    def _cell(self, cell: Element) -> Cell:
        span = cell.get("colspan", "1")
        if cell.get("rowspan", "1") != "1":
            self._remark(_l("Über mehrere Zeilen verbundene Zellen stehen nur in der ersten Zeile."))
        return Cell(self._inside(cell), is_head=cell.tag == "th", span=int(span) if span.isdecimal() else 1)

    def _quote(self, element: Element) -> None:
        inner = Source()
        outer, self._source = self._source, inner
        self._children(element, 0)
        self._source = outer
        outer.remarks.extend(inner.remarks)
        if inner.blocks:
            self._add(Kind.QUOTE, quote([block.html for block in inner.blocks]))

    def _definitions(self, element: Element, level: int) -> None:
        term = ""
        for child in element.iter():
            if child.tag == "dt":
                term = self._inside(child)
            elif child.tag == "dd":
                self._paragraph(f"{term}: {self._inside(child)}" if term else self._inside(child), level)

    def _paragraph(self, html: str, level: int) -> None:
        html = html.strip()
        if html:
            self._add(Kind.PARAGRAPH, html, level=level)

    def _inside(self, element: Element) -> str:
        """The words of an element as phrase content; blocks inside it are set apart by line breaks."""
        parts = [escaped(element.text or "")]
        for child in element:
            breaks = "<br>\n" if child.tag in BLOCKS and "".join(parts).strip() else ""
            parts += [breaks, self._phrase(child), escaped(child.tail or "")]
        return "".join(parts).strip()

    def _phrase(self, element: Element) -> str:
        tag = str(element.tag)
        if tag == "br":
            return "<br>\n"
        if tag == "img":
            self._picture(element)
            return ""
        if tag == "a" or (tag == "sup" and element.find("a") is not None):
            return self._link(element)
        if tag in SILENT or tag in UNPLACEABLE or not isinstance(element.tag, str):
            return ""
        inside = self._inside_keeping_blanks(element)
        return f"<{PHRASE[tag]}>{inside}</{PHRASE[tag]}>" if tag in PHRASE and inside.strip() else inside

    def _inside_keeping_blanks(self, element: Element) -> str:
        parts = (self._phrase(child) + escaped(child.tail or "") for child in element)
        return escaped(element.text or "") + "".join(parts)

    def _link(self, element: Element) -> str:
        anchor = element if element.tag == "a" else element.find("a")
        href = (anchor.get("href") or "") if anchor is not None else ""
        name = note_name(href.removeprefix("#"))
        inside = self._inside_keeping_blanks(element if anchor is None else anchor)
        if element.tag == "sup" and name in self._notes.values():
            return f"[^{name}]"
        if href.startswith("#") and _BACK_LINK.fullmatch(inside):
            return ""
        if href.startswith("#"):  # where an anchor of this page will be afterwards is not known here
            return inside
        return link(href, inside) if href else inside

    def _picture(self, element: Element) -> None:
        block = picture(element.get("src", ""), " ".join(element.get("alt", "").split()), self._where())
        if block:
            self._source.blocks.append(block)
        else:
            self._remark(_l("Ein Bild ohne Alternativtext konnte nicht übernommen werden."))

    def _add(self, kind: Kind, html: str, level: int = 0, label: str = "", name: str = "") -> None:
        block = Block(kind=kind, html=html, level=level, label=label, name=name, where=self._where())
        self._source.blocks.append(block)

    def _remark(self, what: LazyString) -> None:
        self._source.remarks.append(Remark(self._where(), what))

    def _where(self) -> LazyString:
        return _l("Element %(number)s", number=self._position)
