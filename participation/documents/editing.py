"""Correcting a text by hand: each function takes nodes in reading order and gives new ones, keys stay.

Pure. What stands under which heading follows from the order and the levels, so it is never typed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from participation.documents.reading.nodes import Kind, NodeDraft
from participation.kernel.text import escape, normalise

WORDED = frozenset({Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE})  # whose words can be typed
KEY_LENGTH = 80
Nodes = tuple[NodeDraft, ...]


def place_of(nodes: Sequence[NodeDraft], key: str) -> int:
    """Where a node stands. Raises KeyError."""
    for place, node in enumerate(nodes):
        if node.key == key:
            return place
    raise KeyError(key)


def changed(nodes: Sequence[NodeDraft], key: str, *, text: str, label: str, kind: Kind) -> Nodes:
    """A node with other words, another number, or as another kind; emphasis stays while the words stay."""
    place = place_of(nodes, key)
    old = nodes[place]
    words = normalise(text)
    html = (
        old.html if words == old.text and (kind is Kind.QUOTE) == (old.kind is Kind.QUOTE) else plain_html(words, kind)
    )
    level = old.level if kind is old.kind else _level(nodes, place, kind)
    citation = old.citation.replace(old.label, label) if old.label and label else old.citation
    new = replace(old, text=words, html=html, label=label.strip(), kind=kind, level=level, citation=citation)
    return in_sections([*nodes[:place], new, *nodes[place + 1 :]])


def joined(nodes: Sequence[NodeDraft], key: str) -> Nodes:
    """A node together with the next one; it keeps its own key, the key of the next one is gone."""
    place = place_of(nodes, key)
    first, second = nodes[place], nodes[place + 1]
    new = replace(first, text=f"{first.text}\n{second.text}", html=f"{first.html}<br>\n{second.html}")
    return in_sections([*nodes[:place], new, *nodes[place + 2 :]])


def split(nodes: Sequence[NodeDraft], key: str, pieces: Sequence[str]) -> Nodes:
    """A node cut into pieces: the first keeps the key, each further one gets a new one after it."""
    place = place_of(nodes, key)
    old, taken = nodes[place], {node.key for node in nodes}
    words = [normalise(piece) for piece in pieces]
    parts = [replace(old, text=words[0], html=plain_html(words[0], old.kind))]
    for number, piece in enumerate(words[1:], 2):
        new = free_key(old.key, taken)
        taken.add(new)
        citation = f"{old.citation} ({number})"
        parts.append(replace(old, key=new, text=piece, html=plain_html(piece, old.kind), label="", citation=citation))
    return in_sections([*nodes[:place], *parts, *nodes[place + 1 :]])


def removed(nodes: Sequence[NodeDraft], key: str) -> Nodes:
    """Without a node; what stood under a heading stands under the one before it."""
    place = place_of(nodes, key)
    return in_sections([*nodes[:place], *nodes[place + 1 :]])


def inserted(nodes: Sequence[NodeDraft], after: str, *, text: str, label: str, kind: Kind) -> Nodes:
    """With a new node after another one."""
    place = place_of(nodes, after)
    before, words = nodes[place], normalise(text)
    new = NodeDraft(
        key=free_key(f"{before.key}-neu", {node.key for node in nodes}),
        parent_key=before.parent_key,
        kind=kind,
        level=_level(nodes, place, kind),
        label=label.strip(),
        text=words,
        html=plain_html(words, kind),
        citation=label.strip() or words[:60] if kind is Kind.HEADING else f"{before.citation}, Einschub",
    )
    return in_sections([*nodes[: place + 1], new, *nodes[place + 1 :]])


def in_sections(nodes: Iterable[NodeDraft]) -> Nodes:
    """Each node under the heading it stands below: for a heading the nearest one of a lower level."""
    found: list[NodeDraft] = []
    open_: list[NodeDraft] = []
    for node in nodes:
        if node.kind is Kind.HEADING:
            open_ = [heading for heading in open_ if heading.level < node.level]
        parent = open_[-1].key if open_ else found[0].key if found else None
        placed = node if node.parent_key == parent else replace(node, parent_key=parent)
        found.append(placed)
        if node.kind is Kind.HEADING:
            open_.append(placed)
    return tuple(found)


def free_key(wanted: str, taken: Collection[str]) -> str:
    """A key that no node has, made from another one."""
    number = 2
    while (key := f"{wanted[: KEY_LENGTH - 4]}-{number}") in taken:
        number += 1
    return key


def plain_html(words: str, kind: Kind) -> str:
    """Words without any emphasis as the HTML of a node."""
    inner = escape(words).replace("\n", "<br>\n")
    return f"<blockquote><p>{inner}</p></blockquote>" if kind is Kind.QUOTE else inner


def _level(nodes: Sequence[NodeDraft], place: int, kind: Kind) -> int:
    """A heading stands one level below the one around it, an item in the first list, the rest in none."""
    if kind is Kind.ITEM:
        return 1
    if kind is not Kind.HEADING:
        return 0
    above = [node.level for node in nodes[: place + 1] if node.kind is Kind.HEADING]
    return min((above[-1] if len(above) > 1 else 1) + (1 if len(above) <= 1 else 0), 6) if above else 1
