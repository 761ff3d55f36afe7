"""Before, after and between: what is said, that nothing is sent, and that what was typed is never lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.conftest import consultation
from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE, TEXT, send, write_a_comment
from participation.accounts.models import LoginSession
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


def nothing_can_be_sent(page, sentence):
    expect(page.get_by_role("main")).to_contain_text(sentence)
    expect(page.locator("main form[method=post]")).to_have_count(0)
    check(page)


def sent():
    db.session.rollback()
    return db.session.query(Contribution).count()


def test_before_the_phase_one_reads_from_when_and_sends_nothing(site, visit):
    consultation(site, stage="announced", begins=3 * DAY)
    page = visit(site, f"{PATH}/", width=360, height=640)
    expect(page.locator(".deadline")).to_contain_text("Beginnt am")
    nothing_can_be_sent(page, "Beginnt am")
    for path in (TEXT, PLACE):
        page.goto(path)
        nothing_can_be_sent(page, "Kommentare zum Text sind ab")


def test_after_the_phase_one_reads_on_and_sends_nothing(site, visit):
    law = consultation(site, begins=-30 * DAY, lasts=29 * DAY)
    site.world.contribution(law, source=COMMENT, place="p2-abs1")
    page = visit(site, TEXT, person=site.world.person())
    for path in (TEXT, PLACE):
        page.goto(path)
        expect(page.get_by_role("main")).to_contain_text("waren bis einschließlich")
        expect(page.locator("form[data-door], .rating--write")).to_have_count(0)
        check(page)
    expect(page.locator(".comments")).to_contain_text(COMMENT)


def test_while_paused_the_page_says_why_and_until_when(site, visit, law):
    with transaction():
        paused = site.world.again(law)
        paused.stage, paused.reason = "paused", "Ein Plan fehlte."
    page = visit(site, f"{PATH}/")
    nothing_can_be_sent(page, "Ein Plan fehlte.")
    page.goto(PLACE)
    nothing_can_be_sent(page, "unterbrochen")


def test_a_text_is_kept_when_the_phase_closes_between_reading_and_sending(site, visit, law):
    page = visit(site, PLACE, person=site.world.person())
    write_a_comment(page)
    renew_log_in(by=25 * DAY)  # it would have ended after two hours; here only the phase ends
    site.clock_shifted(25 * DAY + timedelta(minutes=5))
    page.get_by_role("textbox", name="Ihr Text").fill(COMMENT + " Geändert.")
    page.get_by_role("button", name="Kommentar absenden").click()
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_contain_text(
        "Ihr Text ist nicht abgesendet"
    )
    expect(page.get_by_role("textbox", name="Ihr Text")).to_have_value(COMMENT + " Geändert.")
    assert sent() == 0
    check(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Ihr Text")).to_have_value(COMMENT + " Geändert.")


def renew_log_in(by):
    with transaction():
        for row in db.session.query(LoginSession):
            row.seen_at, row.ends_at = row.seen_at + by, row.ends_at + by


def test_a_text_is_kept_when_the_log_in_ended_in_between(site, visit, law):
    person = site.world.person()
    page = visit(site, PLACE, person=person)
    write_a_comment(page)
    with transaction():
        db.session.query(LoginSession).delete()
    typed = COMMENT + " Und noch ein Satz."
    page.get_by_role("textbox", name="Ihr Text").fill(typed)
    page.get_by_role("button", name="Kommentar absenden").click()
    expect(page.get_by_role("main")).to_contain_text("Ihr Text")
    assert typed in page.content() or typed in page.locator("main textarea").first.input_value()
    assert sent() == 0
    check(page)


def test_a_text_that_is_too_long_comes_back_whole(site, visit, law):
    page = visit(site, PLACE, script=False)
    long = "Wort " * 4_000 + "Ende."
    assert len(long) > 20_000
    page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").fill(long)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Text ist noch nicht gespeichert")
    expect(page.locator(".error-summary")).to_contain_text("20.000")
    expect(page.get_by_role("textbox", name="Ihr Text")).to_have_value(long)
    check(page)


def test_a_megabyte_is_refused_with_a_sentence(site, visit, law):
    page = visit(site, PLACE)
    page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").fill("äöüß " * 150_000)
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Weiter zum Prüfen").click()
    assert answer.value.status == 413
    expect(page.get_by_role("heading", level=1)).to_have_text("Das ist zu groß")
    check(page)
    page.go_back()
    kept = page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").input_value()
    assert len(kept) == 750_000, "the browser still has the text on the page before"


def test_the_same_form_sent_twice_is_one_comment(site, visit, law):
    page = visit(site, PLACE, person=site.world.person())
    write_a_comment(page)
    second = page.context.new_page()
    second.goto(page.url)
    send(page)
    assert send(second) == page.locator(".receipt__number").inner_text().strip()
    assert sent() == 1
