"""What user text made of an answer: any element, attribute or address that is not ours, by reading it again."""

import json
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

from participation.kernel.text import RICH

MARK = "x9q"
NEVER = set(
    "applet audio base embed frame frameset iframe isindex marquee math noembed noframes object plaintext style "
    "template video xmp source track".split()
)
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "background",
    "xlink:href",
    "srcset",
    "ping",
    "cite",
}
LINKED = ("http://", "https://", "mailto:", "tel:", "webcal:", "/", "#", "?", "./", "data:image/")


class Judge(HTMLParser):
    """Reads a page as a browser does, tag by tag."""

    def __init__(self, *, is_mail: bool = False) -> None:
        super().__init__()
        self.is_mail, self.faults = is_mail, []

    def handle_starttag(self, tag, attrs):
        if MARK in tag or (tag in NEVER and not self.is_mail) or (tag in NEVER - {"style"}):
            self.faults.append(f"<{tag}>")
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.faults.append("a script of somebody else")
        if tag == "meta" and "http-equiv" in values and not self.is_mail:
            self.faults.append("meta http-equiv")
        if tag == "form" and not (values.get("action") or "/").startswith(("/", "?", "#")):
            self.faults.append(f"a form to {values['action']}")
        self.faults += [fault for name, value in attrs if (fault := self._attribute(tag, name, value or ""))]

    def _attribute(self, tag, name, value):
        if MARK in name or name.startswith("on") or name == "srcdoc" or (name == "style" and not self.is_mail):
            return f"<{tag} {name}>"
        is_link = value == "" or value.lower().startswith(LINKED) or ":" not in value.split("/")[0]
        is_loaded = tag in ("img", "script", "input") or (tag == "link" and "foreign" in value)
        if name in ADDRESSES and (not is_link or (is_loaded and "foreign.example" in value.split("?")[0])):
            return f"<{tag} {name}={value[:60]!r}>"
        return ""

    def handle_comment(self, data):
        if MARK in data:
            self.faults.append("a comment")

    def handle_decl(self, decl):
        if decl.lower() not in ("doctype html",):
            self.faults.append("a declaration")


def faults_of_html(html: str, *, is_mail: bool = False) -> list[str]:
    """What stands in a page that we did not write."""
    judge = Judge(is_mail=is_mail)
    judge.feed(html)
    judge.close()
    return judge.faults


def faults_of_rendered(html: str) -> list[str]:
    """The same for a text that was made HTML: only elements of the allow-list."""

    class Strict(Judge):
        def handle_starttag(self, tag, attrs):
            if tag not in RICH.tags:
                self.faults.append(f"<{tag}>")
            super().handle_starttag(tag, attrs)

    judge = Strict()
    judge.feed(html)
    judge.close()
    return judge.faults


def faults(answer) -> list[str]:
    """The same for any answer: pages, feeds, calendars, data. Downloads are judged by promise 9."""
    kind = answer.mimetype
    if kind == "text/html":
        return faults_of_html(answer.get_data(as_text=True))
    if kind in ("application/atom+xml", "application/xml", "application/rss+xml"):
        return _of_feed(answer.get_data())
    if kind in ("application/json", "application/problem+json", "application/geo+json"):
        return _of_data(json.loads(answer.get_data(as_text=True)))
    if kind == "text/calendar":
        lines = answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")
        return [
            f"a line {line[:40]!r}" for line in lines if line and not line.partition(":")[0].partition(";")[0].isupper()
        ]
    return []


def _of_feed(body: bytes) -> list[str]:
    found = []
    for element in ElementTree.fromstring(body).iter():
        if MARK in str(element.tag) or any(MARK in name for name in element.attrib):
            found.append(f"<{element.tag}> in a feed")
        if element.get("type") in ("html", "xhtml"):
            found += faults_of_rendered(element.text or "")
        found += [
            f"a link to {value}"
            for name, value in element.attrib.items()
            if name == "href" and not value.startswith("http")
        ]
    return found


def _of_data(data, name: str = "") -> list[str]:
    if isinstance(data, dict):
        return [fault for key, value in data.items() for fault in _of_data(value, key)]
    if isinstance(data, list):
        return [fault for value in data for fault in _of_data(value, name)]
    return faults_of_rendered(data) if isinstance(data, str) and name.endswith("html") else []


def is_shown(answer) -> bool:
    """Whether a payload stands in the answer, as text."""
    return MARK in unescape(answer.get_data().decode("utf-8", "replace"))
