"""Promise 2: who may write may read. For every role and object: where a form is taken, its page may be opened.

The page of a form is the address itself, else the nearest address above it that can be read.
"""

from collections import defaultdict

import pytest
from werkzeug.exceptions import HTTPException

from participation.kernel.db import db
from tests.promises.test_02_hidden import STATES
from tests.promises.test_02_routes import HERE
from tests.promises.towns import two_towns
from tests.promises.walk import (
    PLACES,
    UNSAFE,
    Ask,
    asks,
    is_led_away,
    named,
    nothing_stays,
    open_ask,
    path_of,
    variables,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOT_ALLOWED = (401, 403, 404, 405)
ELSEWHERE = {  # forms whose page does not stand above them: which it is, or why there is none
    "policy_reports.take": "browsers send it by themselves; there is nothing to read",
}


def addresses(app, town):
    """Every unsafe method at every address, with the contributions in every state: (ask, path)."""
    for ask in asks(app):
        if ask.method not in UNSAFE:
            continue
        place = PLACES.get(ask.endpoint.partition(".")[0], "mit-text")
        yield ask, path_of(ask, town)
        if "reference" in variables(ask) and named(ask, "reference").startswith("contribution."):
            for state in STATES:
                reference = town.things[place][f"contribution.{state}"]["reference"]
                yield ask, path_of(ask, town, place, reference=reference)


def page_of(app, path):
    """The page of a form: (ask, path) of the nearest address that can be read; nothing above the start pages."""
    adapter = app.url_map.bind("localhost")
    parts = path.partition("?")[0].split("/")
    while parts:
        for tried in ("/".join(parts), "/".join(parts) + "/"):
            try:
                rule, values = adapter.match(tried or "/", method="GET", return_rule=True)
            except HTTPException:
                continue
            if not rule.redirect_to and "-" not in values.values():  # our own pages are no procedure of that name
                return Ask("GET", rule), tried or "/"
        parts.pop()
    return None


def is_allowed(answer):
    """Whether somebody was let in, whatever became of what they sent (a thing that is gone is there for nobody)."""
    return answer.status_code not in NOT_ALLOWED and not is_led_away(answer)


def test_who_may_write_may_read(app, world, figure, sized):
    town, _other = two_towns(world)
    owners = [town.client(role) for role in ("operator", "participant")]
    every = sized(test=6, quick=1, full=1)
    faults, pairs, written = defaultdict(set), 0, 0
    with nothing_stays(app):
        met = list(addresses(app, town))
        for turn, role in enumerate(HERE):
            client, pages = town.client(role), {}
            for number, (ask, path) in enumerate(met):
                if ask.endpoint in ELSEWHERE or (number + turn) % every:
                    continue
                pairs += 1
                if not is_allowed(open_ask(client, ask, path)):
                    continue
                written += 1
                page, where = page_of(app, path)
                if where not in pages:
                    pages[where] = open_ask(client, page, where)
                if not is_allowed(pages[where]) and any(is_allowed(open_ask(one, page, where)) for one in owners):
                    faults[f"{ask} may be written, {where} ({pages[where].status_code}) not read"].add(role)
        db.session.rollback()
    said = [f"{fault}: {', '.join(sorted(roles))}" for fault, roles in faults.items()]
    figure(f"{pairs} pairs of role and form or object, {written} may write, {len(said)} of these may not read the page")
    assert not said, "\n".join(said)
    assert written > 200
