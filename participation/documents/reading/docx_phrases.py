"""The words of a Word paragraph as phrase content, and what stands in it that is no word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from docx.oxml.ns import qn
from lxml.etree import _Element

from participation.documents.reading.blocks import escaped, link

_SKIPPED: Final = tuple(
    qn(name) for name in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText", "w:footnoteRef", "w:endnoteRef")
)
_NOTES: Final = {qn("w:footnoteReference"): "f", qn("w:endnoteReference"): "e"}
_OFF: Final = ("0", "false", "none", "off")


@dataclass
class Phrase:
    """The HTML of a paragraph, the alternative texts of its pictures, and what else stands in it."""

    html: str = ""
    pictures: list[str] = field(default_factory=list)
    has_text_box: bool = False
    has_changes: bool = False


def phrase(paragraph: _Element, addresses: Mapping[str, str]) -> Phrase:
    """The words of a `w:p`; `addresses` maps relation ids to where links lead."""
    found = Phrase()
    found.html = "".join(_parts(paragraph, found, addresses)).strip()
    return found


def _parts(element: _Element, found: Phrase, addresses: Mapping[str, str]) -> Iterator[str]:
    for child in element:
        if child.tag in (qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")):
            found.has_changes = True
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == qn("w:r"):
            yield _run(child, found)
        elif child.tag == qn("w:hyperlink"):
            inside = "".join(_parts(child, found, addresses))
            address = addresses.get(child.get(qn("r:id"), ""), "")
            yield link(address, inside) if address else inside
        else:
            yield from _parts(child, found, addresses)


def _run(run: _Element, found: Phrase) -> str:
    words = "".join(_piece(piece, found) for piece in run)
    properties = run.find(qn("w:rPr"))
    if properties is None or not words.strip() or words.startswith("[^"):
        return words
    for name, tag in (("w:b", "strong"), ("w:i", "em")):
        if _is_on(properties.find(qn(name))):
            words = f"<{tag}>{words}</{tag}>"
    position = properties.find(qn("w:vertAlign"))
    tag = {"superscript": "sup", "subscript": "sub"}.get(_val(position) if position is not None else "", "")
    return f"<{tag}>{words}</{tag}>" if tag else words


def _piece(piece: _Element, found: Phrase) -> str:
    if piece.tag == qn("w:t"):
        return escaped(piece.text or "")
    if piece.tag in (qn("w:tab"), qn("w:ptab")):
        return " "
    if piece.tag in (qn("w:br"), qn("w:cr")):
        return "<br>\n"
    if piece.tag == qn("w:noBreakHyphen"):
        return "-"
    if piece.tag in _NOTES:
        return f"[^{_NOTES[piece.tag]}{piece.get(qn('w:id'), '')}]"
    if piece.tag in (qn("w:drawing"), qn("w:pict"), qn("w:object")) or piece.tag.endswith("}AlternateContent"):
        _look_into(piece, found)
    return ""


def _look_into(drawing: _Element, found: Phrase) -> None:
    """A drawing is a text box or a picture; a picture's alternative text stands on its properties."""
    if next(drawing.iter(qn("w:txbxContent")), None) is not None:
        found.has_text_box = True
        return
    named = next(drawing.iter(qn("wp:docPr")), None)
    found.pictures.append(str(named.get("descr", "")).strip() if named is not None else "")


def _is_on(switch: _Element | None) -> bool:
    return switch is not None and _val(switch) not in _OFF


def _val(element: _Element) -> str:
    return str(element.get(qn("w:val"), ""))
