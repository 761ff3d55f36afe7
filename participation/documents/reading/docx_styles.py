"""The styles of a Word document by their ids; python-docx searches all of them for each paragraph."""

from dataclasses import dataclass
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn
from lxml.etree import _Element

_CHAIN_LIMIT: Final = 10  # styles may be based on each other in a circle


@dataclass(frozen=True)
class Style:
    """A style's name as Word shows it, and its definition."""

    name: str
    element: _Element


class Styles:
    """Knows which styles a paragraph has."""

    def __init__(self, document: Document) -> None:
        styles = list(document.styles.element.iter(qn("w:style")))
        self._by_id = {str(style.get(qn("w:styleId"), "")): style for style in styles}
        self._default = next((style for style in styles if _is_default(style)), None)
        self._chains: dict[str, list[Style]] = {}

    def of(self, paragraph: _Element) -> list[Style]:
        """The style of a `w:p` and those it is based on, nearest first."""
        name = _child_value(paragraph.find(qn("w:pPr")), "pStyle")
        if name not in self._chains:
            self._chains[name] = self._chain(self._by_id.get(name, self._default))
        return self._chains[name]

    def _chain(self, element: _Element | None) -> list[Style]:
        chain: list[Style] = []
        while element is not None and len(chain) < _CHAIN_LIMIT:
            chain.append(Style(_child_value(element, "name"), element))
            element = self._by_id.get(_child_value(element, "basedOn"))
        return chain


def _is_default(style: _Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")


def _child_value(element: _Element | None, name: str) -> str:
    child = element.find(qn(f"w:{name}")) if element is not None else None
    return str(child.get(qn("w:val"), "")) if child is not None else ""
