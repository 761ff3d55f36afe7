"""Steps of trust, and what is looked at first: very much, very fast, many links, copies. Nothing is refused."""

from datetime import timedelta

import pytest

from participation.access.rules import VISITOR
from participation.accounts.models import Organisation
from participation.contributions import services
from participation.contributions.models import Contribution
from participation.contributions.pace import AT_FIRST, LATER, hosts_in, reasons_to_look
from participation.contributions.trust import KNOWN_AFTER, Step, step_of, step_of_viewer
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.procedures.guests import join_as_guest
from participation.procedures.models import Participant
from participation.procedures.participants import join
from participation.testing.probe import ADD

LONG = "In der Gartenstraße fehlt seit Jahren ein sicherer Weg für Kinder, die mit dem Rad zur Schule fahren."
OTHER = "Am Ufer sollten Bäume stehen bleiben, weil dort im Sommer viele Menschen Schatten suchen und sich ausruhen."


@pytest.fixture
def procedure(world):
    return world.procedure()


def step(person, procedure):
    return step_of(person.id, [], procedure.tenant_id)


def reasons(by, procedure, text="Ein neuer Gedanke.", **more):
    return reasons_to_look(by, procedure.id, text, **more)


def test_somebody_is_new_then_known_after_three_days(world, procedure, at):
    person = world.person()
    assert step(person, procedure) == Step.NEW
    with at(now() + KNOWN_AFTER + timedelta(minutes=1)):
        assert step(person, procedure) == Step.KNOWN
        assert step(world.person(confirmed=False), procedure) == Step.NEW


def test_a_contribution_makes_known_only_where_a_human_agreed_to_it(world, procedure):
    seen, unseen = world.person(), world.person()
    waited = world.contribution(procedure, seen, held_for=["pace"])
    world.contribution(procedure, unseen)
    assert step(seen, procedure) == Step.NEW
    with transaction():
        world.set_state(db.session.get(Contribution, waited.id), "published")
    assert (step(seen, procedure), step(unseen, procedure)) == (Step.KNOWN, Step.NEW)
    assert step(seen, world.procedure()) == Step.NEW, "at another authority everybody begins anew"


def test_a_code_a_badge_and_a_verified_organisation_verify(world, procedure):
    tenant, person, officer = procedure.tenant_id, world.person(), world.person()
    named = world.participant(procedure, person, "Fahrradverein")
    badged = world.participant(procedure, officer)
    with transaction():
        holder = join(world.again(procedure), identity="code")
        db.session.get(Participant, badged.id).badge = "authority"
    assert step_of(None, [holder.id], tenant) == Step.VERIFIED
    assert step(officer, procedure) == Step.VERIFIED
    assert step(person, procedure) == Step.NEW, "a name that was only typed proves nothing"
    with transaction():
        db.session.get(Organisation, named.organisation_id).verified_at = now()
    assert step(person, procedure) == Step.VERIFIED
    assert step_of_viewer(VISITOR, tenant) == Step.NEW


def test_a_new_person_is_looked_at_after_five_a_day_and_a_known_one_after_thirty(world, procedure, at):
    by, began = world.participant(procedure, person := world.person()), now()
    for number in range(AT_FIRST):
        world.contribution(procedure, person, f"Beitrag {number}", at=began - timedelta(hours=1))
    assert reasons(by, procedure) == ["pace"]
    with at(began + timedelta(hours=24)):
        assert reasons(by, procedure) == []
    with at(began + KNOWN_AFTER):
        for number in range(LATER):
            world.contribution(procedure, person, f"Beitrag {number}")
        assert reasons(by, procedure) == ["pace"]


def test_a_new_person_is_looked_at_within_a_minute_and_in_a_loud_network(world, procedure, at):
    by, began = world.participant(procedure, person := world.person()), now()
    world.contribution(procedure, person)
    assert reasons(by, procedure, calm=False) == ["gap", "network"]
    with at(began + timedelta(seconds=61)):
        assert reasons(by, procedure) == []
    with at(began + KNOWN_AFTER):
        world.contribution(procedure, person)
        assert reasons(by, procedure, calm=False) == []


def test_links_of_new_people_are_counted_and_a_host_many_lead_to(world, procedure, at):
    by, two = world.participant(procedure), "https://a.example/x und www.b.example"
    assert hosts_in(f"{two}, HTTP://nutzer@C.example.") == ["a.example", "b.example", "c.example"]
    assert reasons(by, procedure, two) == []
    assert reasons(by, procedure, f"{two} http://c.example") == ["links"]
    for number in range(3):
        world.contribution(procedure, source=f"{number} https://A.example/{number}")
    assert reasons(by, procedure, two) == ["links"]
    assert reasons(by, procedure, "https://exa.mp") == [], "a part of the name is another host"
    with at(now() + KNOWN_AFTER):
        assert reasons(by, procedure, f"{two} http://c.example") == []


def test_a_host_a_human_agreed_to_is_no_reason_any_more(world, procedure):
    by, link = world.participant(procedure), "https://gesetze.example/norm"
    made = [world.contribution(procedure, source=f"{number} {link}", held_for=["links"]) for number in range(3)]
    assert reasons(by, procedure, link) == ["links"]
    with transaction():
        world.set_state(db.session.get(Contribution, made[0].id), "published")
    assert reasons(by, procedure, link) == []


def test_copies_are_looked_at_whoever_sends_them(world, procedure):
    by = world.participant(procedure)
    world.contribution(procedure, source=LONG)
    assert reasons(by, procedure, LONG.upper()) == ["alike"]
    assert reasons(by, procedure, LONG.replace("Kinder", "Knaben") + " !!") == ["alike"]
    assert reasons(by, procedure, OTHER) == []
    assert reasons(world.participant(other := world.procedure()), other, LONG) == []


def test_short_phrases_may_come_thrice_an_hour_and_what_was_taken_back_again(world, procedure, at):
    by = world.participant(procedure)
    for _ in range(3):
        assert reasons(by, procedure, "Dafür!") == []
        world.contribution(procedure, source="Dafür!")
    assert reasons(by, procedure, "Dafür!") == ["alike"]
    with at(now() + timedelta(hours=1)):
        assert reasons(world.participant(procedure), procedure, "Dafür!") == [], "many think so, each for themselves"
    back = world.contribution(procedure, source=LONG)
    with transaction():
        world.set_state(db.session.get(Contribution, back.id), "withdrawn")
    assert reasons(by, procedure, LONG) == []


def test_an_edit_to_a_copy_or_to_links_is_looked_at_too(world, procedure):
    person = world.person()
    world.contribution(procedure, source=LONG)
    mine = world.contribution(procedure, person, "Harmlos.")
    for version, (text, why) in enumerate([(LONG + " Ja.", "alike"), ("http://a http://b http://c", "links")], 1):
        with transaction():
            who, row = world.viewer(person, procedure), db.session.get(Contribution, mine.id)
            services.edit(row, world.activity(procedure), ADD, who=who, source=text, version=version)
            assert (row.state, row.held_for) == ("pending", why)


def test_a_moderated_phase_is_a_reason_too(world):
    procedure = world.procedure(moderation="always")
    row = world.contribution(procedure)
    assert (row.state, row.held_for) == ("pending", "phase")


def test_a_guest_is_new_whatever_happens(world, procedure):
    with transaction():
        guest = join_as_guest(world.again(procedure), "k" * 43)
        assert step_of(None, [guest.id], procedure.tenant_id) == Step.NEW
