"""Roles × stage × phase: who may take part, who may act as staff, and which sentence says why not."""

from datetime import timedelta

import pytest
from flask_babel import force_locale, gettext

from participation.access.rules import (
    COMMENT,
    CORE_ACTIONS,
    INVITE,
    MODERATE,
    PREPARE,
    RATE,
    VISITOR,
    Viewer,
    can,
    can_see,
    require,
    require_phase,
    strongest,
)
from participation.access.services import grant_role, take_role
from participation.accounts.models import Person
from participation.interfaces import STAFF, Action, Decision, Role
from participation.kernel.clock import now, standing_at
from participation.kernel.db import transaction
from participation.kernel.refusal import Refused
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.services import add_phase
from participation.testing.probe import ADD, LOOK

MOMENTS = {"before": timedelta(days=-2), "during": timedelta(days=2), "after": timedelta(days=20)}
GRANTABLE = sorted(STAFF - {Role.OPERATOR})
PEOPLE = ["visitor", "unconfirmed", "blocked", "email", "account", *GRANTABLE, "operator"]
KNOWN = {"email", "account", "operator", *GRANTABLE}  # who has a way to take part


@pytest.fixture
def someone(app):
    """`someone("manager", procedure)`: a viewer of that kind, at the procedure's authority or another one."""

    def make(kind, procedure, tenant=None):
        if kind == "visitor":
            return VISITOR
        person = Person(
            id=1,
            password_hash=None if kind == "email" else "hash",
            confirmed_at=None if kind == "unconfirmed" else now(),
            blocked_at=now() if kind == "blocked" else None,
            is_operator=kind == "operator",
        )
        place = tenant.id if tenant else procedure.tenant_id
        grants = frozenset({(Role(kind), place, None)}) if kind in GRANTABLE else frozenset()
        return Viewer(person=person, grants=grants, proven=True)

    return make


def is_open(stage, moment):
    return stage is Stage.RUNNING and moment == "during"


@pytest.mark.requirement("RA-3-09", "RA-3-10")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("stage", Stage)
def test_people_take_part_in_an_open_phase_and_nobody_at_any_other_time(world, someone, stage, moment):
    """Staff and operators included: the table has one row for everybody who is known."""
    begins = now() + timedelta(days=1)
    procedure = world.procedure(begins=timedelta(days=1), lasts=timedelta(days=10))
    with transaction():
        world.again(procedure).stage = stage
    with standing_at(begins + MOMENTS[moment]):
        activity = world.activity(procedure)
        for kind in PEOPLE:
            who = someone(kind, procedure)
            for action in (ADD, COMMENT, RATE):
                decision = can(who, action, activity)
                started = stage in (Stage.RELEASED, Stage.ANNOUNCED) and moment == "during"  # the clock opened it
                expected = kind in KNOWN and (is_open(stage, moment) or started)
                assert decision.allowed is expected, (kind, action.name)
                assert not decision.allowed or decision.phase is not None
                assert decision.allowed or str(decision.reason), "every no has a sentence"
                assert not can(who, LOOK, activity).allowed, "no phase opens it"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", [MODERATE, INVITE, PREPARE], ids=lambda action: action.name)
def test_staff_act_by_role_whatever_the_stage(world, someone, stage, action):
    procedure = world.procedure(stage=stage)
    elsewhere = world.procedure()
    for kind in PEOPLE:
        roles = {Role.TENANT_ADMIN} if kind == "operator" else {Role(kind)} if kind in GRANTABLE else set()
        decision = can(someone(kind, procedure), action, procedure)
        assert decision.allowed is bool(roles & action.staff), kind
        assert decision.allowed or str(decision.reason)
        if kind != "operator":
            assert not can(someone(kind, procedure), action, elsewhere).allowed, f"{kind} at another authority"


def test_a_role_at_a_procedure_does_not_reach_the_one_beside_it(world):
    tenant = world.tenant()
    one, other = world.procedure(tenant), world.procedure(tenant)
    viewer = world.viewer(world.staff(tenant, Role.MODERATOR, one), one)
    assert can(viewer, MODERATE, one).allowed
    assert not can(viewer, MODERATE, other).allowed
    assert not can(viewer, MODERATE, tenant).allowed
    assert not can_see(viewer, world.procedure(tenant, stage="draft"))


@pytest.mark.parametrize("stage", Stage)
def test_before_it_is_announced_only_its_staff_see_a_procedure(world, someone, stage):
    procedure = world.procedure(stage=stage, begins=timedelta(days=1))
    for kind in PEOPLE:
        expected = stage not in INTERNAL or kind in GRANTABLE or kind == "operator"
        assert can_see(someone(kind, procedure), procedure) is expected, kind
    assert can_see(someone("manager", procedure, world.tenant()), procedure) is (stage not in INTERNAL)


@pytest.mark.requirement("RA-4.2-07")
@pytest.mark.parametrize("visible_to", ["institutions", "members"])
def test_a_procedure_for_some_is_not_there_for_others(world, someone, visible_to):
    procedure = world.procedure(visible_to=visible_to)
    assert [kind for kind in PEOPLE if can_see(someone(kind, procedure), procedure)] == [*GRANTABLE, "operator"]


@pytest.mark.requirement("RA-3-05")
@pytest.mark.parametrize(
    ("identity", "allowed"),
    [(("email", "account"), {"email", "account"}), (("account",), {"account"}), (("email",), {"email", "account"})],
)
def test_a_phase_says_who_one_must_be(world, someone, identity, allowed):
    procedure = world.procedure(identity=identity)
    for kind in ("visitor", "unconfirmed", "email", "account"):
        decision = can(someone(kind, procedure), ADD, world.activity(procedure))
        assert decision.allowed is (kind in allowed), kind
        if kind == "visitor":
            assert decision.login_helps


def test_of_several_open_phases_the_one_that_ends_first_counts(world, someone):
    procedure = world.procedure()
    probe = world.app.extensions["registry"].get("probe")
    first = world.phase(procedure)
    start = (now() - timedelta(days=1)).replace(tzinfo=None)
    with transaction():
        add_phase(world.again(procedure).activities[0], probe.phases[0], begins=start, ends=start + timedelta(days=3))
    decision = can(someone("account", procedure), ADD, world.activity(procedure))
    assert decision.phase.id != first.id


def test_a_module_may_narrow_what_the_phase_opens_never_widen_it(world, someone):
    procedure = world.procedure()
    no = Decision(allowed=False, reason="Nur einmal.")
    narrow = Action(
        name=ADD.name, title=ADD.title, taking_part=True, when=lambda _who, item: no if item else Decision(allowed=True)
    )
    wide = Action(name=LOOK.name, title=LOOK.title, taking_part=True, when=lambda *_: Decision(allowed=True))
    who, activity = someone("account", procedure), world.activity(procedure)
    assert can(who, narrow, activity).allowed
    assert can(who, narrow, activity, "something").reason == "Nur einmal."
    assert not can(who, wide, activity).allowed


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("stage", "begins", "words"),
    [
        ("announced", 1, {}),
        ("evaluation", -20, {}),
        ("paused", -5, {"de": "unterbrochen"}),
        ("cancelled", -5, {"de": "Überschwemmung"}),
    ],
)
def test_a_refusal_is_a_sentence_in_the_readers_language(app, world, someone, language, stage, begins, words):
    procedure = world.procedure(stage=stage, begins=timedelta(days=begins), lasts=timedelta(days=10))
    with transaction():
        world.again(procedure).reason = "Überschwemmung"
    with app.test_request_context(), force_locale(language):
        sentence = str(can(someone("account", procedure), ADD, world.activity(procedure)).reason)
    assert words.get(language, "") in sentence
    assert not sentence.startswith("refuse."), "a sentence, not its key"
    assert len(sentence.split()) > 3
    assert "%(" not in sentence


@pytest.mark.parametrize("key", ["refuse.login", "refuse.not_found", "refuse.session"])
def test_sentences_of_refusal_stand_in_both_languages(app, key):
    with app.test_request_context():
        with force_locale("de"):
            german = gettext(key)
        with force_locale("en"):
            english = gettext(key)
    assert key not in (german, english)
    assert german != english


def test_after_the_end_the_sentence_speaks_of_no_text_that_nobody_wrote(app, world, someone):
    procedure = world.procedure(stage="evaluation", begins=timedelta(days=-20), lasts=timedelta(days=10))
    with app.test_request_context():
        sentence = str(can(someone("account", procedure), ADD, world.activity(procedure)).reason)
    assert "abgelaufen" in sentence
    assert "Ihr Text" not in sentence


def test_require_raises_with_the_sentence(world, someone):
    procedure = world.procedure(stage="evaluation", begins=timedelta(days=-20), lasts=timedelta(days=10))
    who, activity = someone("account", procedure), world.activity(procedure)
    with pytest.raises(Refused) as refused:
        require(who, ADD, activity)
    assert str(refused.value.sentence) == str(can(who, ADD, activity).reason)
    with pytest.raises(Refused):
        require_phase(who, ADD, activity)
    assert require_phase(who, ADD, world.activity(world.procedure())).kind == "noting"


def test_roles_are_given_once_taken_back_and_only_those_of_staff(world):
    procedure = world.procedure()
    person = world.staff(procedure.tenant, Role.MODERATOR)
    with transaction():
        grant_role(person.id, Role.MODERATOR, procedure.tenant_id)
    assert len(world.viewer(person).grants) == 1
    with transaction():
        take_role(person.id, Role.MODERATOR, procedure.tenant_id)
        take_role(person.id, Role.EDITOR, procedure.tenant_id)
    assert not can(world.viewer(person, procedure), MODERATE, procedure).allowed
    for role in (Role.OPERATOR, Role.VISITOR, Role.PARTICIPANT):
        with pytest.raises(ValueError, match="is not a role"), transaction():
            grant_role(person.id, role, procedure.tenant_id)


def test_every_action_of_the_core_is_for_staff_or_for_taking_part():
    for action in CORE_ACTIONS:
        assert bool(action.staff) != action.taking_part, action.name


def test_the_strongest_role_stands_for_a_person():
    assert strongest([Role.MODERATOR, Role.MANAGER, Role.EDITOR]) is Role.MANAGER
    assert strongest([]) is None
