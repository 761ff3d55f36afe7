"""No back office without a second factor: every door is tried, with and without, as the address map lists them."""

import re

import pytest

from participation.interfaces import Role
from participation.web.guard import rule_of

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DUMMY = {"Number": 1, "UnicodeConverter": "x", "PathConverter": "x", "AnyConverter": None}
WORKED = (200, 302, 303, 400, 404, 409, 410, 422)  # the guard let it in: what the dummies of the address led to


@pytest.fixture
def office(world, app):
    """An authority with a draft of every format, and somebody who may do everything in the whole installation."""
    tenant = world.tenant()
    names = [module.name for module in app.extensions["registry"]]
    places = {name: world.procedure(tenant, module=name, stage="draft") for name in names}
    return tenant, places, world.person(operator=True)


def get(client, address):
    """A page as a server of its own gives it: what the request before put into `g` is gone."""
    with client.application.app_context():
        return client.get(address)


def doors(app, office, method):
    """Every address of a view that asks for a role of the staff."""
    tenant, places, _person = office
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        declared = rule_of(app.view_functions[rule.endpoint])
        if declared is None or declared.action is None or not declared.action.staff or method not in rule.methods:
            continue
        blueprint = rule.endpoint.partition(".")[0]
        procedure = places.get(blueprint) or next(iter(places.values()))
        known = {"tenant": tenant.slug, "procedure": procedure.slug, "activity": "a"}
        values = {}
        for name in rule.arguments:
            converter = rule._converters[name]
            anything = DUMMY.get(type(converter).__name__, "x")
            values[name] = known.get(name) or anything or next(iter(converter.items))
        yield adapter.build(rule.endpoint, values, method=method)


@pytest.mark.requirement("RA-5.1.7-01")
def test_every_page_of_the_staff_is_shut_without_a_second_factor_and_open_with_it(world, app, office):
    tenant, _places, person = office
    half, whole = app.test_client(), app.test_client()
    world.log_in(half, person, proven=False)
    world.log_in(whole, person)
    tried = list(doors(app, office, "GET"))
    assert len(tried) > 20
    for address in tried:
        led = get(half, address)
        assert led.status_code == 302, address
        assert "/second-factor?next=" in led.location, address
        answer = get(whole, address)
        assert answer.status_code in WORKED, f"{answer.status_code} for {address}"
        assert "/second-factor" not in (answer.location or ""), address
    assert f"/{tenant.slug}/-/team" in tried


@pytest.mark.requirement("RA-5.1.7-01")
def test_every_act_of_the_staff_is_refused_without_a_second_factor(world, app, office):
    _tenant, _places, person = office
    half = app.test_client()
    world.log_in(half, person, proven=False)
    token = TOKEN.search(half.get("/-/settings").text)[1]
    tried = list(doors(app, office, "POST"))
    assert len(tried) > 20
    for address in tried:
        answer = half.post(address, data={"csrf_token": token})
        assert answer.status_code == 403, address
        assert "zweiter Faktor" in answer.text, address


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MANAGER, Role.EDITOR, Role.CASE_WORKER, Role.TENANT_ADMIN])
def test_pages_that_ask_for_the_role_themselves_are_shut_too(world, app, role):
    """Whatever shows the menu of the staff to somebody with a second factor shows nothing to the same without."""
    tenant = world.tenant()
    procedure = world.procedure(tenant, stage="draft")
    person = world.staff(tenant, role)
    half, whole = app.test_client(), app.test_client()
    world.log_in(half, person, proven=False)
    world.log_in(whole, person)
    adapter, known = app.url_map.bind("localhost"), {"tenant": tenant.slug, "procedure": procedure.slug}
    shut = 0
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.defaults and set() < rule.arguments <= set(known):
            address = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            if "staff__menu" in get(whole, address).text:
                answer, shut = get(half, address), shut + 1
                assert "/second-factor" in (answer.location or ""), f"{answer.status_code} for {address}"
    assert shut > 1


def test_a_procedure_in_preparation_leads_its_staff_to_the_second_factor_and_is_not_there_for_others(world, app):
    tenant = world.tenant()
    address = f"/{tenant.slug}/{world.procedure(tenant, stage='draft').slug}/"
    mine, foreign = app.test_client(), app.test_client()
    world.log_in(mine, world.staff(tenant, Role.EDITOR), proven=False)
    world.log_in(foreign, world.staff(world.tenant(), Role.TENANT_ADMIN), proven=False)
    assert "/second-factor?next=" in mine.get(address).location
    assert foreign.get(address).status_code == 404
    assert app.test_client().get(address).status_code == 404


def test_without_a_second_factor_somebody_of_the_staff_is_still_a_resident(world, app):
    tenant = world.tenant()
    procedure = world.procedure(tenant)
    client = app.test_client()
    world.log_in(client, world.staff(tenant, Role.MODERATOR), proven=False)
    for path in ("/", f"/{tenant.slug}/{procedure.slug}/", "/-/participation", "/-/settings"):
        assert client.get(path).status_code == 200
    assert "Verwaltung" in client.get(f"/{tenant.slug}/").text, "the way to the work, by the second factor"
