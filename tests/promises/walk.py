"""Every address there is: what stands for its variables, whom its declaration lets in, and how somebody asks."""

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import uuid4

import flask_wtf.csrf
import pytest
from flask import current_app
from sqlalchemy import select
from werkzeug.routing import Rule as Address

from participation.accounts.models import Person
from participation.accounts.tokens import Token
from participation.accounts.tokens import sign as sign_token
from participation.contributions.kiosk import kiosk_pass
from participation.kernel import limits
from participation.kernel.db import db
from participation.moderation.inquiries import sign as sign_inquiry
from participation.moderation.sorting_models import Inquiry
from participation.procedures.queries import procedure_by_id
from participation.web import app_class
from participation.web.guard import rule_of
from tests.permission_scene import TABLE, asked
from tests.promises.towns import DATA

ADDRESSES = tomllib.loads((DATA / "addresses.toml").read_text("utf-8"))
THINGS = ADDRESSES["things"]
PLACES = {
    "ballot": "mit-ballot",
    "ideas": "mit-ideas",
    "areas": "mit-ideas",
    "passing_on": "mit-ideas",
    "plan": "mit-plan",
}
# blueprints that are at home in the procedure of another format
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
BOOKS = {"limit_bucket", "access_log"}  # beside `login_session.seen_at` and `person.seen_at`
LAST_SEEN = {"login_session": ("seen_at",), "person": ("seen_at",)}
PLACE = ("tenant", "procedure", "activity")


class Ask(NamedTuple):
    """A method at an address."""

    method: str
    address: Address

    @property
    def endpoint(self) -> str:
        return self.address.endpoint

    def __str__(self) -> str:
        return f"{self.method} {self.address.rule} ({self.endpoint})"


def asks(app) -> Iterator[Ask]:
    """Every method of every address, but for what only the tests' own format offers."""
    for address in app.url_map.iter_rules():
        for method in sorted(address.methods - {"HEAD", "OPTIONS"}):
            if not address.endpoint.startswith("probe."):
                yield Ask(method, address)


def declared(app, ask):
    """What a view declares. An address without a declaration is a fault."""
    return rule_of(app.view_functions[ask.endpoint])


def named(ask, variable):
    """What `data/addresses.toml` says about a variable of an address; an unknown one is a fault."""
    blueprint = ask.endpoint.partition(".")[0]
    for key in (f"{ask.endpoint}.{variable}", f"{blueprint}.{variable}", f"*.{variable}"):
        if key in THINGS:
            return THINGS[key]
    raise AssertionError(f"{ask}: say in tests/promises/data/addresses.toml what <{variable}> stands for.")


def variables(ask) -> list[str]:
    """The variables that stand for things of their own, in the order of the address."""
    choices = ("AnyConverter",)
    own = [name for name in ask.address._converters if name not in PLACE]
    return [name for name in own if type(ask.address._converters[name]).__name__ not in choices]


def path_of(ask, town, place=None, **instead) -> str:
    """The address with its variables filled from the things of a procedure; some may be given `instead`."""
    place = place or PLACES.get(ask.endpoint.partition(".")[0], "mit-text")
    values = {"tenant": town.tenant, "procedure": place, "activity": "a"} | (ask.address.defaults or {})
    for name, converter in ask.address._converters.items():
        if type(converter).__name__ == "AnyConverter":
            values[name] = instead.get(name) or min(converter.items)
        elif name not in PLACE:
            values[name] = instead[name] if name in instead else thing(named(ask, name), town, place)
    query = ADDRESSES["queries"].get(ask.endpoint, "")
    wanted = {name: value for name, value in values.items() if name in ask.address.arguments}
    adapter = town.world.app.url_map.bind("localhost")
    path = adapter.build(ask.endpoint, wanted, method=ask.method)
    return f"{path}?{query}" if query else path


def owner_of(ask) -> str:
    """Who can open the thing of an address for certain."""
    blueprint = ask.endpoint.partition(".")[0]
    return ADDRESSES["owners"].get(ask.endpoint) or ADDRESSES["owners"].get(blueprint, "operator")


def thing(spec, town, place):
    """The value that a line of `data/addresses.toml` means."""
    if spec.startswith("="):
        return spec[1:]
    if spec.startswith("@person:"):
        return town.people[spec.removeprefix("@person:")]
    prefix, spec = ("template:", spec.removeprefix("template:")) if spec.startswith("template:") else ("", spec)
    name, _sign, column = spec.partition(":")
    row = town.things[place][name]
    if column == "signed":
        return sign_token(db.session.get(Token, row["id"]))
    if column == "inquiry":
        return sign_inquiry(db.session.get(Inquiry, row["id"]))
    if column == "kiosk":
        return kiosk_pass(current_app.config["SECRET_KEY"], procedure_by_id(row["id"]))
    return f"{prefix}{row[column]}" if prefix else row[column]


def roles_let_in(app, ask) -> set[str]:
    """The roles that the declaration of a view lets in, by the permission table."""
    rule, everybody = declared(app, ask), {*TABLE["roles"], "member", "stranger", "barehanded"}
    if rule.action is not None and rule.action.staff:
        return set(TABLE["staff"][rule.action.name])
    if rule.needs_person:
        itself = TABLE["asks_itself"][ask.endpoint.partition(".")[0]]
        is_installation = bool(ask.address.defaults) or "tenant" not in ask.address.arguments
        if isinstance(itself, list):
            return {"operator"} if is_installation else set(itself)
        return everybody - {"visitor", "guest"}
    return everybody - {"visitor"} if rule.needs_somebody else everybody


def is_led_away(answer) -> bool:
    """Whether somebody was sent to show who they are."""
    return "next=" in (answer.location or "")


def is_success(answer) -> bool:
    """Whether somebody got through."""
    return answer.status_code < 400 and not is_led_away(answer)


def open_ask(client, ask, path, **values):
    """An answer as a server of its own gives it; a form is sent as a browser of ours sends it."""
    client._cookies = dict(client.own)
    headers = {"Origin": "http://localhost"} if ask.method in UNSAFE else {}
    if ask.method == "PATCH" and "/uploads/" in path:
        headers |= {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    if path.startswith("/api/"):
        headers |= client.token
    if path.startswith("/api/") and ask.method in UNSAFE and "data" not in values:
        values.setdefault("json", ADDRESSES["bodies"].get(ask.endpoint, {}))
    return asked(client, ask.method, path, headers=headers | values.pop("headers", {}), **values)


def rows_of_all_tables(session=None) -> dict[str, str]:
    """A hash of each table's rows, without the books."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.c if column.name not in LAST_SEEN.get(table.name, ())]
        rows = db.session.execute(select(*columns).order_by(table.c.id)).all()
        if table.name not in BOOKS:
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def changed(before, after) -> list[str]:
    """The tables that are not as they were."""
    return [name for name in after if before.get(name) != after[name]]


@contextmanager
def nothing_stays(app):
    """In this block forms need no token, what a view wrote is rolled back, and nobody asks too often.

    Yields a switch: `stays["on"] = True` lets views commit as ever.
    """
    stays = {"on": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flask_wtf.csrf, "validate_csrf", lambda *_asked, **_more: None)
        patch.setattr(app_class, "commit", lambda: db.session.commit() if stays["on"] else db.session.rollback())
        for key in ("_guess_key", "_bucket_key"):
            patch.setattr(limits, key, lambda *_asked: uuid4().hex)
        yield stays


def mail_of(number) -> str:
    """The address of somebody."""
    return db.session.get(Person, number).email
