"""A case worker asks for the synopsis with one click, sees how far it is, and takes it away; a resident reads it."""

import re

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.results.models import Result
from participation.testing.accessibility import check
from participation.testing.browser import DESK, PHONE


@pytest.fixture
def place(site):
    procedure = site.world.procedure(title="Der Platz", stage="evaluation")
    site.world.contribution(procedure, source="Mehr Bäume.")
    return procedure


def address(procedure, page):
    return f"/{procedure.tenant.slug}/{procedure.slug}/-/{page}"


@pytest.mark.browser
@pytest.mark.requirement("RA-4.1-09", "RA-4.4-05")
@pytest.mark.parametrize(("width", "script"), [(DESK["width"], True), (PHONE["width"], False)])
def test_a_synopsis_is_asked_for_watched_and_taken(site, visit, place, width, script):
    url = address(place, "manage/outputs")
    worker = site.world.staff(place.tenant, Role.CASE_WORKER, place)
    page = visit(site, url, person=worker, width=width, script=script)
    check(page)
    page.get_by_role("button", name=re.compile("^CSV ?: Gegen")).click()
    row = page.locator("tr[data-output]")
    expect(row).to_contain_text("Wartet")
    check(page)
    site.work()
    if not script:
        page.get_by_role("link", name="Stand neu laden").click()
    expect(row).to_contain_text("Fertig")
    with page.expect_download() as download:
        row.get_by_role("button", name=re.compile("^Herunterladen")).click()
    assert download.value.suggested_filename.endswith("-synopse-pseudonymisiert.csv")
    page.get_by_role("link", name="Mit Namen").click()
    page.get_by_role("link", name=re.compile("^DOCX ?: Gegen")).click()
    check(page)
    page.get_by_role("button", name="Ausgabe mit Namen anfordern").click()
    expect(page.locator("form").get_by_text("wozu die Angaben gebraucht werden")).to_be_visible()
    check(page)


@pytest.mark.browser
@pytest.mark.requirement("RA-3-29")
def test_everybody_reads_the_synopsis_on_a_phone(site, visit, place):
    with transaction():
        where = {"tenant_id": place.tenant_id, "procedure_id": place.id}
        db.session.add(
            Result(**where, number=1, state="published", decision="So.", computed_at=now(), published_at=now())
        )
    page = visit(site, address(place, "synopsis"), width=PHONE["width"], script=False)
    expect(page.get_by_text("Mehr Bäume.")).to_be_visible()
    check(page)
