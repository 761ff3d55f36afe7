"""Drafts are found by the browser or the person, and by nobody else; sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from participation.contributions import drafts
from participation.contributions.models import Contribution, Draft, FormKey
from participation.contributions.pace import AT_FIRST
from participation.contributions.sending import send_draft
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.forgetting import forget_due
from participation.kernel.refusal import Refused, Unknown
from participation.testing.probe import ADD, NOTE

FIELDS = {"text": "Mein Text", "quote": "", "organisation": "", "for_organisation": "self"}
COOKIE = "c" * 32


@pytest.fixture
def procedure(world):
    return world.procedure()


def keep(world, procedure, *, cookie=COOKIE, person=None, **fields):
    with transaction():
        draft = drafts.keep_draft(
            world.activity(procedure),
            cookie=cookie,
            person_id=person.id if person else None,
            kind=NOTE.name,
            place="here",
            parent=None,
            fields=FIELDS | fields,
        )
    return draft.id, draft.key


def send(world, procedure, person, number, key, **fields):
    activity = world.activity(procedure)
    with transaction():
        who = world.viewer(person, procedure)
        found = send_draft(number, key, activity, NOTE, ADD, who=who, fields=FIELDS | fields)
        return found.reference, found.state


def find(world, procedure, key, cookie=None, person=None):
    ids = [world.activity(procedure).id]
    return drafts.draft_at(ids, key, cookie=cookie, person_id=person.id if person else None)


def test_a_draft_is_found_by_its_browser_and_after_claiming_by_the_person_alone(world, procedure):
    person, other = world.person(), world.person()
    _number, key = keep(world, procedure)
    assert find(world, procedure, key, COOKIE) is not None
    assert find(world, procedure, key, "x" * 32) is None
    with transaction():
        drafts.claim_drafts(COOKIE, person.id)
    assert find(world, procedure, key, None, person) is not None
    assert find(world, procedure, key, COOKIE) is None
    assert find(world, procedure, key, COOKIE, other) is None


def test_the_same_text_stays_one_draft_but_never_takes_over_another_persons(world, procedure):
    person, other = world.person(), world.person()
    assert keep(world, procedure, person=person) == keep(world, procedure, person=person, quote="Neu")
    keep(world, procedure, person=other, text="Von jemand anderem")
    assert db.session.query(Draft).count() == 2


def test_a_form_sent_twice_is_one_contribution_with_the_same_receipt(world, procedure):
    person = world.person()
    number, key = keep(world, procedure, person=person)
    assert send(world, procedure, person, number, key) == send(world, procedure, person, number, key)
    assert (db.session.query(Contribution).count(), db.session.query(Draft).count()) == (1, 0)


@pytest.mark.requirement("RA-4.1-07")
def test_a_form_sent_many_times_at_once_is_one_contribution(app, world, procedure):
    person = world.person()
    number, key = keep(world, procedure, person=person)
    person_id, procedure_id = person.id, procedure.id

    def once(_index):
        with app.app_context():
            from participation.accounts.models import Person
            from participation.procedures.queries import procedure_by_id

            made = procedure_by_id(procedure_id)
            return send(world, made, db.session.get(Person, person_id), number, key)[0]

    with ThreadPoolExecutor(8) as pool:
        references = set(pool.map(once, range(24)))
    db.session.rollback()
    assert len(references) == 1
    assert (db.session.query(Contribution).count(), db.session.query(FormKey).count()) == (1, 1)


def test_somebody_elses_sent_form_is_unknown(world, procedure):
    person = world.person()
    number, key = keep(world, procedure, person=person)
    send(world, procedure, person, number, key)
    with pytest.raises(Unknown):
        send(world, procedure, world.person(), number, key)


def test_a_closed_phase_refuses_and_keeps_the_draft(world, at):
    procedure = world.procedure()
    person = world.person()
    number, key = keep(world, procedure, person=person)
    with at(now() + timedelta(days=60)), pytest.raises(Refused):
        send(world, procedure, person, number, key)
    assert find(world, procedure, key, None, person) is not None
    assert db.session.query(Contribution).count() == 0


def test_who_sends_very_much_in_a_day_is_looked_at_first_and_never_refused(world, procedure, at):
    person, began = world.person(), now()
    states = []
    for index in range(AT_FIRST + 2):
        text = f"Text {index}"
        with at(began + index * timedelta(minutes=2)):
            number, key = keep(world, procedure, person=person, text=text)
            states.append(send(world, procedure, person, number, key, text=text)[1])
    assert states == ["published"] * AT_FIRST + ["pending"] * 2


def test_writing_for_an_organisation_makes_a_second_participant(world, procedure):
    person = world.person()
    for fields in ({}, {"for_organisation": "organisation", "organisation": "Fahrradverein"}):
        number, key = keep(world, procedure, person=person)
        send(world, procedure, person, number, key, **fields)
    names = [participant.organisation_name for participant in world.viewer(person, procedure).participants]
    assert names == ["", "Fahrradverein"]


def test_old_drafts_are_forgotten(world, procedure, at):
    keep(world, procedure)
    with at(now() + drafts.KEPT + timedelta(days=1)), transaction():
        forget_due()
    assert db.session.query(Draft).count() == 0
