"""Every form on the pages of a town, filled in so that it can be sent, and what sending it writes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from participation.kernel.clock import today
from participation.kernel.db import db
from participation.testing.world import World
from tests.promises.walk import UNSAFE, asks, is_success, open_ask, owner_of, path_of

TYPED = {
    "email": "jemand@uebung.example", "url": "https://stadt.example/", "number": "1", "tel": "0301234",
    "color": "#123456", "text": "Wort", "search": "Wort", "textarea": "Worte.", "password": "Langes-Wort-2026",
}  # fmt: skip
MEANT = {  # what fits a field better than any word, by its name
    "old": World.password, "slug": "neu-hier", "people": "neu@uebung.example", "reason": "Für die Akte nötig.",
    "begins": "08:00", "ends": "18:00",
    "passages": "Öffentlich", "where": "https://stadt.example/", "annex_url": "https://stadt.example/",
    "urgent": "neu@uebung.example",
}  # fmt: skip
LEFT = ("quote", "assign-due_on")  # left empty: words that stand in no text
BOX = ("checkbox", "radio")
READERS = ("participant", "visitor")  # beside who opens an address for certain
ENDS = ("account.log_out", "guests.leave")  # whoever sends these is nobody afterwards
SET = re.compile(r'^UPDATE "?(\w+)"? SET (.*?)(?: WHERE |$)', re.DOTALL)
NAME = re.compile(r'(?:^|, )"?(\w+)"?=')

Cells = dict[tuple[str, str], list[str]]


class Sendable(NamedTuple):
    """A form as a browser would send it, and by whom. `boxes`: names and values of what is ticked or pressed."""

    endpoint: str
    role: str
    path: str
    fields: tuple[tuple[str, str], ...]
    boxes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.endpoint} as {self.role} with {sorted({name for name, _value in self.fields})}"

    @property
    def names(self) -> set[str]:
        """The names of everything the form itself sends."""
        return {name for name, _value in (*self.fields, *self.boxes)}

    def data(self, extra: MultiDict | None = None, **instead: list[str]) -> MultiDict:
        """What is sent; some fields `instead` with other values, and more that the form does not have."""
        kept = [(name, value) for name, value in self.fields if name not in instead]
        changed = [(name, value) for name, many in instead.items() for value in many]
        return MultiDict([*kept, *changed, *(extra.items(multi=True) if extra else ())])


def clients_of(app, town) -> dict[str, FlaskClient]:
    """A browser of everybody who opens something for certain, of a participant and of a visitor."""
    return {role: town.client(role) for role in sorted({owner_of(ask) for ask in asks(app)} | set(READERS))}


def forms_of_town(app, town, clients) -> list[Sendable]:
    """Each form once for each of its buttons, found on every page that its owner, a participant or a visitor opens."""
    found: dict[tuple, Sendable] = {}
    for ask in asks(app):
        if ask.method != "GET" or ask.endpoint.startswith("development."):
            continue
        for role in dict.fromkeys((owner_of(ask), *READERS)):
            path = path_of(ask, town)
            answer = open_ask(clients[role], ask, path)
            if is_success(answer) and answer.mimetype == "text/html":
                for form in _forms(app, role, path, answer.get_data(as_text=True)):
                    button = form.boxes[-1:] if form.boxes and form.boxes[-1] in form.fields else ()
                    found.setdefault((form.endpoint, *sorted(form.names), button), form)
    return [form for form in found.values() if form.endpoint not in ENDS]


def _forms(app, role, path, html) -> Iterator[Sendable]:
    page = lxml.html.fromstring(html)
    for form in page.forms:
        target = urlsplit(urljoin(f"http://localhost{path}", form.get("action") or ""))._replace(scheme="", netloc="")
        endpoint = _view(app, target.path)
        if (form.get("method") or "get").lower() == "post" and endpoint:
            outside = page.xpath("//*[@form=$id][@name]", id=form.get("id")) if form.get("id") else []
            inputs = form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]") + outside
            fields = [pair for one in inputs for pair in _filled(one)]
            boxes = [(one.get("name"), one.get("value", "on")) for one in inputs if one.get("type") == "checkbox"]
            pressed = form.xpath(".//button[not(@type) or @type='submit']")
            buttons = [(one.get("name"), one.get("value", "")) if one.get("name") else None for one in pressed]
            for button in dict.fromkeys(buttons or [None]):
                more = (button,) if button else ()
                yield Sendable(endpoint, role, target.geturl(), (*fields, *more), (*boxes, *more))


def _view(app, path) -> str:
    try:
        return app.url_map.bind("localhost").match(path.removeprefix("/en"), method="POST")[0]
    except HTTPException:
        return ""


def _filled(one) -> Iterator[tuple[str, str]]:
    """What a browser sends of a field, once somebody has filled in what is empty."""
    kind, name = one.get("type", "text") if one.tag == "input" else one.tag, one.get("name")
    if kind in ("file", "submit", "button", "image") or one.xpath("ancestor-or-self::*[@hidden]"):
        return
    if kind == "select":
        options = one.xpath(".//option[@selected]") or one.xpath(".//option[@value!='']")[:1]
        yield from ((name, option.get("value", "")) for option in options)
    elif kind == "textarea":
        yield name, one.text_content().removeprefix("\n") or _meant(name, kind)
    elif kind == "hidden":
        yield name, one.get("value", "")
    elif kind in BOX:
        group = one.xpath("ancestor::form//input[@type='radio'][@name=$name]", name=name)
        first = kind == "radio" and not any("checked" in other.attrib for other in group) and group[:1] == [one]
        if "checked" in one.attrib or first or "required" in one.attrib or name == "chosen":
            yield name, one.get("value", "on")
    elif kind in ("date", "datetime-local"):
        yield name, one.get("value") or today().isoformat()
    else:
        yield name, one.get("value") or _meant(name, kind)


def _meant(name, kind) -> str:
    return "" if name in LEFT else MEANT.get(name) or TYPED.get(kind, "Wort")


@contextmanager
def written() -> Iterator[Cells]:
    """What is inserted and updated in this block: the values of each column, by table and column."""
    found: Cells = defaultdict(list)

    def note(_connection, _cursor, statement, _parameters, context, _many):
        compiled = getattr(context, "compiled", None)
        if compiled is None or not (context.isinsert or context.isupdate):
            return
        changed = SET.match(statement)
        table = compiled.statement.table.name
        for row in context.compiled_parameters:
            names = (
                NAME.findall(changed[2]) if changed else [name for name in row if name in compiled.statement.table.c]
            )
            for name in names:
                found[table, name].append(repr(row.get(name, "…")))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def unsafe_without_a_form(app, forms) -> list:
    """Methods at addresses that change something, and that no form of the pages leads to."""
    known = {form.endpoint for form in forms}
    return [ask for ask in asks(app) if ask.method in UNSAFE and (ask.method != "POST" or ask.endpoint not in known)]
