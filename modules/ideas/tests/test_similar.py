"""What is there already, while somebody types a new idea."""

import pytest

from modules.ideas.tests.conftest import token
from modules.ideas.tests.test_views import FIELDS
from participation.contributions.services import change_state
from participation.kernel.db import transaction
from participation.kernel.outbox import work_off

TYPED = {"module": "ideas", "activity": "a", "type": "ideas.idea"}


@pytest.fixture
def ideas(world, idea):
    """Four ideas; the last two are not to be found by others."""
    light = idea("Mehr Licht am Ufer", source="Im Winter ist es am Uferweg dunkel.", at=(7.05, 50.7))
    bench = idea("Eine Bank am Markt", source="Zum Ausruhen.", at=(7.06, 50.71))
    hidden = idea("Mehr Licht am Ufer, sofort", source="Im Winter ist es am Uferweg dunkel.", at=(7.05, 50.7))
    with transaction():
        change_state(world.again_contribution(hidden), "hidden", actor_id=None)
    work_off()
    return light, bench


def ask(client, base, **typed):
    return client.post(f"{base}/-/similar", data=TYPED | typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"title": "Licht am Uferweg"}, ["Mehr Licht am Ufer"]),
        ({"title": "Mehr Lichter an das Ufer"}, ["Mehr Licht am Ufer"]),
        ({"title": "Beleuchtung", "text": "Der Uferweg ist im Winter sehr dunkel."}, ["Mehr Licht am Ufer"]),
        ({"title": "Bänke"}, ["Eine Bank am Markt"]),
        ({"title": "Ein neuer Spielplatz"}, []),
        ({"title": "Schlagloch", "position": "50.7101 7.06"}, ["Eine Bank am Markt"]),
        ({"title": "Schlagloch", "position": "50.72 7.06"}, []),
        ({"title": "Schlagloch", "position": "50.7"}, []),
        ({"title": '"* OR (', "text": "' & |"}, []),
        ({}, []),
    ],
)
def test_similar_ideas_are_found_by_words_and_nearness(client, base, ideas, typed, found):
    answer = ask(client, base, **typed)
    assert [item["title"] for item in answer.json["items"]] == found
    assert answer.headers["Cache-Control"] == "no-store"
    assert bool(answer.json["sentence"]) == bool(found)


def test_the_nearest_says_how_far_and_leads_to_it(client, base, ideas):
    found = ask(client, base, title="Schlagloch", position="50.7101 7.06").json["items"][0]
    assert found["url"].endswith(f"/-/contributions/{ideas[1].reference}")
    assert found["about"] == "11 m entfernt, 0 Antworten"


def test_the_page_that_checks_a_draft_shows_the_same_without_a_script(world, client, base, ideas):
    page = client.get(f"{base}/ideas/a/new").get_data(as_text=True)
    assert f'data-similar="{base}/-/similar"' in page
    world.log_in(client, world.person())
    csrf = token(client.get(f"{base}/ideas/a/new").get_data(as_text=True))
    kept = client.post(f"{base}/-/drafts", data=FIELDS | {"csrf_token": csrf})
    shown = client.get(kept.location).get_data(as_text=True)
    assert "Ähnliche Beiträge" in shown
    assert f"/-/contributions/{ideas[0].reference}" in shown


def test_many_questions_from_one_network_are_refused(client, base, ideas, monkeypatch):
    monkeypatch.setattr("participation.pages.contribution_similar.ASKED_AT_MOST", 2)
    answers = [ask(client, base, title="Licht am Ufer").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert ask(client, base, module="nothing").status_code == 404
