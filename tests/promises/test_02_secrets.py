"""Promise 2: what opens a door at one authority opens none at another: links, edit links, files, cookies, keys.

Whoever brings the secret of another authority is answered as somebody who made one up, and nothing changes.
"""

import pytest

from participation.kernel.db import db, transaction
from participation.procedures.guests import join_as_guest
from participation.procedures.queries import procedure_by_id
from tests.promises.test_02_objects import told
from tests.promises.towns import two_towns
from tests.promises.walk import (
    PLACES,
    UNSAFE,
    asks,
    changed,
    is_success,
    named,
    nothing_stays,
    open_ask,
    owner_of,
    path_of,
    rows_of_all_tables,
    thing,
    variables,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SECRETS = {"token", "signed", "key", "stored_name", "code"}
EDIT_KEY = "y" * 43
OWN_ROWS = {"login_session", "guest_session", "api_token"}  # the walkers' own


def secret_of(app, town, ask, variable, place):
    """The secret that stands in an address of an authority; "" where the variable is a word that everybody knows."""
    if ask.endpoint.startswith("guests."):
        return EDIT_KEY
    spec = named(ask, variable)
    return "" if spec.startswith("=") else thing(spec, town, place)


def made_up(secret):
    """Something of the same shape that opens nothing."""
    return secret[:-6] + ("A" * 6 if secret[-6:] != "A" * 6 else "B" * 6)


def test_no_secret_of_one_authority_opens_a_door_of_another(app, world, figure):
    town, other = two_towns(world)
    with transaction():
        join_as_guest(procedure_by_id(town.things["mit-text"]["procedure"]["id"]), EDIT_KEY)
    roles = {owner_of(ask) for ask in asks(app)}
    clients = [(name, {role: owner.client(role) for role in roles | {"visitor"}}) for name, owner in (("its own", town),
               ("the other's", other))]  # fmt: skip
    faults, tried, before = [], 0, rows_of_all_tables()
    with nothing_stays(app) as stays:
        stays["on"] = True
        for ask in asks(app):
            place = PLACES.get(ask.endpoint.partition(".")[0], "mit-text")
            for variable in SECRETS & set(variables(ask)):
                secret = secret_of(app, town, ask, variable, place)
                if not secret:
                    continue
                right, wrong = (path_of(ask, other, place, **{variable: it}) for it in (secret, made_up(secret)))
                for whose, people in clients:
                    for role in (owner_of(ask), "visitor"):
                        tried += 1
                        answers = [told(open_ask(people[role], ask, path), path) for path in (right, wrong)]
                        if answers[0] != answers[1]:
                            faults.append(f"{answers[0][0]}, not {answers[1][0]}, for {whose} {role}: {ask}")
        db.session.rollback()
    rows = [name for name in changed(before, rows_of_all_tables()) if name not in OWN_ROWS]
    figure(f"{tried} secrets brought to another authority, {len(faults)} answered otherwise than made-up ones, {rows}")
    assert not faults, "\n".join(faults)
    assert rows == []
    assert tried > 50


def test_no_cookie_or_key_of_one_authority_makes_somebody_of_another(app, world, figure):
    """The browser of a guest is a visitor elsewhere; the key of a program opens nothing elsewhere."""
    town, other = two_towns(world)
    guest, visitor, program = town.client("guest"), other.client("visitor"), town.client("participant")
    faults, tried, before = [], 0, rows_of_all_tables()
    with nothing_stays(app) as stays:
        stays["on"] = True
        for ask in asks(app):
            if "tenant" not in ask.address.arguments:
                continue
            path = path_of(ask, other)
            tried += 1
            if path.startswith("/api/"):
                answer = open_ask(program, ask, path)
                if ask.method in UNSAFE and answer.status_code not in (401, 403, 404):
                    faults.append(f"{answer.status_code} with a foreign key: {ask}")
            elif ask.method == "GET":
                found, expected = (open_ask(client, ask, path) for client in (guest, visitor))
                if (found.status_code, is_success(found)) != (expected.status_code, is_success(expected)):
                    faults.append(f"{found.status_code}, not {expected.status_code}, with a foreign cookie: {ask}")
        db.session.rollback()
    rows = [name for name in changed(before, rows_of_all_tables()) if name not in OWN_ROWS]
    figure(f"{tried} addresses with the cookie or key of another authority, {len(faults)} opened more, {rows} changed")
    assert not faults, "\n".join(faults)
    assert rows == []
