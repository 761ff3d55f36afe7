"""Promise 6: without a second factor the staff see no page of the back office, and acts of weight ask again."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.routing.converters import NumberConverter

from participation.access.rules import ADMINISTER, EXPORT, INVITE, OPERATE
from participation.access.team import open_invitations
from participation.accounts.models import LoginSession
from participation.accounts.sessions import open_session
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.web.again import asks_again
from participation.web.guard import rule_of
from tests.permission_scene import TABLE, asked
from tests.promises.people import Device

WEIGHTY = {INVITE, ADMINISTER, OPERATE, EXPORT}
AGAIN = "Bitte bestätigen Sie, dass Sie es sind"
BY_NAME = {  # what has weight without being an action of its own
    "account.password", "account.email", "account.delete", "account.make_key", "second_factor.show",
    "second_factor.set_up", "passkeys.add", "passkeys.remove", "steps.take", "results.publish", "people.addresses",
    "account.end_one", "account.end_others",
}  # fmt: skip


def staff_routes(app, here):
    """Every address of the back office with its methods: guarded by an action of the staff, or asking itself."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        declared = rule_of(app.view_functions[rule.endpoint])
        own = TABLE["asks_itself"].get(rule.endpoint.partition(".")[0]) if declared and declared.needs_person else None
        by_action = declared is not None and declared.action is not None and bool(declared.action.staff)
        if rule.endpoint.startswith("probe.") or not (by_action or isinstance(own, list)):
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            yield method, adapter.build(rule.endpoint, dummies(rule, here), method=method)


def dummies(rule, here):
    """Values for the variables of an address: of the place where they fit, else something of the right kind."""
    return dict(rule.defaults or {}) | {
        name: _dummy(rule, name, here) for name in rule.arguments - set(rule.defaults or {})
    }


def _dummy(rule, name, here):
    converter = rule._converters[name]
    if isinstance(converter, NumberConverter):
        return 1
    return here.get(name) or next(iter(getattr(converter, "items", ())), "x")


@pytest.fixture
def place(world):
    """An authority with a running procedure, and where its pages lie."""
    tenant = world.tenant("amt")
    procedure = world.procedure(tenant, module="text")
    return tenant, {"tenant": tenant.slug, "procedure": procedure.slug, "activity": "a"}


def clients_without(world, app, tenant):
    """Those who work here and have shown no second factor: never set up, half logged in, and a whole operator."""
    people = {
        "without one": (world.staff(tenant, Role.TENANT_ADMIN), {}),
        "half logged in": (world.staff(tenant, Role.TENANT_ADMIN), {"awaits_code": True}),
        "operator without one": (world.person(operator=True), {}),
    }
    for name, (person, values) in people.items():
        with transaction():
            key, _csrf = open_session(person, device="", staff=True, **values)
        yield name, Device.with_key(app, key, linting=False).client


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_of_the_back_office_opens_without_a_second_factor(world, app, place, monkeypatch, figure):
    tenant, here = place
    proven = Device(app, linting=False)
    world.log_in(proven.client, world.person(operator=True), staff=True)
    routes = sorted(staff_routes(app, here))
    doors = list(clients_without(world, app, tenant))
    seen = sum(asked(proven.client, "GET", path).status_code == 200 for method, path in routes if method == "GET")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    opened = []
    for method, path in routes:
        opened += [f"{name}: {method} {path}" for name, client in doors if _is_in(asked(client, method, path))]
    figure(
        f"{len(opened)} of {len(routes)} addresses of the back office open, {len(doors)} kinds of people without one"
    )
    assert seen > 40, "with a second factor they are pages"
    assert opened == []


def _is_in(answer):
    led_away = any(part in (answer.location or "") for part in ("/log-in", "/second-factor"))
    return answer.status_code < 400 and not led_away


def test_the_acts_of_weight_are_those_of_the_list(app, figure):
    found = {endpoint for endpoint, view in app.view_functions.items() if asks_again(view)}
    by_action = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if (rule := rule_of(view)) is not None and rule.action in WEIGHTY
    }
    figure(f"{len(found)} views ask again")
    assert {action for action in WEIGHTY if not action.weighty} == set()
    assert found == by_action | BY_NAME


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_act_of_weight_goes_through_on_an_old_log_in(world, app, place, at, monkeypatch, figure):
    _tenant, here = place
    person = world.person(operator=True)
    with at(now().replace(minute=5, second=10)):
        world.code(person)
        device = Device(app, linting=False)
        world.log_in(device.client, person, staff=True)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    adapter, tried, through = app.url_map.bind("localhost"), 0, []
    with at(now().replace(minute=5, second=10) + timedelta(minutes=16)):
        for rule in app.url_map.iter_rules():
            if "POST" not in rule.methods or not asks_again(app.view_functions[rule.endpoint]):
                continue
            path = adapter.build(rule.endpoint, dummies(rule, here), method="POST")
            answer, tried = asked(device.client, "POST", path), tried + 1
            if answer.status_code not in (403, 404) or (answer.status_code == 403 and AGAIN not in answer.text):
                through.append(f"{answer.status_code} {path}")
    figure(f"{tried} addresses asked again, {len(through)} did not")
    assert tried > 20
    assert through == []


@pytest.mark.requirement("RA-5.1.7-01")
def test_what_was_typed_goes_on_after_the_confirmation(world, app, place, at):
    tenant, _here = place
    admin, device = world.staff(tenant, Role.TENANT_ADMIN), Device(app)
    team = f"/{tenant.slug}/-/team"
    begun = now().replace(minute=5, second=10)
    with at(begun):
        world.code(admin)
        world.log_in(device.client, admin, staff=True)
    typed = {"email": "neu@uebung.example", "role": "editor", "procedure": "0"}
    with at(begun + timedelta(minutes=16)):
        page = device.post(team, **typed)
        assert (page.status_code, AGAIN in page.text) == (403, True)
        assert page.headers["Cache-Control"] == "no-store"
        for name, value in typed.items():
            assert f'type="hidden" name="{name}" value="{value}"' in unescape(page.text)
        wrong = device.post(team, **typed, again_code="000000")
        assert (wrong.status_code, "passt nicht" in wrong.text) == (422, True)
        assert open_invitations(tenant.id) == []
        assert device.post(team, **typed, again_code=world.code(admin)).status_code == 302
        assert [entry.email for entry in open_invitations(tenant.id)] == [typed["email"]]
    with at(begun + timedelta(minutes=30)):
        assert device.post(team, **typed | {"email": "zwei@uebung.example"}).status_code == 302, "15 minutes again"
    tried = [None] * 6
    with at(begun + timedelta(minutes=47)):
        tried = [device.post(team, **typed, again_code="000000").status_code for _ in tried]
    assert tried == [422] * 5 + [429], "guessing ends here too"


def test_who_has_no_second_factor_is_asked_for_the_password_and_it_never_stands_on_a_page(world, app, place, at):
    tenant, _here = place
    person, device = world.person(), Device(app)
    world.log_in(device.client, person, proven=False)
    keys = f"/{tenant.slug}/-/keys"
    with at(now() + timedelta(minutes=16)):
        page = device.post(keys, name="Auswertung", password="geheim-geheim")
        assert page.status_code == 403
        assert "again_password" in page.text
        assert "geheim-geheim" not in page.text
        assert device.post(keys, name="Auswertung", again_password="falsch-falsch").status_code == 422
        assert "bp_" in device.post(keys, name="Auswertung", again_password=world.password).text
    row = db.session.scalars(select(LoginSession)).one()
    assert row.confirmed_at is not None
