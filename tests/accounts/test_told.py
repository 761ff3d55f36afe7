"""Whoever owns an account is told by mail when it can be entered in another way; what is in the log says the same."""

import logging
import re

import pytest
from sqlalchemy import select

from participation.accounts import second_factor as factor
from participation.accounts.changes import change_email, request_new_email
from participation.accounts.events import (
    CHANGES_OF_ACCESS,
    PasskeyAdded,
    PasskeyRemoved,
    PersonEvent,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSet,
)
from participation.accounts.models import Person, Token
from participation.accounts.passwords import hash_password
from participation.accounts.services import set_password
from participation.accounts.tokens import sign
from participation.kernel.db import db, transaction
from participation.kernel.events import emit
from participation.notices.account_mails import CHANGED

SUBJECTS = {
    SecondFactorSet: "Ihr zweiter Schritt beim Anmelden wurde eingerichtet",
    SecondFactorRemoved: "Ihr zweiter Schritt beim Anmelden wurde entfernt",
    PasskeyAdded: "Ein Passkey wurde angelegt",
    PasskeyRemoved: "Ein Passkey wurde gelöscht",
    RecoveryCodesMade: "Neue Wiederherstellungscodes",
    RecoveryCodeUsed: "Ein Wiederherstellungscode wurde benutzt",
}


def does(person, act):
    """Do something to a person, in a transaction of its own."""
    with transaction():
        return act(db.session.get_one(Person, person.id))


def test_a_new_password_is_told_of_and_a_first_one_is_not(world, letters):
    person, without = world.person(), world.person(account=False)
    does(without, lambda one: set_password(one, hash_password("drei bunte Kiesel")))
    assert letters() == []
    does(person, lambda one: set_password(one, hash_password("drei bunte Kiesel")))
    assert letters() == [(person.email, "Ihr Passwort wurde geändert", "/-/sessions")]


def test_the_old_address_is_told_that_there_is_a_new_one(world, letters):
    person = world.person()
    old = person.email
    does(person, lambda one: request_new_email(one, "neu@uebung.example", None))
    letters()
    signed = sign(db.session.scalars(select(Token)).one())
    does(person, lambda _one: change_email(signed, None))
    told = [(to, subject) for to, subject, _ in letters()]
    assert (old, "Ihre E-Mail-Adresse wurde geändert") in told
    assert ("neu@uebung.example", "Ihre E-Mail-Adresse wurde geändert") not in told


@pytest.mark.parametrize("event", SUBJECTS, ids=lambda event: event.__name__)
def test_each_change_of_a_factor_is_told_of_in_the_language_of_the_person(world, letters, event):
    german, english = world.person(), world.person()
    does(english, lambda one: setattr(one, "language", "en"))
    for person in (german, english):
        with transaction():
            emit(event(person_id=person.id, actor_id=person.id))
    (to, subject, page), (other, in_english, english_page) = letters()
    assert (to, subject, page) == (german.email, SUBJECTS[event], "/-/sessions")
    assert (other, english_page) == (english.email, "/en/-/sessions")
    assert in_english != subject


def test_what_came_together_is_told_of_once_and_codes_alone_are_told_of(world, letters):
    person = world.person()
    does(person, lambda one: factor.make_codes(one, with_factor=True))
    assert letters() == []
    does(person, factor.make_codes)
    assert [subject for _, subject, _ in letters()] == ["Neue Wiederherstellungscodes"]


def test_nobody_who_is_shut_out_or_gone_is_written_to(world, letters):
    person = world.person(confirmed=False)
    with transaction():
        emit(PasskeyAdded(person_id=person.id))
        emit(PasskeyAdded(person_id=4711))
    assert letters() == []


def test_every_change_of_access_has_a_line_without_personal_data(world, mails, caplog):
    person = world.person()
    caplog.set_level(logging.INFO, logger="participation.security")
    for event in CHANGES_OF_ACCESS:
        with transaction():
            emit(event(person_id=person.id))
    mails()
    lines = [line for line in caplog.messages if line.startswith("security ")]
    assert [re.search(r"event=(\S+)", line)[1] for line in lines] == [event.name for event in CHANGES_OF_ACCESS]
    assert all(re.fullmatch(rf"security event=\S+ at=\S+Z person={person.id} by=\S+", line) for line in lines)
    quiet = {event.__name__ for event in PersonEvent.__subclasses__()} - {one.__name__ for one in CHANGES_OF_ACCESS}
    assert quiet == {"InactivityTold"}
    assert set(CHANGED) < set(CHANGES_OF_ACCESS)
