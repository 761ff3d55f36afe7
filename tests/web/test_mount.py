"""Tenant, procedure and activity of an address belong together and are visible, else there is nothing."""

from datetime import timedelta

import pytest
from flask import url_for

from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.procedures.services import add_activity
from participation.tenants.services import change_tenant


def path_of(procedure, rest=""):
    return f"/{procedure.tenant.slug}/{procedure.slug}/{rest}"


@pytest.fixture
def procedure(world):
    return world.procedure()


def test_what_belongs_together_is_found(procedure, visitor):
    assert visitor.get(path_of(procedure, "-/look")).status_code == 200
    assert visitor.get(path_of(procedure, "probe/a/")).status_code == 200


@pytest.mark.requirement("RA-5.1.2-01")
def test_what_belongs_to_another_is_not_there_and_nothing_changes(world, procedure, visitor):
    other = world.procedure()
    world.log_in(visitor, world.staff(other.tenant, Role.TENANT_ADMIN))
    one, two = procedure.tenant.slug, other.tenant.slug
    for path in (
        f"/{two}/{procedure.slug}/-/look",
        f"/{one}/{other.slug}/probe/a/",
        f"/{one}/{procedure.slug}/probe/b/",
        f"/{one}/{procedure.slug}/twin/a/",
        f"/nowhere/{procedure.slug}/-/look",
        "/nowhere/-/checks",
    ):
        assert visitor.get(path).status_code == 404, path
        assert visitor.post(path, data={"text": "x"}).status_code in (400, 404, 405), path
    assert world.again(procedure).version == procedure.version


@pytest.mark.parametrize(
    ("stage", "visible"),
    [
        ("draft", False),
        ("review", False),
        ("released", False),
        ("announced", True),
        ("archived", True),
        ("cancelled", True),
    ],
)
def test_before_it_is_announced_a_procedure_is_not_there_but_for_its_staff(world, site, stage, visible):
    procedure = world.procedure(stage=stage, begins=timedelta(days=3))
    path = path_of(procedure, "-/look")
    for person, seen in (
        (None, visible),
        (world.person(), visible),
        (world.staff(world.tenant(), Role.MANAGER), visible),
        (world.staff(procedure.tenant, Role.EDITOR), True),
        (world.staff(procedure.tenant, Role.PLANNING_OFFICE, procedure), True),
        (world.person(operator=True), True),
    ):
        client = site.test_client()
        if person:
            world.log_in(client, person)
        assert client.get(path).status_code == (200 if seen else 404)


@pytest.mark.requirement("RA-5.3-03")
def test_two_formats_with_the_same_rule_both_answer(world, site, visitor, procedure):
    twin = site.extensions["registry"].get("twin")
    with transaction():
        add_activity(world.again(procedure), twin, slug="a", title="Zwillingsseite")
    assert "Probe" in visitor.get(path_of(procedure, "probe/a/")).text
    assert visitor.get(path_of(procedure, "twin/a/")).text == "twin Zwillingsseite"
    assert "Notiz" in visitor.get(path_of(procedure, "probe/a/notes/X")).text
    assert visitor.get(path_of(procedure, "twin/a/notes/X")).text == "twin X"


def test_english_stands_below_en_and_links_stay_there(world, site, procedure, visitor):
    answer = visitor.get("/en" + path_of(procedure, "-/look"))
    assert answer.status_code == 200
    with site.test_request_context("/en/-/open", environ_overrides={"SCRIPT_NAME": "/en", "PATH_INFO": "/-/open"}):
        assert url_for("open") == "/en/-/open"


@pytest.fixture
def own_host(world, site, procedure):
    with transaction():
        change_tenant(world.again(procedure).tenant, host="mitreden.stadt.example")
    site.extensions["addresses"].forget()
    return "http://mitreden.stadt.example"


@pytest.mark.requirement("RA-5.1.2-01")
def test_an_authority_answers_at_its_own_host_and_the_path_form_leads_there(procedure, visitor, own_host):
    assert visitor.get(f"/{procedure.slug}/-/look", base_url=own_host).status_code == 200
    answer = visitor.get(path_of(procedure, "-/look?x=1"))
    assert (answer.status_code, answer.location) == (308, f"{own_host}/{procedure.slug}/-/look?x=1")
    english = visitor.get("/en" + path_of(procedure, "-/look"))
    assert english.location == f"{own_host}/en/{procedure.slug}/-/look"
    assert visitor.get(f"/en/{procedure.slug}/-/look", base_url=own_host).status_code == 200


def test_another_authority_is_not_found_at_the_own_host(world, visitor, own_host):
    other = world.procedure()
    assert visitor.get(path_of(other, "-/look"), base_url=own_host).status_code == 404


def test_files_and_health_answer_at_an_own_host_too(visitor, own_host):
    assert visitor.get("/healthz", base_url=own_host).status_code == 200
    assert visitor.get("/static/css/app.css", base_url=own_host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example"])
def test_an_unknown_host_is_refused(visitor, host):
    assert visitor.get("/-/open", headers={"Host": host}).status_code == 400
