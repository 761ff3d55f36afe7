"""Feeds and calendars of real procedures: complete, public things only, asked for again cheaply."""

from datetime import date, timedelta
from xml.etree.ElementTree import fromstring

import pytest
from icalendar import Calendar

from participation.access.services import grant_role
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import last_day, local
from participation.kernel.db import db, transaction
from participation.procedures.advancing import advance
from participation.procedures.services import change_procedure

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def titles(client, url):
    answer = client.get(url)
    assert answer.mimetype == "application/atom+xml"
    return [entry.text for entry in fromstring(answer.data).findall("a:entry/a:title", ATOM)]


def place(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def pause(world, procedure):
    actor = world.person()
    with transaction():
        roles = frozenset({Role.MANAGER})
        advance(world.again(procedure), "pause", actor_id=actor.id, roles=roles, reason="x")


def test_a_feed_tells_stages_and_contributions(world, client):
    procedure = world.procedure(title="Stadtpark")
    here = place(procedure)
    contribution = world.contribution(procedure, source="Mehr **Bäume**")
    reference = contribution.reference
    pause(world, procedure)
    for url in (f"{here}/-/feed.atom", f"/{here.split('/')[1]}/-/feed.atom", "/-/feed.atom"):
        assert titles(client, url) == ["Stadtpark · Unterbrochen", "Beitrag zu „Stadtpark“"]
    root = fromstring(client.get(f"{here}/-/feed.atom").data)
    (content,) = root.findall("a:entry/a:content", ATOM)
    assert content.text == "<p>Mehr <strong>Bäume</strong></p>"
    ids = [entry.text for entry in root.findall("a:entry/a:id", ATOM)]
    assert ids[1] == f"tag:localhost,2026:{here[1:]}/contribution/{reference}"
    links = [link.get("href") for link in root.findall("a:entry/a:link", ATOM)]
    assert links == [f"http://localhost{here}/", f"http://localhost{here}/-/contributions/{reference}"]


def test_a_feed_speaks_the_language_of_its_address(world, client):
    here = place(world.procedure())
    root = fromstring(client.get(f"/en{here}/-/feed.atom").data)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert root.find("a:link[@rel='alternate']", ATOM).get("href") == f"http://localhost/en{here}/"


def test_what_is_hidden_or_in_preparation_is_in_no_feed(world, client):
    procedure = world.procedure(title="Stadtpark")
    here = place(procedure)
    contribution = world.contribution(procedure)
    world.contribution(world.procedure(kinds=["secret"], title="Still", tenant=procedure.tenant), source="x")
    draft = world.procedure(stage="draft", title="Geheim")
    there, staff = place(draft), world.person()
    with transaction():
        contributions.change_state(db.session.get_one(Contribution, contribution.id), "hidden", actor_id=None)
        grant_role(staff.id, Role.MANAGER, draft.tenant_id)
    assert titles(client, f"{here}/-/feed.atom") == []
    assert titles(client, "/-/feed.atom") == []
    assert client.get(f"{there}/-/feed.atom").status_code == 404
    world.log_in(client, staff)
    assert titles(client, "/-/feed.atom") == []


def test_tenants_are_apart(world, client):
    one, other = world.procedure(title="Eins"), world.procedure(title="Zwei")
    here = place(one)
    world.contribution(one)
    world.contribution(other)
    assert titles(client, f"/{here.split('/')[1]}/-/feed.atom") == ["Beitrag zu „Eins“"]


def test_an_unchanged_feed_is_not_sent_again(world, client):
    procedure = world.procedure()
    url = f"{place(procedure)}/-/feed.atom"
    first = client.get(url)
    assert first.headers["Last-Modified"]
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    world.contribution(procedure)
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def events(client, url):
    answer = client.get(url)
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    return calendar, {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


@pytest.mark.requirement("RA-3-20")
def test_a_calendar_holds_phases_answers_and_decision(world, client):
    procedure = world.procedure(title="Stadtpark, Teil 1; Ufer")
    url = f"{place(procedure)}/-/dates.ics"
    phase = world.phase(procedure)
    begins, last = local(phase.begins_at).date(), last_day(phase.ends_at)
    with transaction():
        change_procedure(
            world.again(procedure),
            answers_by=date(2027, 2, 28),
            decision_on=date(2027, 3, 15),
            contact="beteiligung@stadt.example",
        )
    calendar, found = events(client, url)
    name = "Notieren: Stadtpark, Teil 1; Ufer"
    assert set(found) == {
        f"Beginnt: {name}", f"Frist endet: {name}", "Antworten bis zu diesem Tag: Stadtpark, Teil 1; Ufer",
        "Entscheidung: Stadtpark, Teil 1; Ufer",
    }  # fmt: skip
    assert found[f"Beginnt: {name}"]["DTSTART"].dt == begins
    end = found[f"Frist endet: {name}"]
    assert (end["DTSTART"].dt, end["DTEND"].dt) == (last, last + timedelta(days=1)), "one whole day"
    assert "Kontakt: beteiligung@stadt.example" in end["DESCRIPTION"]
    assert not calendar.walk("VTIMEZONE"), "whole days need no zone"
    decision = next(event for title, event in found.items() if title.startswith("Entscheidung"))
    assert (decision["DTSTART"].dt, decision["DTEND"].dt) == (date(2027, 3, 15), date(2027, 3, 16))


def test_the_numbers_of_dates_never_change(world, client):
    procedure = world.procedure()
    url = f"{place(procedure)}/-/dates.ics"
    _, before = events(client, url)
    with transaction():
        change_procedure(world.again(procedure), title="Anders")
    _, after = events(client, url)
    assert [str(event["UID"]) for event in before.values()] == [str(event["UID"]) for event in after.values()]
    assert [event["SEQUENCE"] for event in before.values()] < [event["SEQUENCE"] for event in after.values()]
    assert timedelta(0) < next(iter(after.values()))["DTEND"].dt - next(iter(after.values()))["DTSTART"].dt
