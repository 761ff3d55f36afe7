"""Promise 2: every address × every role × two authorities; nobody gets through whom the declared rule does not name.

One database: who may open an address is decided in Python from rows that both databases give alike, and
`tests/test_permissions.py` compares the policy itself on both.
"""

from collections import Counter
from types import SimpleNamespace

import pytest

from participation.kernel.db import db
from tests.permission_scene import TABLE
from tests.promises.towns import two_towns
from tests.promises.walk import (
    ADDRESSES,
    asks,
    changed,
    declared,
    is_led_away,
    is_success,
    nothing_stays,
    open_ask,
    owner_of,
    path_of,
    roles_let_in,
    rows_of_all_tables,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
STAFF = ("moderator", "editor", "case_worker", "planning_office", "manager", "tenant_admin", "unproven")
HERE = ("visitor", "guest", "address", "participant", "member", "stranger", "operator", "barehanded", *STAFF)
LED = (401, 403, 404)


def is_for_staff(app, ask):
    """Whether the declaration of an address is about work at an authority."""
    return not {"participant", "stranger"} & roles_let_in(app, ask) and "tenant" in ask.address.arguments


def walked(app, town, client, asked):
    """The answers of one person to many asks; an error of the program counts as 500."""
    for ask in asked:
        try:
            yield ask, open_ask(client, ask, path_of(ask, town))
        except Exception as error:
            yield ask, SimpleNamespace(status_code=500, location=f"{error!r}"[:200])


@pytest.mark.requirement("RA-5.1.7-01", "RA-5.1.2-01")
def test_nobody_gets_through_whom_the_rule_does_not_name(app, world, figure, sized):
    town, other = two_towns(world)
    everything, faults, answers = list(asks(app)), [], Counter()
    before = rows_of_all_tables()
    strangers = sized(test=("tenant_admin",), quick=STAFF, full=STAFF)
    every = sized(test=3, quick=1, full=1)  # each address meets every third role in `make test`, all in `make promises`
    with nothing_stays(app) as stays:
        for owner, roles in ((town, HERE), (other, strangers)):
            for turn, role in enumerate(roles):
                client = owner.client(role)
                mine = role if owner is town else "stranger"
                step = every if owner is town else 1
                met = [ask for number, ask in enumerate(everything) if (number + turn) % step == 0]
                barred = [ask for ask in met if mine not in roles_let_in(app, ask)]
                stays["on"] = True  # whatever slips through is written, and seen below
                for ask, answer in walked(app, town, client, barred):
                    answers[answer.status_code] += 1
                    if is_success(answer) or answer.status_code >= 500:
                        faults.append(f"{answer.status_code} for {role} of {owner.tenant}: {ask}")
                    if owner is other and is_for_staff(app, ask) and answer.status_code != 404:
                        faults.append(f"{answer.status_code}, not 404, for {role} of {owner.tenant}: {ask}")
                db.session.rollback()
    walks = (
        f"{len(everything)} methods at addresses x {len(HERE)} roles here and {len(strangers)} of the other authority"
    )
    figure(f"{walks}: {sum(answers.values())} refusals {dict(answers)}, {len(faults)} unexpected")
    assert not faults, "\n".join(faults)
    assert [name for name in changed(before, rows_of_all_tables()) if name not in SESSIONS] == []
    assert sum(answers.values()) > 1_000


SESSIONS = {"login_session", "guest_session", "api_token"}  # the walkers' own


def test_whom_the_rule_names_gets_in(app, world, figure):
    """Else the walk above would prove nothing. What a view writes is rolled back, so that the next one finds it."""
    town, _other = two_towns(world)
    faults, opened, clients = [], 0, {role: town.client(role) for role in {owner_of(ask) for ask in asks(app)}}
    missing = ADDRESSES["not_there"]
    with nothing_stays(app):
        for ask in asks(app):
            [(_ask, answer)] = walked(app, town, clients[owner_of(ask)], [ask])
            is_in = answer.status_code not in (*LED, 405, 429) and not is_led_away(answer) and answer.status_code < 500
            if is_in is (f"{ask.method} {ask.endpoint}" in missing or str(ask) in missing):
                faults.append(f"{answer.status_code} for {owner_of(ask)}: {ask} {answer.location or ''}")
            opened += is_in
    figure(f"{opened} opened by who may, {len(missing)} without a thing behind them, {len(faults)} unexpected")
    assert not faults, "\n".join(faults)


def test_every_address_declares_its_rule_and_every_role_is_walked(app):
    assert [str(ask) for ask in asks(app) if declared(app, ask) is None] == []
    assert set(TABLE["roles"]) - {"foreign"} <= set(HERE)
    named = {f"{ask.method} {ask.endpoint}" for ask in asks(app)} | {str(ask) for ask in asks(app)}
    assert set(ADDRESSES["not_there"]) <= named, "an address that went is still excused"
