"""Every view says who may call it; one that does not answers 403 to everybody."""

import pytest

from participation.interfaces import Role


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize("role", [None, *sorted({Role.MANAGER, Role.TENANT_ADMIN})])
def test_a_view_without_a_declaration_answers_403_to_everybody(site, world, visitor, role):
    person = world.staff(world.tenant(), role) if role else world.person(operator=True)
    assert visitor.get("/-/undeclared").status_code == 403
    world.log_in(visitor, person)
    assert visitor.get("/-/undeclared").status_code == 403


def test_a_personal_page_leads_to_the_log_in_and_back(site, world, visitor):
    answer = visitor.get("/-/mine?x=1")
    assert answer.status_code == 302
    assert answer.location.startswith("/-/log-in?next=")
    assert "mine" in answer.location
    assert "x%3D1" in answer.location or "x=1" in answer.location
    world.log_in(visitor, world.person())
    assert visitor.get("/-/mine").status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.MODERATOR, 200), (Role.EDITOR, 403), (None, 403)])
def test_a_staff_page_asks_for_the_role_at_this_authority(site, world, visitor, role, status):
    tenant = world.tenant()
    world.log_in(visitor, world.staff(tenant, role) if role else world.person())
    assert visitor.get(f"/{tenant.slug}/-/checks").status_code == status
    elsewhere = visitor.get(f"/{world.tenant().slug}/-/checks")
    assert elsewhere.status_code == (404 if role else 403), "another authority"


def test_a_refusal_of_the_guard_says_why(site, world, visitor):
    tenant = world.tenant()
    world.log_in(visitor, world.person())
    assert "Rollen" in visitor.get(f"/{tenant.slug}/-/checks").text


@pytest.mark.requirement("RA-3-10")
@pytest.mark.parametrize(
    ("stage", "status"), [("running", 200), ("evaluation", 403), ("paused", 403), ("archived", 403)]
)
def test_a_taking_part_page_is_open_in_an_open_phase_only(site, world, visitor, stage, status):
    procedure = world.procedure(stage=stage)
    slug = procedure.tenant.slug
    world.log_in(visitor, world.staff(procedure.tenant, Role.TENANT_ADMIN))
    assert visitor.get(f"/{slug}/{procedure.slug}/probe/a/add").status_code == status


def test_a_write_by_get_is_refused(site, world, visitor):
    tenant = world.tenant()
    assert visitor.delete("/-/open").status_code == 405
    assert visitor.put(f"/{tenant.slug}/-/checks").status_code in (403, 405)
