"""Typed text survives: it is kept while somebody writes, and comes back after the browser was killed."""

import os
import signal
import subprocess
import time

import pytest

from participation.contributions.models import Contribution, Draft
from participation.kernel.db import db
from participation.testing.browser import ARGS, CHROMIUM, PATIENCE_MS

JSON = {"Accept": "application/json"}
KEY_MS = 40  # a fast typist; fifty times of that stay below the most a text may have
LINE = "Der Radweg an der Ecke endet vor der Schule. "


@pytest.fixture
def answering(world):
    """What a form for an answer sends, and where to."""
    place = world.procedure(tenant=world.tenant("stadt"), slug="plan")
    above = world.contribution(place)
    names = {"module": "probe", "activity": "a", "type": "probe.note", "parent": above.reference}
    return "/stadt/plan/-/drafts", names, f"/stadt/plan/-/contributions/{above.reference}"


def typed():
    db.session.rollback()
    return [draft.fields["text"] for draft in db.session.query(Draft).order_by(Draft.id)]


def test_what_is_typed_on_stays_one_draft_and_comes_back_only_here(app, client, answering, world, figure):
    door, names, _ = answering
    first = client.post(door, data=names | {"text": LINE}, headers=JSON)
    kept = first.get_json()
    assert kept["sentence"] == "Zwischengespeichert. Nur Sie sehen das."
    for words in ("noch ein Satz", "und ein dritter"):
        again = client.post(door, data=names | {"text": LINE + words, "draft": kept["draft"]}, headers=JSON)
        assert again.get_json()["draft"] == kept["draft"]
    figure("one draft after 3 savings, given back to its own browser only")
    assert typed() == [LINE + "und ein dritter"]
    back = client.get(door, query_string=names, headers=JSON)
    assert (back.status_code, back.get_json()["text"]) == (200, LINE + "und ein dritter")
    assert back.headers["Cache-Control"] == "no-store"
    other = app.test_client()
    assert other.get(door, query_string=names, headers=JSON).status_code == 204
    stolen = other.post(door, data=names | {"text": "Anderes", "draft": kept["draft"]}, headers=JSON)
    assert stolen.get_json()["draft"] != kept["draft"]
    assert typed() == [LINE + "und ein dritter", "Anderes"]
    assert db.session.query(Contribution).count() == 1


def test_the_button_goes_on_with_what_was_kept(client, answering):
    door, names, _ = answering
    key = client.post(door, data=names | {"text": LINE}, headers=JSON).get_json()["draft"]
    answer = client.post(door, data=names | {"text": LINE + "Fertig.", "draft": key})
    assert answer.status_code == 303
    assert answer.location.endswith(key)
    assert typed() == [LINE + "Fertig."]


@pytest.mark.parametrize(("text", "status"), [("", 422), ("x" * 20_001, 422), ("x" * 250_000, 413)])
def test_what_cannot_be_kept_leaves_the_last_state_alone(client, answering, text, status):
    door, names, _ = answering
    key = client.post(door, data=names | {"text": LINE}, headers=JSON).get_json()["draft"]
    answer = client.post(door, data=names | {"text": text, "draft": key}, headers=JSON)
    assert answer.status_code == status
    assert typed() == [LINE]
    shown = client.post(door, data=names | {"text": text, "draft": key})
    assert f'name="draft" value="{key}"' in shown.get_data(as_text=True), "the form goes on with the same draft"


@pytest.mark.browser
def test_the_page_says_that_it_keeps_and_brings_back(site, visit):
    path = _answer_page(site)
    page = visit(site, path)
    page.get_by_label("Ihre Antwort").press_sequentially(LINE)
    page.get_by_text("Zwischengespeichert. Nur Sie sehen das.").wait_for()
    page.goto(path)
    page.get_by_text("Ihr angefangener Text ist wieder da.").wait_for()
    assert page.get_by_label("Ihre Antwort").input_value() == LINE
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    page.get_by_role("heading", name="Prüfen und absenden").wait_for()
    assert [text.strip() for text in typed()] == [LINE.strip()]


@pytest.mark.waits
@pytest.mark.browser
def test_a_killed_browser_loses_at_most_five_seconds(site, browser, tmp_path, sized, chance, figure):
    """The cookie that finds the draft is on disk half a minute after the first saving: Chromium decides that."""
    path, kills, lost = site.url + _answer_page(site), sized(quick=3, full=50), []
    _first_words(browser.browser_type, tmp_path, path)
    for number in range(kills):
        page = _opened(browser.browser_type, tmp_path).pages[0]
        page.goto(path)
        page.get_by_text("Ihr angefangener Text ist wieder da.").wait_for()
        words = _write_and_kill(page, tmp_path, chance.uniform(1, 12))
        kept = typed()
        assert len(kept) == 1, number
        lost.append(next((age for age, word in words if word.strip() not in kept[0].split()), 0))
    figure(f"{kills} kills of the browser: at most {max(lost):.1f} s of typing lost, no text lost whole")
    assert max(lost) <= 5


def _answer_page(site):
    place = site.world.procedure()
    above = site.world.contribution(place)
    return f"/{place.tenant.slug}/{place.slug}/-/contributions/{above.reference}"


def _opened(chromium, profile):
    context = chromium.launch_persistent_context(
        str(profile / "profile"), executable_path=CHROMIUM, args=list(ARGS), timezone_id="Europe/Berlin"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def _first_words(chromium, profile, path):
    context = _opened(chromium, profile)
    page = context.pages[0]
    page.goto(path)
    page.get_by_label("Ihre Antwort").press_sequentially(LINE)
    page.get_by_text("Zwischengespeichert").wait_for()
    context.close()  # an orderly end writes the cookie


def _write_and_kill(page, profile, seconds):
    """Type word by word, then kill all of Chromium. Returns each word with its age at the kill."""
    field, states, began = page.get_by_label("Ihre Antwort"), [], time.monotonic()
    field.press("Control+End")
    while time.monotonic() - began < seconds:
        word = f" w{time.monotonic_ns() // 1_000_000}"  # what is kept ends without a space
        field.press_sequentially(word, delay=KEY_MS)
        states.append((time.monotonic(), word))
    killed = time.monotonic()
    found = subprocess.run(["pgrep", "-f", str(profile / "profile")], capture_output=True, text=True, check=True)
    for number in found.stdout.split():
        try:
            os.kill(int(number), signal.SIGKILL)
        except ProcessLookupError:
            continue
    return [(killed - at, word) for at, word in states]
