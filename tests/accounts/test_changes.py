"""Changing name, address and password."""

import pytest
from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.versions import version_of
from participation.procedures.models import Participant


@pytest.mark.requirement("RA-3-06")
def test_a_new_name_stands_beside_everything_already_written(world, client, post):
    procedure, person = world.procedure(), world.person(name="Vorher")
    world.contribution(procedure, person)
    before = version_of(f"procedure:{procedure.id}")
    world.log_in(client, person)
    assert post(client, "/-/settings", name="Nachher", language="en").status_code == 302
    db.session.expire_all()
    assert (person.display_name, person.language) == ("Nachher", "en")
    assert db.session.scalars(select(Participant.pseudonym)).one() == "Nachher"
    assert version_of(f"procedure:{procedure.id}") == before + 1


def test_fields_that_are_not_in_the_form_change_nothing(world, client, post):
    person = world.person()
    world.log_in(client, person)
    post(client, "/-/settings", name="Name", language="de", is_operator="1", email="x@y.example", id="7")
    db.session.expire_all()
    assert not person.is_operator
    assert person.email.startswith("person-")


@pytest.mark.requirement("RA-3-06")
def test_a_password_is_changed_by_whoever_knows_the_old_one_and_other_log_ins_end(world, app, post):
    person, here, there = world.person(), app.test_client(), app.test_client()
    world.log_in(here, person)
    world.log_in(there, person)
    assert post(here, "/-/password", old="falsch-falsch-falsch", password="ganz neue Wörter").status_code == 422
    assert post(here, "/-/password", old=world.password, password="passwort123").status_code == 422
    assert there.get("/-/settings").status_code == 200
    assert post(here, "/-/password", old=world.password, password="ganz neue Wörter").status_code == 302
    assert here.get("/-/settings").status_code == 200
    assert there.get("/-/settings").status_code == 302
    assert post(app.test_client(), "/-/log-in", email=person.email, password="ganz neue Wörter").status_code == 302


@pytest.mark.requirement("RA-3-06")
def test_a_new_address_counts_once_its_link_was_opened_and_the_old_one_is_told(world, app, post, letters):
    person, here, there = world.person(), app.test_client(), app.test_client()
    old = person.email
    world.log_in(here, person)
    world.log_in(there, person)
    assert post(here, "/-/e-mail", email="neu@uebung.example", old="falsch-falsch").status_code == 422
    post(here, "/-/e-mail", email="neu@uebung.example", old=world.password)
    mails = {to: (subject, link) for to, subject, link in letters()}
    assert set(mails) == {old, "neu@uebung.example"}
    assert mails[old][0] == "Ihre E-Mail-Adresse soll geändert werden"
    assert db.session.get_one(Person, person.id).email == old
    assert post(here, mails["neu@uebung.example"][1]).location.startswith("/-/settings")
    db.session.expire_all()
    assert person.email == "neu@uebung.example"
    assert here.get("/-/settings").status_code == 200
    assert there.get("/-/settings").status_code == 302


def test_an_address_that_has_an_owner_is_not_taken_over(world, client, post, letters):
    person, other = world.person(), world.person()
    world.log_in(client, person)
    answer = post(client, "/-/e-mail", email=other.email, old=world.password)
    assert answer.location == "/-/mail-sent"
    subjects = {to: subject for to, subject, _ in letters()}
    assert subjects[other.email] == "Zu dieser Adresse gibt es schon ein Konto"


def test_whoever_has_no_password_gets_one_by_link(world, client):
    world.log_in(client, world.person(account=False))
    assert client.get("/-/password").location == "/-/forgotten"
