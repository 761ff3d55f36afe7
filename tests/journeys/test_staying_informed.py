"""Being told: by mail without an account, by feed, in the calendar; and finding things again."""

import pytest
from playwright.sync_api import expect

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
