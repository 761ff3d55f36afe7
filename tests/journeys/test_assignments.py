"""A planning office recommends on what it was given, a case worker takes it over."""

import pytest
from playwright.sync_api import expect

from participation.evaluation import departments
from participation.evaluation.assigning import assign
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser


@pytest.mark.requirement("RA-3-28", "RA-3-26")
@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 360)], ids=["desk", "phone without script"])
def test_a_planning_office_recommends_and_a_case_worker_takes_it_over(site, visit, script, width):
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(tenant=tenant, slug="plan")
    given = site.world.contribution(procedure, source="Bitte eine Bank.")
    worker = site.world.staff(tenant, Role.CASE_WORKER)
    planner = site.world.staff(tenant, Role.PLANNING_OFFICE, procedure)
    with transaction():
        office = departments.make_department(tenant, "Büro Grün", external=True)
        departments.add_member(office, planner.email, procedure.id, actor_id=worker.id)
        assign(given, department_id=office.id, actor_id=worker.id)
        reference = given.reference
    page = visit(site, "/stadt/plan/-/manage/assigned", person=planner, script=script, width=width)
    check(page)
    page.get_by_role("link", name="Bitte eine Bank.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Beitrag {reference}")
    check(page)
    page.get_by_role("button", name="Antwort empfehlen").click()
    expect(page.locator(".error-summary")).to_contain_text("Bitte wählen Sie eine Entscheidung.")
    check(page)
    page.get_by_label("Wird übernommen").check()
    page.get_by_label("Begründung").fill("Eine Bank passt hin.")
    page.get_by_role("button", name="Antwort empfehlen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Empfehlung ist angekommen")
    check(page)
    desk = visit(site, f"/stadt/plan/-/manage/assigned/{reference}", person=worker, script=script, width=width)
    check(desk)
    desk.get_by_role("link", name="In eine Antwort übernehmen").click()
    expect(desk.get_by_label("Begründung")).to_have_value("Eine Bank passt hin.")
    expect(desk.get_by_label("Wird übernommen")).to_be_checked()


def test_the_table_of_rights_and_the_departments_are_accessible(site, visit):
    tenant = site.world.tenant("stadt")
    admin = site.world.staff(tenant, Role.TENANT_ADMIN)
    page = visit(site, "/stadt/-/rights", person=admin, width=360)
    check(page)
    page.goto("/stadt/-/departments")
    check(page)
    page.get_by_label("Name").fill("Fachbereich Recht")
    page.get_by_role("button", name="Stelle anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fachbereich Recht")
    check(page)
