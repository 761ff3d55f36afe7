"""Finding ideas, and proposing one from the form to the receipt."""

import re

import pytest

from modules.ideas.tests.conftest import token
from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution, Draft
from participation.interfaces import Role
from participation.kernel.db import db, transaction

FIELDS = {
    "module": "ideas",
    "activity": "a",
    "type": "ideas.idea",
    "title": "Mehr Licht am Ufer",
    "category": "k2",
    "text": "Im Winter sieht man nichts.",
    "where": "Uferweg bei der Brücke",
    "position": "50.7352 7.0986",
}


def titles(page):
    return re.findall(r'class="idea__title"[^>]*><a [^>]*>([^<]+)</a>', page)


@pytest.mark.requirement("RA-4.3-03")
def test_the_list_is_narrowed_and_ordered_by_its_address(client, base, idea, support):
    first = idea("Breiter Weg", place="k1", at=(7.05, 50.7))
    idea("Mehr Licht", place="k2", words="Am Tunnel")
    support(first)
    page = client.get(f"{base}/ideas/a/").get_data(as_text=True)
    assert titles(page) == ["Mehr Licht", "Breiter Weg"]
    assert "2 Ideen" in page
    assert "Am Tunnel" in page
    assert titles(client.get(f"{base}/ideas/a/?at=k1").get_data(as_text=True)) == ["Breiter Weg"]
    assert titles(client.get(f"{base}/ideas/a/?sort=agreed").get_data(as_text=True)) == ["Breiter Weg", "Mehr Licht"]
    near = client.get(f"{base}/ideas/a/?near=50.7,7.05&radius=250").get_data(as_text=True)
    assert titles(near) == ["Breiter Weg"]
    assert "1 Idee in dieser Auswahl" in near
    assert "Keine Ideen gefunden" in client.get(f"{base}/ideas/a/?at=k9").get_data(as_text=True)


@pytest.mark.requirement("RA-4.3-01")
def test_an_idea_goes_from_the_form_to_the_receipt(world, client, procedure, base):
    form = client.get(f"{base}/ideas/a/new?at=k2").get_data(as_text=True)
    assert re.search(r'<option selected value="k2">|<option value="k2" selected>', form)
    world.log_in(client, world.person("Erika Beispiel"))
    csrf = token(client.get(f"{base}/ideas/a/new").get_data(as_text=True))
    kept = client.post(f"{base}/-/drafts", data=FIELDS | {"csrf_token": csrf})
    assert kept.status_code == 303
    page = client.get(kept.location).get_data(as_text=True)
    for name in ("Mehr Licht am Ufer", "Uferweg bei der Brücke", "50.7352 7.0986"):
        assert name in page
    sent = client.post(kept.location, data=FIELDS | {"csrf_token": token(page), "do": "send"})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    row = db.session.query(Contribution).one()
    assert (row.title, row.place, row.source) == ("Mehr Licht am Ufer", "k2", "Im Winter sieht man nichts.")
    location = locations_of([row.id])[row.id]
    assert (location.latitude, location.longitude, location.words) == (50.7352, 7.0986, "Uferweg bei der Brücke")
    shown = client.get(f"{base}/-/contributions/{row.reference}").get_data(as_text=True)
    assert "<h1>Mehr Licht am Ufer</h1>" in shown
    assert "Uferweg bei der Brücke" in shown
    assert client.get(f"{base}/ideas/a/ideas/{row.reference}").location.endswith(f"/-/contributions/{row.reference}")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "einen Titel"),
        ({"title": "x" * 201}, "kürzen Sie den Titel"),
        ({"category": "k9"}, "eine Kategorie"),
        ({"position": "irgendwo"}, "nicht lesen"),
        ({"where": "x" * 301}, "höchstens 300"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(world, client, base, wrong, sentence):
    world.log_in(client, world.person("Erika Beispiel"))
    csrf = token(client.get(f"{base}/ideas/a/new").get_data(as_text=True))
    kept = client.post(f"{base}/-/drafts", data=FIELDS | wrong | {"csrf_token": csrf})
    csrf = token(client.get(kept.location).get_data(as_text=True))
    answer = client.post(kept.location, data=FIELDS | wrong | {"csrf_token": csrf, "do": "send", "text": "Neuer Text"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "Neuer Text" in page
    assert db.session.query(Contribution).count() == 0
    assert db.session.query(Draft).one().fields["text"] == "Neuer Text"


def test_the_author_changes_title_text_and_place(world, client, procedure, base, idea):
    person = world.person("Erika Beispiel")
    made = idea("Mehr Licht", person=person, at=(7.05, 50.7))
    world.log_in(client, person)
    path = f"{base}/-/contributions/{made.reference}/edit"
    page = client.get(path).get_data(as_text=True)
    assert "50.7 7.05" in page
    changed = {"title": "Viel mehr Licht", "text": "Anders.", "where": "Am Ufer", "position": "", "version": "1"}
    assert client.post(path, data=changed | {"csrf_token": token(page)}).status_code == 303
    row = world.again_contribution(made)
    assert (row.title, row.source, row.versions, row.place) == ("Viel mehr Licht", "Anders.", 2, "k1")
    location = locations_of([row.id])[row.id]
    assert (location.longitude, location.words) == (None, "Am Ufer")


def test_staff_arrange_the_categories(world, client, procedure, base, idea):
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    path = f"{base}/ideas/a/setup"
    csrf = token(client.get(path).get_data(as_text=True))
    new = {"csrf_token": csrf, "title": "Parken", "colour": "green", "shape": "star"}
    assert client.post(path, data=new).status_code == 303
    assert client.post(path, data=new).status_code == 422  # the name is taken, and what was typed stands there
    assert "Parken" in client.get(path).get_data(as_text=True)
    changed = new | {"title": "Fahrräder parken"}
    assert client.post(f"{path}?category=k3", data=changed).status_code == 303
    assert client.post(f"{path}/k3/up", data={"csrf_token": csrf}).status_code == 303
    idea("Breiter Weg", place="k1")
    assert client.post(f"{path}/k1/remove", data={"csrf_token": csrf}).status_code == 409
    assert client.post(f"{path}/k2/remove", data={"csrf_token": csrf}).status_code == 303
    page = client.get(path).get_data(as_text=True)
    assert page.index("Wege") < page.index("Fahrräder parken")
    assert client.get(f"{path}?category=k9").status_code == 404


@pytest.fixture
def settled(world, procedure):
    """`settled(called="reports")` changes how the collection is set up."""

    def settle(**settings):
        with transaction():
            activity = world.activity(procedure)
            activity.settings = dict(activity.settings) | settings

    return settle


def test_where_defects_are_reported_no_page_speaks_of_ideas(client, base, idea, settled):
    settled(called="reports", rating="none")
    idea("Pfütze")
    idea("Laterne")
    page = client.get(f"{base}/ideas/a/").text
    for words in (
        "Mangel melden",
        "Meldungen durchsuchen",
        "2 Meldungen",
        "Karte der Meldungen",
        "Meldungen in der Nähe",
    ):
        assert words in page
    form = client.get(f"{base}/ideas/a/new").text
    assert "Ihre Meldung" in form
    for seen in (page, form, client.get(f"{base}/ideas/a/near?spot=x").text):
        assert "Idee" not in seen
    assert "Best bewertet" not in page
    assert client.get(f"{base}/ideas/a/?sort=agreed").status_code == 200


def test_votes_of_another_portal_stand_beside_those_of_this_one(world, client, base, idea, support):
    made = idea("Breiter Weg")
    with transaction():
        row = world.again_contribution(made)
        row.imported, row.score = 1_250, 1_250
    support(made)
    for path in (f"{base}/ideas/a/", f"{base}/-/contributions/{made.reference}"):
        page = " ".join(client.get(path).text.split())
        assert "Dazu 1.250 Stimmen aus einem anderen Portal" in page
        assert re.search(r">1</strong> <span class=\"rating__word\">Person unterstützt das", page)


def test_before_it_is_sent_nobody_speaks_of_a_text(client, base):
    kept = client.post(f"{base}/-/drafts", data={**FIELDS, "category": ""}, headers={"Origin": "http://localhost"})
    page = client.get(kept.location).text
    assert re.search(r"Ihr Text bezieht sich auf</h2>\s*<p><a [^>]*>Erstes Format</a></p>", page)
    assert "ganzen Text" not in page
