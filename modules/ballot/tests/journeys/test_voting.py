"""The voting journey in a browser: with and without script, on a phone, by keyboard; each state is checked."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from modules.ballot.tests.conftest import make_vote
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.testing.accessibility import check, focused
from participation.testing.world import PASSWORD
from participation.voting.models import Ballot

pytestmark = pytest.mark.browser
PATH = "/musterland/park/ballot/a/"
FACTS = {"slug": "park", "title": "Ein Park für alle", "summary": "Stimmen Sie ab, wie der Park wird."}


@pytest.fixture
def park(site):
    tenant = site.world.tenant("musterland", name="Stadt Musterland")
    return make_vote(site.world, tenant, answers_by=today() + timedelta(days=90), **FACTS)


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def urn():
    db.session.rollback()
    return [row.choices for row in db.session.query(Ballot).order_by(Ballot.id)]


@pytest.mark.requirement("RA-3-05", "BX-08")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_resident_votes_on_a_phone_and_logs_in_on_the_way(site, visit, park, script):
    person = site.world.person("Ada")
    page = visit(site, "/musterland/park/", width=360, height=640, script=script)
    page.locator(".hero a.kern-btn--primary").click()
    expect(page.locator(".ballot-state")).to_contain_text("Noch nicht abgegeben")
    check(page)
    choose_too_many(page)
    page.get_by_label("Toilette").uncheck()
    page.get_by_role("button", name="Auswahl prüfen").click()
    heading(page, "Auswahl prüfen")
    expect(page.locator(".ballot-state")).to_contain_text("Noch nicht abgegeben")
    check(page)
    page.get_by_role("link", name="Anmelden und abgeben").click()
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    heading(page, "Auswahl prüfen")
    expect(page.locator(".ballot-choices")).to_contain_text("Spielplatz")
    assert urn() == [], "nothing is cast by logging in"
    page.get_by_role("button", name="Stimme jetzt abgeben").click()
    heading(page, "Ihre Stimme ist abgegeben")
    expect(page.locator(".receipt__number")).to_have_text(re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}"))
    expect(page.get_by_role("main")).not_to_contain_text("Spielplatz")
    check(page)
    assert urn() == [{"q1": ["yes"], "q3": ["o1", "o2"]}]
    change_it(page)


def choose_too_many(page):
    page.get_by_label("Ja", exact=True).check()
    for name in ("Spielplatz", "Bänke", "Toilette"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Auswahl prüfen").click()
    expect(page.locator(".error-summary")).to_contain_text("Hier können Sie höchstens 2 Möglichkeiten wählen.")
    for name in ("Ja", "Spielplatz", "Bänke", "Toilette"):
        expect(page.get_by_label(name, exact=True)).to_be_checked()
    check(page)


def change_it(page):
    page.get_by_role("link", name="Auswahl ändern").click()
    expect(page.locator(".ballot-state")).to_contain_text("Änderung noch nicht abgegeben")
    expect(page.get_by_label("Bänke")).to_be_checked()
    check(page)
    page.get_by_label("Bänke").uncheck()
    page.get_by_role("button", name="Auswahl prüfen").click()
    page.get_by_role("button", name="Stimme jetzt abgeben").click()
    heading(page, "Ihre Stimme ist abgegeben")
    assert urn() == [{"q1": ["yes"], "q3": ["o1"]}]
    page.goto(PATH)
    expect(page.locator(".ballot-state")).to_contain_text("Ihre Stimme ist abgegeben")
    check(page)


def tab_to(page, wanted):
    page.wait_for_load_state()
    for _press in range(80):
        page.keyboard.press("Tab")
        here = focused(page)
        assert here["visible"], f"{page.url}: the focus does not show at {here}"
        if wanted(here):
            return
    raise AssertionError(f"{page.url}: not reached by keyboard")


@pytest.mark.requirement("RA-5.1.1-01")
def test_by_keyboard_alone(site, visit, park):
    page = visit(site, PATH, person=site.world.person())
    tab_to(page, lambda here: here["name"] == "q1")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, lambda here: here["name"] == "q3")
    page.keyboard.press("Space")
    expect(page.locator(".ballot-count")).to_have_text("1 von höchstens 2 gewählt")
    tab_to(page, lambda here: "Auswahl prüfen" in here["text"])
    page.keyboard.press("Enter")
    heading(page, "Auswahl prüfen")
    tab_to(page, lambda here: "Stimme jetzt abgeben" in here["text"])
    page.keyboard.press("Enter")
    heading(page, "Ihre Stimme ist abgegeben")
    assert urn() == [{"q1": ["no"], "q3": ["o1"]}]


def test_whoever_is_too_late_sees_the_choice_and_a_clear_sentence(site, visit):
    tenant = site.world.tenant("musterland", name="Stadt Musterland")
    make_vote(site.world, tenant, lasts=timedelta(days=5, minutes=20), **FACTS)
    page = visit(site, PATH, person=site.world.person(), width=360, height=640)
    page.get_by_label("Pflaster").check()
    page.get_by_role("button", name="Auswahl prüfen").click()
    site.clock_shifted(timedelta(minutes=25))
    page.get_by_role("button", name="Stimme jetzt abgeben").click()
    heading(page, "Ihre Auswahl ist nicht abgegeben")
    expect(page.get_by_role("alert")).to_contain_text("Ihre Auswahl wurde nicht mehr abgegeben.")
    expect(page.locator(".ballot-choices")).to_contain_text("Pflaster")
    check(page)
    assert urn() == []


def test_what_a_screen_reader_says_of_a_question(site, visit, park):
    page = visit(site, PATH)
    group = page.get_by_role("group", name=re.compile("Frage 3 von 3 ?: ?Was soll zuerst gebaut werden?"))
    expect(group).to_be_visible()
    expect(group).to_have_accessible_description(re.compile("Wählen Sie höchstens 2 Möglichkeiten."))
    expect(page.get_by_role("radio", name="Pflaster")).to_have_accessible_description("Gut für Rollstühle.")
