"""Reporting without an account, and what follows: the queue, hiding with a reason, telling the author, restoring."""

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(site):
    """A procedure with a comment of somebody, and a moderator of the authority."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(tenant, slug="park")
    author = site.world.person("Rosa")
    comment = site.world.contribution(procedure, author, source="Kauft bei Nashorn-Reisen!", place="here")
    return comment, author, site.world.staff(tenant, Role.MODERATOR)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_reported_comment_is_hidden_with_a_reason_and_restored(site, visit, scene, script):
    comment, author, moderator = scene
    address, number = f"/stadt/park/-/contributions/{comment.reference}", comment.reference
    visitor = visit(site, address, width=360, height=640, script=script)
    report(visitor)
    staff = visit(site, "/stadt/-/moderation", person=moderator, script=script)
    hide(staff, number)
    visitor.goto(address)
    expect(visitor.get_by_role("main")).not_to_contain_text("Nashorn")
    check(visitor)
    mail = site.mails(author.email)[-1].get_body(("plain",)).get_content()
    assert "Werbung" in mail
    assert "Das ist eine Anzeige." in mail
    writer = visit(site, address, person=author, script=script)
    expect(writer.get_by_role("main")).to_contain_text("Grund: Werbung. Das ist eine Anzeige.")
    expect(writer.get_by_role("main")).to_contain_text("Sie können eine Überprüfung verlangen")
    check(writer)
    restore(staff)
    visitor.goto(address)
    expect(visitor.get_by_role("main")).to_contain_text("Nashorn")


def report(page):
    page.locator(".comment__report").click()
    page.get_by_role("button", name="Meldung absenden").click()
    expect(page.locator(".error-summary")).to_contain_text("Bitte wählen Sie einen Grund")
    check(page)
    page.get_by_label("Werbung").check()
    page.get_by_label("Was möchten Sie dazu sagen?").fill("Das ist eine Anzeige.")
    page.get_by_role("button", name="Meldung absenden").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Meldung ist bei der Moderation eingegangen")
    check(page)


def hide(page, number):
    expect(page.get_by_role("main")).to_contain_text("1 gemeldeter Beitrag")
    check(page)
    page.get_by_role("link", name="Kauft bei Nashorn-Reisen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Beitrag {number}")
    check(page)
    page.get_by_label("Werbung").or_(page.locator("select#reason")).first.check()
    page.get_by_role("button", name="Beitrag ausblenden").click()
    expect(page.locator(".error-summary")).to_be_visible()
    check(page)
    page.locator("#sentence").fill("Das ist eine Anzeige.")
    page.get_by_role("button", name="Beitrag ausblenden").click()
    expect(page.get_by_role("status").first).to_contain_text("ausgeblendet")
    check(page)


def restore(page):
    page.goto("/stadt/-/moderation?list=hidden")
    check(page)
    page.get_by_role("link", name="Kauft bei Nashorn-Reisen").click()
    page.get_by_role("button", name="Wieder veröffentlichen").click()
    expect(page.get_by_role("status").first).to_contain_text("wieder sichtbar")
    check(page)


def test_a_barrier_is_reported_without_an_account_from_the_page_it_is_on(site, visit, scene):
    page = visit(site, "/stadt/park/", width=360, height=640)
    page.get_by_role("contentinfo").get_by_role("link", name="Barriere melden").click()
    expect(page.locator("#page")).to_have_value("/stadt/park/")
    check(page)
    page.locator("#note").fill("Die Schrift ist zu klein.")
    page.get_by_role("main").get_by_role("button", name="Barriere melden").click()
    expect(page.get_by_role("status").first).to_contain_text("Ihre Meldung ist bei der zuständigen Stelle eingegangen")
    check(page)
    staff = visit(site, "/stadt/-/moderation", person=scene[2])
    staff.get_by_role("link", name="Barrieren").first.click()
    expect(staff.get_by_role("main")).to_contain_text("Die Schrift ist zu klein.")
    check(staff)


def test_the_team_page_is_accessible(site, visit):
    tenant = site.world.tenant("stadt")
    page = visit(site, "/stadt/-/team", person=site.world.staff(tenant, Role.TENANT_ADMIN))
    check(page)
