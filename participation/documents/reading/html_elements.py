"""What the elements of a page are to a reader: blocks, phrases, footnotes, rows, labels."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
PHRASE: Final = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "sup": "sup",
    "sub": "sub",
    "code": "code",
}
SILENT: Final = ("head", "script", "style", "template", "noscript", "nav", "title", "link", "meta", "hr")
UNPLACEABLE: Final = (
    "iframe",
    "object",
    "embed",
    "video",
    "audio",
    "canvas",
    "svg",
    "math",
    "form",
    "input",
    "select",
)
BLOCKS: Final = (
    *HEADINGS,
    *(
        "p",
        "div",
        "section",
        "article",
        "main",
        "body",
        "header",
        "footer",
        "aside",
        "figure",
        "figcaption",
        "center",
    ),
    *(
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "blockquote",
        "pre",
        "address",
        "details",
        "summary",
        "hr",
    ),
)


def holds_blocks(element: Element) -> bool:
    """True if the element is a block or has one inside."""
    return any(inner.tag in BLOCKS for inner in element.iter())


def notes_of(root: Element) -> dict[Element, str]:
    """The blocks that references in `sup` lead to, with the names of the footnotes they hold."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    parents = {child: parent for parent in root.iter() for child in parent}
    notes = {}
    for sup in root.iter("sup"):
        for anchor in sup.iter("a"):
            address = anchor.get("href") or ""
            target = by_id.get(address[1:]) if address.startswith("#") else None
            if target is not None and sup not in list(target.iter("sup")):
                notes[_block_around(target, parents)] = note_name(address[1:])
    return notes


def _block_around(target: Element, parents: dict[Element, Element]) -> Element:
    """The block that holds the target, since some pages put the id on an empty anchor in the note."""
    while target.tag not in BLOCKS and target in parents:
        target = parents[target]
    return target


def note_name(address: str) -> str:
    """An id as the name of a footnote."""
    return re.sub(r"[^\w.-]", "_", address)


def rows_of(table_element: Element) -> Iterator[Element]:
    """The rows of this table, without those of tables inside it."""
    for child in table_element:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def label_of(number: int, kind: str) -> str:
    """What an `ol` of this type shows before an item."""
    if kind in ("a", "A") and 1 <= number <= 26:
        return f"{chr(ord(kind) + number - 1)})"
    return f"{number}."
