"""What moderation does with ideas: another category, the right place on the ground, doubles put together."""

import re
from datetime import timedelta

import pytest

from modules.ideas import queries
from modules.ideas.selection import Selection
from modules.ideas.tests.conftest import token
from participation.contributions.counters import drift
from participation.contributions.locations import locations_of
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.moderation.acts import UNDO
from participation.moderation.models import ModerationBatch
from participation.moderation.undo import take_back


@pytest.fixture
def desk(world, client, procedure):
    """The address of the desk, for a moderator who is logged in."""
    world.log_in(client, world.staff(procedure.tenant, Role.MODERATOR), staff=True)
    return f"/{procedure.tenant.slug}/-/moderation"


def undo_last():
    with transaction():
        take_back(db.session.query(ModerationBatch).order_by(ModerationBatch.id.desc()).first())


@pytest.mark.requirement("RA-4.1-10")
def test_an_idea_moves_to_another_category_and_back(world, client, procedure, idea, desk, mails, at):
    author = world.person()
    made = idea("Mehr Licht", place="k1", person=author)
    answer = world.contribution(procedure, source="Ja, bitte.", parent=world.again_contribution(made))
    page = client.get(f"{desk}/{made.reference}/move").get_data(as_text=True)
    assert "In eine andere Kategorie verschieben" in page
    assert 'value="k2"' in page
    assert 'value="k1"' not in page
    fields = {"csrf_token": token(page), "state": "published", "version": "1", "place": "k2"}
    moved = client.post(f"{desk}/{made.reference}/move", data=fields)
    assert "done=moved" in moved.location
    assert {world.again_contribution(entry).place for entry in (made, answer)} == {"k2"}
    assert [category.number for category in queries.categories_of(world.activity(procedure))] == [0, 2]
    assert "1 Beitrag verschoben" in client.get(moved.location).get_data(as_text=True)
    undo_last()
    assert {world.again_contribution(entry).place for entry in (made, answer)} == {"k1"}
    assert not drift()
    assert client.post(f"{desk}/{made.reference}/move", data=fields).status_code == 302
    with at(now() + UNDO + timedelta(minutes=1)):
        told = [mail for mail in mails() if "Kategorie" in mail["Subject"]]
    assert [mail["To"] for mail in told] == [author.email]
    assert "in der Kategorie „Licht“" in told[0].get_body(("plain",)).get_content()


@pytest.mark.usefixtures("area")
def test_the_place_on_the_ground_is_corrected_and_exactly_put_back(world, client, procedure, idea, desk, mails, at):
    author = world.person()
    made = idea("Mehr Licht", at=(7.05, 50.7), words="Ecke Markt", person=author)
    assert "Ort berichtigen" in client.get(f"{desk}/{made.reference}").get_data(as_text=True)
    page = client.get(f"{desk}/{made.reference}/location").get_data(as_text=True)
    assert "50.7 7.05" in page
    fields = {"csrf_token": token(page), "state": "published", "version": "1", "was": was(page), "where": "Am Bahnhof"}
    outside = client.post(f"{desk}/{made.reference}/location", data=fields | {"position": "52.5 13.4"})
    assert outside.status_code == 422
    assert "außerhalb des Gebiets" in outside.get_data(as_text=True)
    assert "52.5 13.4" in outside.get_data(as_text=True)
    before = kept(made)
    done = client.post(f"{desk}/{made.reference}/location", data=fields | {"position": "50.7 7.15"})
    assert "done=relocated" in done.location
    assert kept(made) == (7.15, 50.7, "Am Bahnhof")
    assert client.post(f"{desk}/{made.reference}/location", data=fields | {"position": "50.7 7.15"}).status_code == 409
    undo_last()
    assert kept(made) == before
    assert world.again_contribution(made).district == "Weststadt"
    assert client.post(f"{desk}/{made.reference}/location", data=fields | {"position": "50.7 7.15"}).status_code == 302
    with at(now() + UNDO + timedelta(minutes=1)):
        told = [mail for mail in mails() if "Der Ort Ihres Beitrags" in mail["Subject"]]
    assert [mail["To"] for mail in told] == [author.email]
    assert "Am Bahnhof" in told[0].get_body(("plain",)).get_content()


def was(page):
    """What the page says it corrects."""
    return re.search(r'name="was"[^>]*value="(\w+)"', page)[1]


def test_of_two_who_correct_a_place_the_second_sees_the_first(world, client, procedure, idea, desk):
    made = idea("Mehr Licht", at=(7.05, 50.7))
    path = f"{desk}/{made.reference}/location"
    page = client.get(path).get_data(as_text=True)
    fields = {"csrf_token": token(page), "state": "published", "version": "1", "was": was(page), "where": ""}
    assert client.post(path, data=fields | {"position": "50.7 7.15"}).status_code == 302
    second = client.post(path, data=fields | {"position": "50.7 7.01", "where": "Mein Ort"})
    assert second.status_code == 409
    assert kept(made) == (7.15, 50.7, "")
    shown = second.get_data(as_text=True)
    assert "Mein Ort" in shown
    assert "7.15" in shown
    meant = fields | {"position": "50.7 7.01", "was": was(shown)}
    assert client.post(path, data=meant).status_code == 302
    assert kept(made) == (7.01, 50.7, "")


def test_a_place_can_be_taken_away_and_an_answer_has_none(world, client, procedure, idea, desk):
    made = idea("Mehr Licht", at=(7.05, 50.7))
    answer = world.contribution(procedure, source="Ja, bitte.", parent=world.again_contribution(made))
    assert client.get(f"{desk}/{answer.reference}/location").status_code == 404
    page = client.get(f"{desk}/{made.reference}/location").get_data(as_text=True)
    fields = {
        "csrf_token": token(page),
        "state": "published",
        "version": "1",
        "was": was(page),
        "where": "",
        "position": "",
    }
    assert client.post(f"{desk}/{made.reference}/location", data=fields).status_code == 302
    assert locations_of([made.id]) == {}
    undo_last()
    assert kept(made) == (7.05, 50.7, "")


@pytest.mark.requirement("RA-4.1-08")
def test_merged_ideas_leave_list_and_map_and_count_with_the_target(world, client, procedure, idea, support, desk):
    into, double = idea("Mehr Licht am Ufer"), idea("Mehr Licht am Ufer bitte")
    both = support(into)
    support(double, both)
    support(double)
    page = client.get(f"{desk}/{into.reference}/similar").get_data(as_text=True)
    chosen = {"csrf_token": token(page), "chosen": f"{double.reference}:published:1"}
    assert client.post(f"{desk}/{into.reference}/merge", data=chosen).status_code == 302
    found = queries.found_ideas(world.activity(procedure), Selection(), sort="agreed")
    assert [(item.title, item.agree, item.score) for item in found.items] == [("Mehr Licht am Ufer", 2, 2)]
    undo_last()
    found = queries.found_ideas(world.activity(procedure), Selection(), sort="agreed")
    assert [(item.title, item.agree) for item in found.items] == [
        ("Mehr Licht am Ufer bitte", 2),
        ("Mehr Licht am Ufer", 1),
    ]


def kept(made):
    row = locations_of([made.id])[made.id]
    return row.longitude, row.latitude, row.words


def test_what_lies_close_by_or_is_named_can_be_merged_too(world, client, procedure, idea, desk):
    into = idea("Schlagloch vor der Schule", at=(7.05, 50.7), source="Sehr tief, bitte füllen.")
    close = idea("Loch im Asphalt", at=(7.0501, 50.7), source="Mein Rad ist kaputt.")
    far = idea("Straße beschädigt", at=(7.1, 50.7), source="Der Belag bricht auf.")
    path = f"{desk}/{into.reference}/similar"
    page = client.get(path).get_data(as_text=True)
    assert close.reference in page
    assert far.reference not in page
    assert "keinen Beitrag derselben Art" in client.get(f"{path}?with=AAAAA-AAAAA").get_data(as_text=True)
    page = client.get(f"{path}?with={far.reference.lower()}").get_data(as_text=True)
    assert "keinen Beitrag derselben Art" not in page
    chosen = [f"{entry.reference}:published:1" for entry in (close, far)]
    answer = client.post(f"{desk}/{into.reference}/merge", data={"csrf_token": token(page), "chosen": chosen})
    assert answer.status_code == 302
    assert {world.again_contribution(entry).merged_into_id for entry in (close, far)} == {into.id}
