"""Atom (RFC 4287), written with ElementTree: what is not markup of ours is escaped by it.

Ids are tag URIs (RFC 4151), which never change: `tag:<host>,2026:<what>`. Titles are plain text, content is the HTML
that was sanitised on write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from participation.openness.xml_text import writable

NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MINTED = "2026"  # the year in the tag URIs: since then the host is ours

register_namespace("", NAMESPACE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One piece of news. `id` is a tag URI, `updated` an aware instant, `html` safe HTML or ""."""

    id: str
    title: str
    url: str
    updated: datetime
    html: str = ""
    author: str = ""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A list of news, newest first. `since` is its time of change while it has no entries."""

    id: str
    title: str
    url: str
    self_url: str
    author: str
    language: str
    since: datetime
    entries: Sequence[Entry] = ()

    @property
    def updated(self) -> datetime:
        """When the newest entry changed."""
        return max((entry.updated for entry in self.entries), default=self.since)


def tag(base_url: str, what: str) -> str:
    """The tag URI of something on the host of this installation."""
    return f"tag:{urlsplit(base_url).hostname},{MINTED}:{what}"


def write(feed: Feed) -> bytes:
    """The feed as an XML document in UTF-8."""
    root = Element(_name("feed"), {XML_LANG: feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _time(feed.updated))
    SubElement(root, _name("link"), {"rel": "self", "type": "application/atom+xml", "href": feed.self_url})
    SubElement(root, _name("link"), {"rel": "alternate", "type": "text/html", "href": feed.url})
    _add(SubElement(root, _name("author")), "name", feed.author)
    for entry in feed.entries:
        _write_entry(root, entry)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _write_entry(root: Element, entry: Entry) -> None:
    element = SubElement(root, _name("entry"))
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _time(entry.updated))
    SubElement(element, _name("link"), {"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.author:
        _add(SubElement(element, _name("author")), "name", entry.author)
    if entry.html:
        _add(element, "content", entry.html).set("type", "html")


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, _name(name))
    element.text = writable(text)
    return element


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
