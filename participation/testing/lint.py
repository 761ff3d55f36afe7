"""The client that lints: every page any test visits is checked for what a house must keep."""

import re
from collections import Counter
from contextvars import copy_context
from typing import Any

import html5lib
from flask import has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.kernel.db import db

HANDLER = re.compile(r"on[a-z]+")
OWN = re.compile(r"/(?!/)|#|\?|mailto:|tel:|data:|https?://(localhost|127\.0\.0\.1)")


class LintingClient(FlaskClient):
    """A test client whose answers are read by `problems`; a page with problems fails the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Like Flask's, in an app context and database session of its own, then lint.

        The test's session begins anew afterwards, so that it sees what the request committed.
        """
        response: TestResponse = copy_context().run(self._alone, *args, **kwargs)
        if has_app_context():
            db.session.rollback()
        if response.mimetype == "text/html" and response.status_code != 301:
            found = problems(response.get_data(as_text=True))
            assert not found, f"{response.request.path}: " + "; ".join(found)
        return response

    def _alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        _cv_app.set(None)  # type: ignore[arg-type]  # else the request would share the test's context
        kwargs.setdefault("buffered", True)  # a file that is sent is closed again
        return super().open(*args, **kwargs)


def problems(html: str) -> list[str]:
    """What is wrong with a page, as sentences."""
    if not html.lstrip().lower().startswith("<!doctype html"):
        return []  # a fragment or a redirect note
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    return [*_head(tree, elements), *_structure(elements), *_inline(elements), *_forms(elements, tree)]


def _head(tree: Any, elements: list[Any]) -> list[str]:
    found = []
    if not tree.get("lang"):
        found.append("html has no lang")
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        found.append("no title")
    elif " – " not in title.text and tree.find(".//main") is not None:
        found.append("the title says what, but not where")
    headings = sum(1 for element in elements if element.tag == "h1")
    if headings != 1:
        found.append(f"{headings} h1 instead of one")
    return found


def _structure(elements: list[Any]) -> list[str]:
    found = []
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    found += [f"id {name} stands {times} times" for name, times in ids.items() if times > 1]
    level = 0
    for element in elements:
        if re.fullmatch(r"h[1-6]", element.tag):
            number = int(element.tag[1])
            if number > level + 1:
                found.append(f"heading h{number} after h{level}")
            level = number
        if element.tag == "img" and element.get("alt") is None:
            found.append("img without alt")
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    found.append(f"{name} points to {target}, which is not there")
    return found


def _inline(elements: list[Any]) -> list[str]:
    found = []
    for element in elements:
        if element.tag == "script" and not element.get("src"):
            found.append("inline script")
        if element.tag == "style" or element.get("style") is not None:
            found.append(f"inline style at {element.tag}")
        found += [
            f"inline handler {name}" for name in element.attrib if isinstance(name, str) and HANDLER.fullmatch(name)
        ]
        for name in ("src", "action") + (("href",) if element.tag == "link" else ()):
            value = element.get(name)
            if value and not OWN.match(value):
                found.append(f"{element.tag} {name} leads to another host: {value}")
        if element.tag == "a" and element.get("href", "x").lower().startswith("javascript:"):
            found.append("a link runs script")
    return found


def _forms(elements: list[Any], tree: Any) -> list[str]:
    found = []
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    wrapped = {id(child) for label in tree.iter("label") for child in label.iter()}
    for element in elements:
        if element.tag in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit", "image"):
            named = element.get("id") in labelled or id(element) in wrapped or element.get("aria-label")
            if not named and not element.get("aria-labelledby"):
                found.append(f"field {element.get('name')} has no label")
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            names = {field.get("name") for field in form.iter("input")}
            if "csrf_token" not in names and "draft" not in (form.get("data-door") or ""):
                found.append(f"form to {form.get('action')} carries no token")
    return found
