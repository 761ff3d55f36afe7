"""Saying where with the name of a place: in the form without a script, and around an address in the list."""

import re

import pytest

from modules.ideas.tests.conftest import token
from participation.contributions.locations import locations_of
from participation.contributions.models import Draft
from participation.contributions.place_names import change_places
from participation.kernel.db import db, transaction
from participation.kernel.geocoder import Spot

FIELDS = {
    "module": "ideas",
    "activity": "a",
    "type": "ideas.idea",
    "title": "Mehr Licht am Ufer",
    "category": "k2",
    "text": "",
    "where": "markt",
    "position": "",
    "do": "find-place",
}
MARKET = "take-place 50.735 7.1023|Markt"


@pytest.fixture
def places(procedure):
    spots = [Spot("Markt", (7.1023, 50.735)), Spot("Marktgarten", (7.05, 50.7)), Spot("Hafen", (7.15, 50.72))]
    with transaction():
        change_places(procedure.tenant, spots)


@pytest.fixture
def somebody(world, client):
    person = world.person("Erika Beispiel")
    world.log_in(client, person)
    return person


def typed(page, name):
    found = re.search(
        rf'<(?:input|textarea)[^>]*name="{name}"[^>]*?(?:value="([^"]*)"[^>]*>|>\s*([^<]*)</textarea>)', page
    )
    return (found[1] or found[2] or "").strip()


def offered(page):
    return re.findall(r'name="do" value="(take-place [^"]+)"', page)


def test_a_button_leads_back_with_places_and_keeps_what_was_typed(client, base, places):
    new = client.get(f"{base}/ideas/a/new").text
    assert "Ort suchen" in new
    found = client.post(f"{base}/-/drafts", data=FIELDS)
    assert found.status_code == 200
    assert "<h1>Ort wählen</h1>" in found.text
    assert "2 Orte gefunden" in found.text
    assert offered(found.text) == [MARKET, "take-place 50.7 7.05|Marktgarten"]
    assert typed(found.text, "title") == "Mehr Licht am Ufer"
    taken = client.post(f"{base}/-/drafts", data=FIELDS | {"do": MARKET})
    assert (typed(taken.text, "where"), typed(taken.text, "position")) == ("Markt", "50.735 7.1023")
    assert db.session.query(Draft).count() == 0
    kept = client.post(f"{base}/-/drafts", data=FIELDS | {"do": "", "text": "Es ist dunkel.", "position": "50.7 7.1"})
    assert kept.status_code == 303


def test_an_unknown_place_is_said_at_its_field_and_none_is_looked_for_without_words(client, base, places):
    answer = client.post(f"{base}/-/drafts", data=FIELDS | {"where": "Nirgendwo 7"})
    assert answer.status_code == 422
    assert re.search(r'id="where-error".*nicht gefunden', answer.text)
    assert typed(answer.text, "where") == "Nirgendwo 7"
    sent = client.post(f"{base}/-/drafts", data=FIELDS | {"where": "", "text": "Es ist dunkel."})
    assert sent.status_code == 303


def test_the_page_of_a_draft_and_of_a_change_find_places_too(world, client, procedure, base, places, somebody):
    csrf = token(client.get(f"{base}/ideas/a/new").text)
    fields = FIELDS | {"csrf_token": csrf, "text": "Es ist dunkel.", "do": ""}
    draft = client.post(f"{base}/-/drafts", data=fields).location
    found = client.post(draft, data=fields | {"do": "find-place", "title": "Licht"})
    assert offered(found.text)[0] == MARKET
    client.post(draft, data=fields | {"do": MARKET, "title": "Licht"})
    db.session.rollback()
    kept = db.session.query(Draft).one().fields
    assert (kept["title"], kept["where"], kept["position"]) == ("Licht", "Markt", "50.735 7.1023")
    page = client.get(draft).text
    sent = client.post(draft, data=fields | {"do": "send", "where": "Markt", "position": typed(page, "position")})
    reference = sent.location.split("/")[-2]
    edit = f"{base}/-/contributions/{reference}/edit"
    change = {"csrf_token": csrf, "title": "Licht", "text": "Es ist sehr dunkel.", "version": "1", "where": "hafen"}
    looked = client.post(edit, data=change | {"position": "50.735 7.1023", "do": "find-place"})
    assert looked.status_code == 200, looked.text
    assert offered(looked.text) == ["take-place 50.72 7.15|Hafen"]
    changed = client.post(edit, data=change | {"position": "50.72 7.15"})
    assert changed.status_code == 303
    (location,) = locations_of([world.again(procedure).id, 1]).values()
    assert (location.words, location.longitude) == ("hafen", 7.15)


@pytest.mark.requirement("RA-4.3-03")
def test_ideas_around_an_address_are_found_by_its_name(client, base, places, idea):
    idea("Am Markt", at=(7.1023, 50.735))
    idea("Am Hafen", at=(7.15, 50.72))
    page = client.get(f"{base}/ideas/a/?at=k1").text
    assert "Ideen in der Nähe" in page
    meant = client.get(f"{base}/ideas/a/near?spot=MARKT&radius=250&at=k1&sort=agreed")
    assert meant.status_code == 302
    assert meant.location.startswith(f"{base}/ideas/a/?")
    for part in ("near=50.735,7.1023", "radius=250", "at=k1", "sort=agreed"):
        assert part in meant.location.replace("%2C", ",")
    narrowed = client.get(meant.location).text
    assert "Am Markt" in narrowed
    assert "Am Hafen" not in narrowed
    assert "höchstens 250 Meter" in narrowed


def test_several_places_are_offered_and_none_is_said(client, base, places):
    several = client.get(f"{base}/ideas/a/near?spot=mar").text
    assert "2 Orte gefunden" in several
    assert re.search(r'<a href="[^"]*near=50.7(?:,|%2C)7.05[^"]*">Marktgarten</a>', several)
    nothing = client.get(f"{base}/ideas/a/near?spot=Nirgendwo").text
    assert "Diesen Ort haben wir nicht gefunden" in nothing
    assert 'value="Nirgendwo"' in nothing
    assert "Bitte nennen Sie" in client.get(f"{base}/ideas/a/near?spot=").text
