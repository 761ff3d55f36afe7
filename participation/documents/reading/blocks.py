"""What every reader makes of its format, before keys and citations are given."""

import html as markup
import re
from dataclasses import dataclass, field
from typing import Final

from flask_babel import LazyString

from participation.documents.reading.nodes import Kind, Remark

BULLET: Final = "•"
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of text in the order of the file.

    `html` is not yet sanitised; a reference to a footnote stands in it as `[^name]`, and the footnote itself
    carries that `name`. `where` is its place in the file, for remarks. A heading of level 0 is the title.
    """

    kind: Kind
    html: str
    where: LazyString
    level: int = 0
    label: str = ""
    name: str = ""


@dataclass
class Source:
    """A file taken apart: the title it names for itself (may be empty), its blocks, what was not placed."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Cell:
    """A table cell; `html` is phrase content, `span` the number of columns it covers."""

    html: str
    is_head: bool = False
    span: int = 1


def table(rows: list[list[Cell]]) -> str:
    """A table as HTML whose cells and rows are set apart by blanks, so that its text is readable."""
    return "<table>" + "\n".join(map(_row, filter(None, rows))) + "</table>"


def quote(paragraphs: list[str]) -> str:
    """The paragraphs of a quotation as HTML."""
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def escaped(text: str) -> str:
    """Plain text as HTML, with its blanks joined."""
    return markup.escape(_BLANKS.sub(" ", text), quote=False)


def link(address: str, html: str) -> str:
    """A link; sanitising the node takes away what may not be linked. Brackets could look like footnotes."""
    safe = markup.escape(address.replace("[", "%5B").replace("]", "%5D"))
    return f'<a href="{safe}">{html}</a>'


def picture(address: str, words: str, where: LazyString) -> Block | None:
    """A picture as a block: shown if it lies in this installation, else its alternative text, else None."""
    if not words:
        return None
    if "/-/files/" in address and address.startswith("/"):
        return Block(kind=Kind.IMAGE, html=f'<img src="{escaped(address)}" alt="{escaped(words)}">', where=where)
    return Block(kind=Kind.IMAGE, html=escaped(words), where=where)


def _row(row: list[Cell]) -> str:
    scope = "col" if all(cell.is_head for cell in row) else "row"
    return f"<tr>{' '.join(_cell(cell, scope) for cell in row)}</tr>"


def _cell(cell: Cell, scope: str) -> str:
    name = "th" if cell.is_head else "td"
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    head = f' scope="{scope}"' if cell.is_head else ""
    return f"<{name}{span}{head}>{cell.html}</{name}>"
