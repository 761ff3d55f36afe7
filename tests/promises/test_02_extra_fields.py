"""Promise 2: a form changes what it asks for. Every column of every table is posted beside the fields of every form.

Each form is sent plainly twice and then with the extra fields: what differs between the plain ones is made anew each
time (keys, moments); beyond that nothing may differ, and no value that was posted beside may stand anywhere. SQLite:
what a view does with a form is decided before the database is asked.
"""

from collections import Counter
from random import Random

import pytest
from sqlalchemy import JSON, Boolean, Date, Float, Integer, String, select
from werkzeug.datastructures import MultiDict

from participation.kernel.clock import now, standing_at
from participation.kernel.db import Base, Instant, db
from participation.pages.contribution_forms import DraftForm
from tests.promises.sendable import Cells, clients_of, forms_of_town, unsafe_without_a_form, written
from tests.promises.towns import two_towns
from tests.promises.walk import ADDRESSES, BOOKS, asks, nothing_stays, open_ask, owner_of, path_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MARK = "zqzusatz"
NUMBER = 918_273_645
KINDS = (  # what is posted for a column that is not text
    (Boolean, "y"), (Instant, "2033-03-03T03:03"), (Date, "2033-03-03"), (JSON, f'{{"x": "{MARK}"}}'),
    (Integer, str(NUMBER)), (Float, str(NUMBER)),
)  # fmt: skip
DRAFT = {name for name in dir(DraftForm) if hasattr(getattr(DraftForm, name), "field_class")}  # the door asks for less
ACCOUNTS = {"login_session", "guest_session"}  # when somebody was last seen
TOO_LONG = 200  # characters of a value that is tried again elsewhere


def columns():
    """Every column of every table, by its name."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            found.setdefault(column.name, []).append(column)
    return found


def marked():
    """A value for each name that stands nowhere else."""
    values = {}
    for name, known in columns().items():
        kinds = [value for kind, value in KINDS if isinstance(known[0].type, kind)]
        values[name] = kinds[0] if kinds else f"{MARK}-{name}"
    return values


def real(chance: Random):
    """A value for each name that stands in one of its columns: a state, a role, a number of somebody's row."""
    values = {}
    for name, known in columns().items():
        found = set()
        for column in known:
            rows = db.session.scalars(select(column).distinct().limit(40)).all()
            fits = (str, int) if isinstance(column.type, (String, Integer)) else ()
            found |= {str(value) for value in rows if isinstance(value, fits) and 0 < len(str(value)) < TOO_LONG}
        if found:
            values[name] = chance.choice(sorted(found))
    db.session.rollback()
    return values


class Sender:
    """Sends what there is to send, and says what each sending wrote."""

    def __init__(self, app, clients):
        self.app, self.clients = app, clients
        self.by_endpoint = {(ask.endpoint, ask.method): ask for ask in asks(app)}

    def form(self, form, extra):
        """Send a form of a page with more fields."""
        own = form.names | (DRAFT if form.endpoint == "contributions.keep_draft" else set())
        beside = MultiDict((name, value) for name, value in extra.items() if name not in own)
        ask = self.by_endpoint[form.endpoint, "POST"]
        return self._send(form.role, ask, form.path, data=form.data(beside))

    def bare(self, ask, path, extra):
        """Send nothing but the fields beside to an address; to programs as JSON."""
        if path.startswith("/api/"):
            return self._send(owner_of(ask), ask, path, json={**extra, **ADDRESSES["bodies"].get(ask.endpoint, {})})
        return self._send(owner_of(ask), ask, path, data=MultiDict(extra))

    def _send(self, role, ask, path, **values) -> tuple[int, Cells]:
        with written() as cells:
            status = open_ask(self.clients[role], ask, path, **values).status_code
        kept = {cell: sorted(said) for cell, said in cells.items() if cell[0] not in BOOKS | ACCOUNTS}
        return status, kept


def differences(name, plain, again, beside):
    """What a sending with more fields did that plain ones do not."""
    refused = 400 <= beside[0] < 500  # a strict view refuses what it does not know
    faults = [f"{beside[0]} instead of {plain[0]}: {name}"] if beside[0] != plain[0] and not refused else []
    for cell, values in beside[1].items():
        made_anew = plain[1].get(cell) != again[1].get(cell)
        if cell not in plain[1] or (values != plain[1][cell] and not made_anew):
            faults.append(f"{'.'.join(cell)} became {values[:2]}, not {plain[1].get(cell, [])[:2]}: {name}")
        elif any(MARK in value or str(NUMBER) in value for value in values):
            faults.append(f"{'.'.join(cell)} holds what was posted beside: {name}")
    return faults


def test_no_form_changes_more_than_it_asks_for(app, world, figure, sized, chance):
    town, _other = two_towns(world)
    clients, faults, counted = clients_of(app, town), [], Counter()
    every = sized(test=4, quick=1, full=1)
    with nothing_stays(app), standing_at(now()):
        forms, sender = forms_of_town(app, town, clients), Sender(app, clients)
        extras = [marked(), *(real(chance) for _ in range(sized(test=1, quick=1, full=4)))]
        sendings = [(str(form), lambda extra, form=form: sender.form(form, extra)) for form in forms]
        for ask in unsafe_without_a_form(app, forms):
            path = path_of(ask, town)
            sendings.append((str(ask), lambda extra, ask=ask, path=path: sender.bare(ask, path, extra)))
        for name, send in sendings[::every]:
            plain, again = send({}), send({})
            counted["wrote" if plain[1] else "wrote nothing"] += 1
            for extra in extras:
                faults += differences(name, plain, again, send(extra))
    figure(
        f"{sum(counted.values())} forms and methods ({counted['wrote']} of them write) x {len(extras[0])} names of "
        f"columns x {len(extras)} values: {len(faults)} changed by a field that is not theirs"
    )
    assert not faults, "\n".join(faults)
    assert counted["wrote"] > sum(counted.values()) // 3
