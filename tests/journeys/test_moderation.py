"""Reporting without an account, and what follows: the queue, hiding with a reason, telling the author, restoring."""

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel import clock
from participation.moderation.acts import UNDO
from participation.procedures.queries import procedure_by_id
from participation.tenants.queries import tenant_at
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
    clock.shift(UNDO)  # until then it can be taken back, and nobody is told
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


def shows_texts(page, number):
    expect(page.locator("tr[data-row] th a")).to_have_count(number)


def fill_desk(site, comment, number=3):
    procedure = procedure_by_id(comment.procedure_id)
    return [
        site.world.contribution(procedure, source=f"Wartender Beitrag {at}", place="here", review=True)
        for at in range(number)
    ]


def test_a_desk_is_worked_through_with_the_keyboard_alone(site, visit, scene):
    comment, _author, moderator = scene
    fill_desk(site, comment)
    page = visit(site, "/stadt/-/moderation?list=waiting", person=moderator)
    press = page.keyboard.press
    press("?")
    expect(page.get_by_text("nächster Beitrag")).to_be_visible()
    check(page)
    press("?")
    press("j")
    expect(page.locator("tr[data-row]").nth(0).get_by_role("link")).to_be_focused()
    press("j")
    press("k")
    press("p")
    expect(page.get_by_role("status").first).to_contain_text("1 Beitrag veröffentlicht")
    shows_texts(page, 2)
    check(page)
    press("z")
    expect(page.get_by_role("status").first).to_contain_text("zurückgenommen")
    shows_texts(page, 3)
    press("j")
    press("x")
    press("j")
    press("x")
    expect(page.locator("#decide-title")).to_have_text("2 Beiträge ausgewählt")
    press("h")
    expect(page.locator("#reason")).to_be_focused()
    check(page)
    page.locator("#reason").select_option("advertising")
    page.locator("#sentence").press_sequentially("jkpz: zweimal dieselbe Anzeige")  # letters, not shortcuts
    page.locator("#sentence").press("Tab")
    press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("2 Beiträge ausgeblendet")
    shows_texts(page, 1)
    press("j")
    press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Beitrag")


def test_shortcuts_can_be_switched_off(site, visit, scene):
    comment, _author, moderator = scene
    fill_desk(site, comment)
    page = visit(site, "/stadt/-/moderation?list=waiting", person=moderator)
    page.get_by_text("Tastenkürzel", exact=True).click()
    page.get_by_label("Tastenkürzel auf diesem Gerät verwenden").uncheck()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("p")
    shows_texts(page, 3)
    expect(page.locator("tr[data-row] a:focus")).to_have_count(0)


def test_many_are_decided_and_taken_back_on_a_phone_without_script(site, visit, scene):
    comment, _author, moderator = scene
    fill_desk(site, comment)
    page = visit(site, "/stadt/-/moderation?list=waiting", person=moderator, width=360, height=640, script=False)
    check(page)
    for box in page.locator("tr[data-row] input[type=checkbox]").all()[:2]:
        box.check()
    page.get_by_text("Ausblenden mit Begründung").click()
    page.get_by_role("button", name="Ausgewählte ausblenden").click()
    expect(page.locator(".error-summary")).to_contain_text("Bitte wählen Sie einen Grund")
    expect(page.locator("tr[data-row] input:checked")).to_have_count(2)
    check(page)
    page.locator("#reason").select_option("advertising")
    page.locator("#sentence").fill("Zweimal dieselbe Anzeige.")
    page.get_by_role("button", name="Ausgewählte ausblenden").click()
    expect(page.get_by_role("status").first).to_contain_text("2 Beiträge ausgeblendet")
    check(page)
    page.get_by_role("button", name="Rückgängig machen").click()
    shows_texts(page, 3)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_words_are_blacked_out(site, visit, scene, script):
    comment, _author, moderator = scene
    page = visit(site, f"/stadt/-/moderation/{comment.reference}", person=moderator, width=360, script=script)
    page.get_by_role("link", name="Stellen schwärzen").click()
    check(page)
    if script:
        page.locator("[data-redact-text]").evaluate(
            "(e) => getSelection().setBaseAndExtent(e.firstChild, 10, e.firstChild, 24)"
        )
        page.get_by_role("button", name="Markierte Wörter übernehmen").click()
        expect(page.locator("#passages")).to_have_value("Nashorn-Reisen")
    else:
        page.locator("#passages").fill("Nashorn-Reisen")
    page.get_by_label("Werbung").check()
    page.get_by_role("button", name="Stellen schwärzen").click()
    expect(page.get_by_role("main")).to_contain_text("Kauft bei [geschwärzt]!")
    check(page)
    page.get_by_role("button", name="Ursprünglichen Text öffnen").click()
    expect(page.get_by_role("main")).to_contain_text("Kauft bei Nashorn-Reisen!")
    check(page)
    visitor = visit(site, f"/stadt/park/-/contributions/{comment.reference}", width=360)
    expect(visitor.get_by_role("main")).to_contain_text("Stellen in diesem Beitrag sind geschwärzt. Grund: Werbung.")
    check(visitor)


def test_an_appeal_goes_from_the_author_to_a_second_person(site, visit, scene):
    comment, author, moderator = scene
    second = site.world.staff(tenant_at("stadt"), Role.MODERATOR)
    first = visit(site, f"/stadt/-/moderation/{comment.reference}", person=moderator)
    first.get_by_text("Ausblenden mit Begründung").click()
    first.get_by_label("Werbung").check()
    first.locator("#sentence").fill("Das ist eine Anzeige.")
    first.get_by_role("button", name="Beitrag ausblenden").click()
    page = visit(site, f"/stadt/park/-/contributions/{comment.reference}", person=author, width=360, script=False)
    page.get_by_role("link", name="Überprüfung verlangen").click()
    check(page)
    page.get_by_label("Warum halten Sie die Entscheidung für falsch?").fill("Es war ein Scherz.")
    page.get_by_role("button", name="Überprüfung verlangen").click()
    expect(page.get_by_role("status").first).to_contain_text("Eine zweite Person entscheidet")
    check(page)
    other = visit(site, "/stadt/-/moderation/appeals", person=second, width=360)
    check(other)
    other.get_by_role("link", name="Beitrag").first.click()
    check(other)
    other.get_by_label("Die Entscheidung wird aufgehoben").check()
    other.get_by_label("Begründung").fill("Erkennbar ein Scherz.")
    other.get_by_role("button", name="Überprüfung entscheiden").click()
    expect(other.get_by_role("main")).to_contain_text("Aufgehoben")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Nashorn")


def test_a_cry_for_help_is_given_on_in_one_step(site, visit, scene):
    comment, _author, moderator = scene
    page = visit(site, f"/stadt/-/moderation/{comment.reference}", person=moderator, width=360)
    page.get_by_role("link", name="Drohung oder Hilferuf").click()
    check(page)
    page.get_by_label("Jemand ist selbst in Not").check()
    page.get_by_role("button", name="Sichern, ausblenden und weitergeben").click()
    expect(page.get_by_role("status").first).to_contain_text("der Wortlaut gesichert")
    check(page)
    page.get_by_role("button", name="Gesicherten Wortlaut öffnen").click()
    expect(page.get_by_role("main")).to_contain_text("Nashorn")
    check(page)


@pytest.mark.parametrize("page", ["text-blocks", "hours", "deputies", "appeals", "escalations"])
def test_what_moderators_arrange_is_accessible(site, visit, scene, page):
    admin = site.world.staff(tenant_at("stadt"), Role.TENANT_ADMIN)
    check(visit(site, f"/stadt/-/moderation/{page}", person=admin, width=360))


def test_the_figures_are_accessible(site, visit, scene):
    check(visit(site, "/stadt/park/-/moderation-figures", width=360, script=False))
