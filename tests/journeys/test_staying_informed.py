"""Being told: by mail without an account, by feed, in the calendar; and finding things again."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.clock import now, start_of_day, today
from participation.kernel.db import transaction
from participation.notices.newsletter import send_due_notices
from participation.notices.planning import plan_digests
from participation.notices.services import subscribe
from participation.procedures.entries import Fields, add_entry
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
EMAIL = "leserin@uebung.example"


@pytest.fixture
def procedure(site):
    """A running procedure about a park."""
    tenant = site.world.tenant("stadt")
    return site.world.procedure(tenant, slug="park", title="Der neue Stadtpark", summary="Was soll im Park wachsen?")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_reader_subscribes_by_mail_and_ends_it_again(site, visit, procedure, script):
    page = visit(site, "/stadt/park/", width=360, height=640, script=script)
    page.get_by_role("link", name="Auf dem Laufenden").or_(page.locator("a[href$='/-/subscribe']")).first.click()
    page.locator("main button.kern-btn--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    check(page)
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.locator("main button.kern-btn--primary").click()
    expect(page.get_by_role("status").first).to_contain_text("Wir haben Ihnen eine E-Mail gesendet")
    page.goto(site.link(EMAIL))
    check(page)
    page.locator("main button.kern-btn--primary").click()
    expect(page.get_by_role("status").first).to_contain_text("Sie werden per E-Mail informiert")
    check(page)


def test_feeds_and_the_calendar_answer(site, visit, procedure):
    page = visit(site, "/stadt/park/")
    for name, kind, words in (
        ("Neuigkeiten als Feed (Atom)", "application/atom+xml", "Der neue Stadtpark"),
        ("Termine in den Kalender", "text/calendar", "BEGIN:VEVENT"),
    ):
        address = page.get_by_role("link", name=name).get_attribute("href")
        answer = page.request.get(address)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
        assert words in answer.text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_search_finds_a_procedure_and_a_comment(site, visit, procedure, script):
    comment = site.world.contribution(procedure, source="Bitte Nashörner pflanzen.", place="here")
    number = comment.reference
    site.work()
    page = visit(site, "/stadt/-/search", width=360, height=640, script=script)
    check(page)
    for words, title in (("Stadtpark", "Der neue Stadtpark"), ("Nashorn", "Beitrag von")):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("main").get_by_role("button", name="Suchen").click()
        expect(page.locator(".hit a").first).to_contain_text(title)
        check(page)
    page.get_by_role("searchbox").fill("Quastenflosser")
    page.get_by_role("main").get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("main")).to_contain_text("Dazu haben wir nichts gefunden")
    check(page)
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("main").get_by_role("button", name="Suchen").click()
    expect(page).to_have_url(f"{site.url}/stadt/park/-/contributions/{number}")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_contribution_is_followed_its_reply_comes_in_a_digest_and_the_link_in_it_ends_that(
    site, visit, procedure, script
):
    root = site.world.contribution(procedure, source="Bänke am Weg", place="here")
    page = visit(site, f"/stadt/park/-/contributions/{root.reference}", width=360, height=640, script=script)
    page.get_by_role("link", name="Per E-Mail informieren lassen").click()
    expect(page.get_by_role("radio", name="Nur diesen Beitrag")).to_be_checked()
    expect(page.get_by_role("radio", name="Einmal am Tag")).to_be_checked()
    check(page)
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.locator("main button.kern-btn--primary").click()
    expect(page.get_by_role("status").first).to_contain_text("Wir haben Ihnen eine E-Mail gesendet")
    page.goto(site.link(EMAIL))
    expect(page.get_by_role("main")).to_contain_text("Bänke am Weg")
    check(page)
    page.locator("main button.kern-btn--primary").click()
    expect(page.get_by_role("status").first).to_contain_text("Sie werden per E-Mail informiert")
    site.world.contribution(procedure, source="Und ein Brunnen dazu", parent=root)
    site.clock_shifted(start_of_day(today() + timedelta(days=1)) + timedelta(hours=8) - now())
    with transaction():
        assert plan_digests() == 1
    digest = site.mails(EMAIL)[-1]
    text = digest.get_body(("plain",)).get_content()
    assert "Und ein Brunnen dazu" in text
    page.goto(next(word for word in text.split() if "/-/e-mails/" in word))
    expect(page.get_by_role("heading", name="Bänke am Weg")).to_be_visible()
    check(page)
    page.get_by_label("Einmal in der Woche").check()
    page.get_by_role("button", name="Änderung speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Ihre Auswahl ist gespeichert")
    page.goto(digest["List-Unsubscribe"].strip("<>").replace("/daily", "/weekly"))
    check(page)
    page.get_by_role("button", name="E-Mails abbestellen").click()
    expect(page.get_by_role("main")).to_contain_text("Sie bekommen keine E-Mails von")
    check(page)


def test_who_leads_a_procedure_sees_its_mails_and_sends_a_notice_to_everybody_who_follows(site, visit, procedure):
    lead, reader = site.world.staff(procedure.tenant, Role.MANAGER), site.world.person()
    with transaction():
        subscribe(site.world.again(procedure), reader)
        fields = Fields("Begehung am Samstag", "Treffpunkt am Tor.", "both", today())
        add_entry(site.world.again(procedure), "notice", fields)
    page = visit(site, "/stadt/park/-/manage/contents", person=lead)
    page.get_by_role("link", name="Auch per E-Mail senden").click()
    check(page)
    page.get_by_role("button", name="An 1 Person senden").click()
    expect(page.get_by_role("main")).to_contain_text("geht am")
    with transaction():
        assert send_due_notices() == 1
    assert site.mails(reader.email)[-1]["Subject"] == "Begehung am Samstag"
    page.get_by_role("link", name="E-Mails", exact=True).click()
    expect(page.get_by_role("row", name="Mitteilung")).to_contain_text("1")
    check(page)
