"""Two runs with opposite choices: until the end all outputs are equal, for everybody but the voters themselves."""

import logging
import re
from contextvars import copy_context
from datetime import timedelta

import pytest
from sqlalchemy import select

from modules.ballot.services import cast_ballot
from modules.ballot.tests.conftest import make_vote
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.outbox import work_off
from participation.kernel.seal import seal_events
from participation.kernel.versions import ScopeVersion
from participation.search.models import SearchRow
from participation.testing.fixtures import fresh
from participation.testing.lint import LintingClient
from participation.testing.world import World

ONE = {"q1": ["yes"], "q2": ["o1"], "q3": ["o1", "o2"]}
OTHER = {"q1": ["no"], "q2": ["o3"], "q3": ["o4"]}
VOTERS = 12
NOT_OURS = ("/-/development", "/metrics")  # codes and clocks of the machine
MASKED = ("Set-Cookie", "Date", "ETag", "Content-Length")  # tokens of forms are signed, and not all equally long
RANDOM = (
    re.compile(r"[\w-]{16,}\.[\w.-]{16,}"),  # signed values
    re.compile(r'(?<=value=")[\w.+/=-]{20,}(?=")'),  # tokens of forms
    re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b"),  # numbers of receipts
    re.compile(r"127\.0\.0\.1:\d+"),
)


class Reader(LintingClient):
    """Reads whatever answers, also an error; what a page is like is judged elsewhere."""

    def answer(self, path):
        try:
            found = copy_context().run(self._alone, path)
        except Exception as error:  # a page that breaks says the same in both runs
            return type(error).__name__
        finally:
            db.session.rollback()
        kept = [(name, value) for name, value in found.headers if name not in MASKED]
        return found.status_code, masked(str(sorted(kept))), masked(found.get_data().decode("utf-8", "replace"))


def masked(text):
    for pattern in RANDOM:
        text = pattern.sub("…", text)
    return text


def paths(app, procedure):
    """The addresses of all GET routes whose variables can be filled."""
    known = {"tenant": procedure.tenant.slug, "procedure": procedure.slug, "activity": "a", "key": "q1"}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule.startswith(NOT_OURS) or rule.endpoint == "static":
            continue
        for export in ("results", "ballots") if "name" in rule.arguments else ("",):
            values = known | {"name": export, "format": "json"}
            if set(rule.arguments) <= set(values):
                yield re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?([^<>]+)>", lambda found, v=values: v[found[1]], rule.rule)


def readers(world, tenant, roles):
    for role in roles:
        client = Reader(world.app, world.app.response_class, use_cookies=True)
        if role != "visitor":
            person = world.person(operator=role == "operator")
            if role not in ("participant", "operator"):
                person = world.staff(tenant, Role(role))
            world.log_in(client, person, staff=role != "participant")
        yield role, client


def lived(app, choices, at, start, caplog, mails):
    """A vote in which all choose the same, one of them after changing; then everything that can be read."""
    world = World(app)
    caplog.clear()
    roles = ("visitor", "participant", "manager", "operator")
    with at(start):
        procedure = make_vote(world, world_tenant(world), slug="abstimmung", title="Abstimmung")
        for number in range(VOTERS):
            person = world.person()
            viewer = world.viewer(person, procedure)
            for chosen in ([{"q1": ["abstain"]}] if number == 0 else []) + [choices]:
                with transaction():
                    cast_ballot(world.activity(procedure), who=viewer, choices=chosen)
        work_off()
        seal_events()
        found = {}
        for role, client in readers(world, procedure.tenant, roles):
            for path in paths(app, world.again(procedure)):
                found[role, path] = client.answer(path)
        found["mails"] = [masked(str(mail["Subject"])) for mail in mails()]
        found["log"] = [masked(record.getMessage()) for record in caplog.records]
        found["events"] = [
            (row.name, row.at, row.data) for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
        ]
        versions = select(ScopeVersion.scope, ScopeVersion.number).order_by(ScopeVersion.scope)
        found["versions"] = [tuple(row) for row in db.session.execute(versions)]
        found["index"] = sorted((row.title, row.text) for row in db.session.scalars(select(SearchRow)))
    with at(start + timedelta(days=60)):
        ((_, client),) = readers(world, procedure.tenant, ("manager",))
        root = f"/{procedure.tenant.slug}/{procedure.slug}/-/exports/a/results.json"
        afterwards = client.answer(root)
    fresh(app)
    return found, afterwards


def world_tenant(world):
    return world.tenant("stadt", name="Stadt")


@pytest.mark.requirement("LP-12")
def test_opposite_choices_give_equal_outputs_until_the_end(app, at, caplog, mails):
    caplog.set_level(logging.DEBUG, logger="participation")
    start = now().replace(hour=9, minute=0, second=0, microsecond=0)
    one, one_after = lived(app, ONE, at, start, caplog, mails)
    other, other_after = lived(app, OTHER, at, start, caplog, mails)
    assert len(one) > 100
    assert set(one) == set(other)
    different = [str(what) for what in one if one[what] != other[what]]
    assert different == []
    results = [what for what in one if what[1:] and "/exports/a/results" in what[1]]
    assert {one[what][0] for what in results} == {403}
    assert one_after[0] == other_after[0] == 200
    assert one_after != other_after, "after the end the same comparison finds the difference"
