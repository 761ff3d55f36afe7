"""The way of a result through the browser, and its page on phone, desk and paper."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.procedures.models import Activity
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
CAST = {"cast": [{"choice": "yes"}] * 5 + [{"choice": "no"}] * 2}


@pytest.fixture
def scene(site):
    """A procedure that is over, with votes and a comment, and the two who publish its result."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(
        tenant, slug="platz", title="Der Platz", stage="evaluation", begins=timedelta(days=-40)
    )
    site.world.contribution(procedure, source="Mehr Bäume bitte.")
    with transaction():
        db.session.execute(update(Activity).values(settings=CAST))
        db.session.execute(update(Contribution).values(agree=2))
    return site.world.staff(tenant, Role.MANAGER), site.world.staff(tenant, Role.TENANT_ADMIN)


@pytest.mark.requirement("RA-3-27", "RA-4.4-09")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_result_is_computed_written_looked_at_and_published_by_a_second_person(site, visit, scene, script):
    first, second = scene
    desk = visit(site, "/stadt/platz/-/manage/result", person=first, script=script)
    check(desk)
    desk.get_by_role("button", name="Ergebnis berechnen").click()
    expect(desk.get_by_role("status")).to_contain_text("Das Ergebnis ist berechnet")
    check(desk)
    desk.get_by_role("link", name="Texte schreiben").click()
    desk.get_by_role("button", name="Texte speichern").click()
    expect(desk.locator(".error-summary")).to_contain_text("Bitte füllen Sie dieses Feld aus")
    check(desk)
    desk.get_by_label("Die Entscheidung in einem Satz").fill("Der Rat baut den Platz um.")
    desk.get_by_label("Was sich durch die Beteiligung geändert hat").fill("Sie wollten Schatten.")
    desk.get_by_label("Was dann geschieht (1)").fill("Der Bau beginnt.")
    desk.get_by_label("Tag (1)").fill("2027-03-01")
    desk.get_by_role("button", name="Texte speichern").click()
    desk.get_by_role("link", name="Vorschau öffnen").click()
    expect(desk.get_by_role("main")).to_contain_text("Vorschau: So sehen alle das Ergebnis")
    check(desk)
    desk.goto("/stadt/platz/-/manage/result")
    desk.get_by_role("button", name="Zur Veröffentlichung vorlegen").click()
    expect(desk.get_by_role("main")).to_contain_text("Sie haben das Ergebnis selbst vorgelegt")
    other = visit(site, "/stadt/platz/-/manage/result", person=second, script=script, width=360, height=640)
    check(other)
    other.get_by_role("button", name="publish_results").or_(
        other.get_by_role("button", name="Ergebnis veröffentlichen")
    ).click()
    expect(other.get_by_role("status")).to_contain_text("Das Ergebnis ist veröffentlicht")
    reader = visit(site, "/stadt/platz/", width=360, height=640, script=script)
    reader.get_by_role("link", name="Ergebnis ansehen").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Der Platz")
    expect(reader.get_by_role("main")).to_contain_text("nicht repräsentativ")
    expect(reader.get_by_role("img", name="Soll es so sein?")).to_be_visible()
    check(reader)
    reader.locator("summary", has_text="Die Zahlen als Tabelle").first.click()
    expect(reader.get_by_role("cell", name="71 %")).to_be_visible()
    check(reader)


def test_the_page_is_whole_in_the_dark_and_on_paper(site, visit, scene):
    first, second = scene
    publish(site, first, second)
    page = visit(site, "/stadt/platz/-/result", dark=True)
    check(page)
    page.emulate_media(media="print", color_scheme="light")
    expect(page.get_by_role("img", name="Soll es so sein?")).to_be_visible()
    expect(page.get_by_text("flask --app app recount")).to_be_visible()
    sheet = visit(site, "/stadt/platz/-/result/1/annex", width=360, height=640)
    check(sheet)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet.pdf(format="A4"))) <= 2, "two sheets"


def publish(site, first, second):
    run = site.app.test_cli_runner().invoke
    one, two = ["stadt", "platz", "--as", first.email], ["stadt", "platz", "--as", second.email]
    written = ["--decision", "Der Rat baut.", "--changed", "Mehr Bäume.", "--next", "Der Bau beginnt."]
    for words in (["compute", *one], ["write", *one, *written], ["submit", *one], ["publish", *two]):
        done = run(args=["result", *words])
        assert done.exit_code == 0, done.output
