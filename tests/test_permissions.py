"""The permission table as data: every role × moment × action, on services, pages and the interface for programs."""

from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from participation.access.rules import can
from participation.kernel.refusal import Refused
from participation.procedures.conditions import check_actor
from participation.procedures.lifecycle import TRANSITIONS
from participation.web.guard import rule_of
from tests.permission_scene import ROLES, TABLE, Scene, actions_of, allowed, asked

AUTHORITY = {"core:invite", "core:administer"}  # asked of the whole authority
DUMMY = {"Number": 1, "UnicodeConverter": "x", "PathConverter": "x", "AnyConverter": None}
LET_IN = (200, 302, 303, 400, 404, 409, 410, 422)  # what the dummies of an address lead to
SHUT = (401, 403, 404)


@pytest.fixture
def scene(world):
    """`scene("during")`: everybody at that moment."""
    return lambda moment: Scene(world, moment)


@pytest.fixture
def no_tokens(app, monkeypatch):
    """`no_tokens()`: from now on forms need no token; that they do is tested elsewhere."""
    return lambda: monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def differences(found):
    """What is otherwise than the table says, in words."""
    return [
        f"{action} for {role}, {moment}: {'allowed' if is_so else 'refused'}"
        for (role, action, moment), is_so in found.items()
        if is_so is not None and is_so is not allowed(role, action, moment)
    ]


def test_every_action_role_and_step_has_a_row(app):
    assert set(TABLE["taking_part"]) | set(TABLE["staff"]) == set(actions_of(app))
    assert {name for name, action in actions_of(app).items() if action.taking_part} == set(TABLE["taking_part"])
    assert set(TABLE["roles"]) == ROLES
    assert set(TABLE["steps"]) == set(TRANSITIONS)
    rows = [
        *TABLE["taking_part"].values(),
        *TABLE["staff"].values(),
        *(row["roles"] for row in TABLE["steps"].values()),
    ]
    assert {role for row in rows for role in row} <= ROLES


@pytest.mark.requirement("RA-3-05", "RA-3-10", "RA-5.1.7-01")
@pytest.mark.parametrize("moment", TABLE["moments"])
def test_everybody_may_do_what_the_table_says_and_nothing_else(scene, no_tokens, moment):
    here = scene(moment)
    no_tokens()
    for level in (by_services, by_pages, by_interface):
        found = {
            (role, name, moment): level(here, role, name, action)
            for name, action in actions_of(here.app).items()
            for role in TABLE["roles"]
        }
        assert any(is_so is not None for is_so in found.values())
        assert differences(found) == [], level.__name__


def by_services(here, role, name, action):
    place = here.world.again(here.place_of(name))
    target = place.activities[0] if action.taking_part or (":" in name and not name.startswith("core:")) else place
    target = here.tenant if name in AUTHORITY else None if name == "core:operate" else target
    decision = can(here.viewer(role, here.place_of(name)), action, target)
    assert decision.allowed or str(decision.reason), "every no has a sentence"
    return decision.allowed


def by_pages(here, role, name, _action):
    return here.tries(here.client(role, here.place_of(name)), name)


def by_interface(here, role, name, _action):
    """Guests hold no tokens: for a program they are visitors."""
    if role == "guest":
        return None
    return here.asks(FlaskClient(here.app, here.app.response_class), here.token(role), name)


@pytest.mark.requirement("RA-3-27")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_steps_are_taken_by_their_roles_and_by_a_second_person_where_the_table_says_so(scene):
    here = scene("during")
    place = here.places["text"]
    held = {role: here.viewer(role, place).roles_at(place.tenant_id, place.id) for role in TABLE["roles"]}
    for role, roles in held.items():
        for name, row in TABLE["steps"].items():
            for own in (False, True):
                submitted = SimpleNamespace(submitted_by_id=7 if own else 8)
                may = role in row["roles"] and (row["alone"] or not own)
                assert is_taken(submitted, name, 7, roles) is may, f"{name} for {role}, {own=}"


def is_taken(procedure, name, actor_id, roles):
    try:
        check_actor(procedure, name, actor_id, roles)
    except Refused:
        return False
    return True


def addresses(here, method):
    """Every address that is not for everybody, with the roles that its action or the table names."""
    adapter = here.app.url_map.bind("localhost")
    for rule in here.app.url_map.iter_rules():
        declared, blueprint = rule_of(here.app.view_functions[rule.endpoint]), rule.endpoint.partition(".")[0]
        if method not in (rule.methods or ()) or rule.endpoint.startswith("probe."):
            continue
        if declared.action is not None and declared.action.staff:
            roles = TABLE["staff"][declared.action.name]
        elif declared.needs_person and isinstance(TABLE["asks_itself"][blueprint], list):
            roles = ["operator"] if rule.defaults else TABLE["asks_itself"][blueprint]
        else:
            continue
        place = here.places.get(blueprint, here.places["text"])
        known = {"tenant": here.tenant.slug, "procedure": place.slug, "activity": "a"}
        yield adapter.build(rule.endpoint, values_of(rule, known), method=method), roles


def values_of(rule, known):
    values = dict(rule.defaults or {})
    for name in rule.arguments - set(values):
        converter = rule._converters[name]
        anything = DUMMY.get(type(converter).__name__, "x")
        values[name] = known.get(name) or anything or next(iter(converter.items))
    return values


@pytest.mark.requirement("RA-5.1.7-01", "RA-5.1.2-01")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_address_of_the_staff_is_open_to_its_roles_and_shut_to_all_others(scene, no_tokens):
    here = scene("during")
    clients = {role: here.client(role, here.places["text"]) for role in TABLE["roles"]}
    pages = list(addresses(here, "GET"))
    assert len(pages) > 50
    faults = []
    for path, roles in pages:
        for role, client in clients.items():
            answer = asked(client, "GET", path)
            if not (is_open(answer) if role in roles else is_shut(answer)):
                faults.append(f"{answer.status_code} for {role}, GET {path}")
    no_tokens()
    for path, roles in addresses(here, "POST"):
        for role, client in clients.items():
            if role not in roles and (answer := asked(client, "POST", path)).status_code not in SHUT:
                faults.append(f"{answer.status_code} for {role}, POST {path}")
    assert faults == []


def is_open(answer):
    """Whether the guard let somebody in; a dummy in the address may be unknown behind it."""
    return answer.status_code in LET_IN and not is_led_away(answer)


def is_shut(answer):
    return answer.status_code in SHUT or is_led_away(answer)


def is_led_away(answer):
    return any(name in (answer.location or "") for name in ("/log-in", "/second-factor"))
