"""Promise 2: what is hidden, unpublished, filed or another's is on no page, in no feed, export or answer for programs.

Each hidden thing of the scene carries a word found nowhere else; everybody opens every address with every thing.
"""

import re
import tomllib

import pytest
from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.db import db
from tests.promises.towns import DATA, two_towns
from tests.promises.walk import asks, named, nothing_stays, open_ask, path_of, variables

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CANARIES = tomllib.loads((DATA / "canaries.toml").read_text("utf-8"))
OUTSIDE = ("visitor", "guest", "address", "participant", "member", "stranger", "unproven", "barehanded")
WORD = re.compile(r"Kanarie([a-z]+)\d")
MAIL = re.compile(r"[\w.-]+@uebung\.example")
STATES = ("published", "pending", "hidden", "merged", "withdrawn", "filed", "removed")


def pages(app, town):
    """Every address that can be read, with the contributions in every state; each once."""
    found = {}
    for ask in asks(app):
        own = variables(ask)
        if ask.method != "GET" or {"token", "signed"} & set(own):  # a secret link shows what it is for to who has it
            continue
        contributions = "reference" in own and named(ask, "reference").startswith("contribution.")
        for state in STATES if contributions else [""]:
            row = town.things["mit-text"][f"contribution.{state}"] if state else None
            found[path_of(ask, town, **({"reference": row["reference"]} if row else {}))] = ask
    return found


def seen_by(client, found):
    """The marked words and the mail addresses that somebody gets to read, with where."""
    marks, mails = {}, {}
    for path, ask in found.items():
        answer = open_ask(client, ask, path)
        text = answer.get_data(as_text=True) if answer.status_code < 500 else ""
        marks |= dict.fromkeys(WORD.findall(text), path)
        mails |= dict.fromkeys(MAIL.findall(text), path)
    return marks, mails


def own_mail(town, role):
    number = town.people.get(role)
    return {db.session.scalar(select(Person.email).where(Person.id == number))} if number else set()


def test_nobody_reads_what_is_not_for_them(app, world, figure, sized):
    town, other = two_towns(world)
    found = pages(app, town)
    everybody = (*OUTSIDE, "planning_office")
    roles = sized(test=("visitor", "participant"), quick=everybody, full=everybody)
    readers = [(town, role) for role in roles] + [(other, "tenant_admin")]
    faults, met = [], set()
    with nothing_stays(app):
        for owner, role in readers:
            name = role if owner is town else "foreign"
            marks, mails = seen_by(owner.client(role), found)
            allowed = {*CANARIES["everybody"], *CANARIES.get(name, [])}
            faults += [f"{name} reads {mark} at {path}" for mark, path in marks.items() if mark not in allowed]
            if name in (*OUTSIDE, "foreign"):
                others = mails.keys() - own_mail(owner, role)
                faults += [f"{name} reads {mail} at {mails[mail]}" for mail in others]
            met |= marks.keys()
    figure(
        f"{len(found)} pages x {len(readers)} readers, {len(met)} of the words met, {len(faults)} by the wrong reader"
    )
    assert not faults, "\n".join(faults)
