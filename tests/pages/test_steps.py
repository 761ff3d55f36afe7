"""The pages of the steps: what they name, what they ask for, and what they refuse."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import local, now
from participation.kernel.db import db, transaction
from participation.notices import services as notices
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import TRANSITIONS, Stage
from participation.procedures.services import add_phase, change_procedure
from participation.procedures.step_models import StepTaken

STEPS = "/musterstadt/plan/-/manage/steps"
REASON = "Das Gutachten fehlt noch."
LEADS = frozenset({Role.MANAGER})


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def second(world, tenant):
    return world.staff(tenant, Role.MANAGER)


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def fields_of(client, name):
    page = client.get(f"{STEPS}/{name}")
    assert page.status_code == 200, page.location
    return {key: hidden(page, key) for key in ("csrf_token", "version", "seen")}


def press(client, name, **typed):
    """Open the page of a step and press its button, as a browser does."""
    return client.post(f"{STEPS}/{name}", data=fields_of(client, name) | typed)


def day(days):
    return f"{local(now() + timedelta(days=days)):%Y-%m-%d}"


def take(world, procedure, name, actor, **values):
    with transaction():
        advance(world.again(procedure), name, actor_id=actor.id, roles=frozenset(Role), **values)


def stage(world, procedure):
    return world.again(procedure).stage


@pytest.mark.requirement("RA-2-02")
def test_the_page_says_where_it_stands_and_what_the_clock_will_do(world, client, tenant, manager):
    world.ready(tenant, slug="plan", announced_on=(now() + timedelta(days=1)).date())
    page = client.get(f"{STEPS}/")
    assert page.status_code == 200
    for words in (
        "In Vorbereitung",
        "Nach der Freigabe gilt",
        "Das Verfahren wird angekündigt",
        "Zur Freigabe vorlegen",
    ):
        assert words in page.text
    assert f'href="{STEPS}/submit"' in page.text
    assert f"{STEPS}/release" not in page.text


@pytest.mark.requirement("RA-3-27")
def test_submit_review_send_back_submit_again_release(world, client, tenant, manager, second, mails):
    procedure = world.ready(tenant, slug="plan", title="Ein Plan")
    assert press(client, "submit").location.endswith("done=step-submit")
    assert stage(world, procedure) == "review"
    assert [mail["To"] for mail in mails()] == [second.email]
    world.log_in(client, second, staff=True)
    assert "zum ersten Mal vorgelegt" in client.get(f"{STEPS}/release").text
    assert press(client, "send_back", reason=REASON).location.endswith("done=step-send_back")
    back = mails()[-1]
    assert back["To"] == manager.email
    assert REASON in back.get_body(("plain",)).get_content()
    with transaction():
        change_procedure(world.again(procedure), summary="Ganz neu gesagt.")
    world.log_in(client, manager, staff=True)
    press(client, "submit")
    world.log_in(client, second, staff=True)
    page = client.get(f"{STEPS}/release").text
    for words in ("Verglichen mit der Vorlage", "Sagen Sie uns, was fehlt.", "Ganz neu gesagt."):
        assert words in page
    assert "Der Rat" not in page[page.index('id="changes"') :], "what stayed the same is not shown"
    assert press(client, "release").location.endswith("done=step-release")
    assert stage(world, procedure) == "released"
    assert mails()[-1]["To"] == manager.email


@pytest.mark.requirement("RA-3-27")
def test_who_submitted_sees_what_changed_but_no_button(world, client, tenant, manager, second):
    procedure = world.ready(tenant, slug="plan")
    press(client, "submit")
    page = client.get(f"{STEPS}/release")
    assert "Das entscheidet eine zweite Person" in page.text
    assert 'method="post" novalidate' not in page.text
    token = hidden(page, "csrf_token")
    version = world.again(procedure).version
    answer = client.post(f"{STEPS}/release", data={"csrf_token": token, "version": version, "seen": ""})
    assert answer.status_code in (403, 409)
    assert stage(world, procedure) == "review"


def test_what_is_released_is_what_was_looked_at(world, client, tenant, manager, second):
    procedure = world.ready(tenant, slug="plan")
    press(client, "submit")
    world.log_in(client, second, staff=True)
    fields = fields_of(client, "release")
    activity = world.activity(procedure)
    probe = world.app.extensions["registry"].get("probe")
    with transaction():
        at = local(now()).replace(tzinfo=None)
        add_phase(activity, probe.phases[1], begins=at + timedelta(days=3), ends=at + timedelta(days=4))
    fields["version"] = world.again(procedure).version
    answer = client.post(f"{STEPS}/release", data=fields)
    assert answer.status_code == 409
    assert stage(world, procedure) == "review"
    assert press(client, "release").status_code == 302


@pytest.mark.requirement("RA-3-27")
def test_a_procedure_that_lacks_something_is_not_submitted_and_the_page_says_what(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan", stage="draft", kinds=[])
    page = client.get(f"{STEPS}/submit")
    assert "Legen Sie fest, wann Menschen sich beteiligen können." in page.text
    assert "Nennen Sie die Stelle, die am Ende entscheidet." in page.text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": procedure.version}
    answer = client.post(f"{STEPS}/submit", data=data)
    assert answer.status_code == 422
    assert "Legen Sie fest, wann Menschen sich beteiligen können." in answer.text
    assert stage(world, procedure) == "draft"


@pytest.mark.requirement("RA-3-11")
def test_pausing_names_reason_and_day_and_the_public_reads_both(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    assert press(client, "pause", reason=" ").status_code == 422
    assert press(client, "pause", reason=REASON, resumes_on=day(4)).status_code == 302
    client.delete_cookie("s")
    page = client.get("/musterstadt/plan/").text
    assert REASON in page
    assert "voraussichtlich" in page
    assert stage(world, procedure) == "paused"


@pytest.mark.requirement("LP-10")
def test_during_a_statutory_period_no_pause_is_offered_or_taken(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    with transaction():
        world.phase(procedure).statutory = True
        db.session.flush()
    page = client.get(f"{STEPS}/")
    assert "Eine gesetzliche Frist läuft." in page.text
    assert f'href="{STEPS}/pause"' not in page.text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": world.again(procedure).version, "reason": REASON}
    answer = client.post(f"{STEPS}/pause", data=data)
    assert answer.status_code == 403
    assert "Eine gesetzliche Frist läuft." in answer.text
    assert stage(world, procedure) == "running"
    assert db.session.scalar(select(StepTaken)) is None


@pytest.mark.requirement("RA-3-11")
def test_extending_moves_the_end_of_the_phases_that_were_chosen(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan", kinds=["noting", "talking"])
    one, other = world.activity(procedure).phases
    page = client.get(f"{STEPS}/extend").text
    assert "Bisher bis einschließlich" in page
    assert page.count("checked") == 2
    before = other.ends_at
    assert press(client, "extend", reason=REASON, until=day(1), phases=[one.id]).status_code == 422
    assert press(client, "extend", reason=REASON, until=day(60)).status_code == 422, "no phase is chosen"
    assert press(client, "extend", reason=REASON, until=day(60), phases=[one.id]).status_code == 302
    phases = {phase.id: phase for phase in world.activity(procedure).phases}
    assert f"{local(phases[one.id].ends_at):%Y-%m-%d %H:%M}" == f"{day(61)} 00:00", "the last day counts"
    assert phases[other.id].ends_at == before


@pytest.mark.parametrize(("name", "value"), [("until", "bald"), ("until", ""), ("phases", "99999")])
def test_an_end_that_cannot_be_used_comes_back_with_what_was_typed(world, client, tenant, manager, name, value):
    world.procedure(tenant, slug="plan", kinds=["noting", "talking"])
    answer = press(client, "extend", **({"reason": REASON, "until": day(60)} | {name: value}))
    assert answer.status_code == 422
    assert REASON in answer.text


def test_reopening_needs_a_new_end_and_is_refused_after_a_vote(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan", stage="evaluation", lasts=timedelta(days=2))
    assert press(client, "reopen", reason=REASON, until=day(9)).status_code == 302
    assert stage(world, procedure) == "running"
    voted = world.procedure(tenant, slug="abstimmung", stage="evaluation", lasts=timedelta(days=2))
    with transaction():
        world.phase(voted).step = "voting"
        db.session.flush()
    page = client.get("/musterstadt/abstimmung/-/manage/steps/reopen")
    assert "Eine Abstimmung ist beendet" in page.text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": world.again(voted).version}
    answer = client.post(page.request.path, data=data | {"reason": REASON, "until": day(9)})
    assert answer.status_code == 403
    assert stage(world, voted) == "evaluation"


@pytest.mark.requirement("RA-3-27")
def test_the_slower_of_two_managers_reads_the_new_state_and_keeps_the_reason(world, client, tenant, manager, second):
    procedure = world.procedure(tenant, slug="plan")
    fields = fields_of(client, "cancel")
    take(world, procedure, "pause", second, reason="Etwas anderes.")
    answer = client.post(f"{STEPS}/cancel", data=fields | {"reason": REASON})
    assert answer.status_code == 409
    for words in ("Jemand anderes war schneller", "Unterbrochen", REASON, "Etwas anderes."):
        assert words in answer.text
    assert stage(world, procedure) == "paused"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_step_without_what_was_seen_is_not_taken(world, client, tenant, manager, version):
    procedure = world.procedure(tenant, slug="plan")
    assert press(client, "cancel", reason=REASON, version=version).status_code == 409
    assert stage(world, procedure) == "running"


@pytest.mark.requirement("RA-3-11", "RA-3-30")
def test_announcing_by_hand_cancelling_and_archiving(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan", stage="released", begins=timedelta(days=9))
    assert press(client, "announce").status_code == 302
    assert world.again(procedure).announced_on == local(now()).date()
    assert press(client, "cancel", reason=REASON).status_code == 302
    assert "tenant_admin" not in client.get(f"{STEPS}/").text
    assert "Dazu ist die Rolle" in client.get(f"{STEPS}/").text, "only the portal's administration archives"
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN), staff=True)
    with transaction():
        change_procedure(world.again(procedure), retained_until=local(now()).date() + timedelta(days=1))
    assert client.get(f"{STEPS}/archive").status_code == 200
    assert "läuft noch" in client.get(f"{STEPS}/archive").text
    reasons = list(db.session.scalars(select(StepTaken.reason).order_by(StepTaken.id)))
    assert reasons == ["", REASON]


def test_the_page_says_how_many_mails_go_out(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    for _ in range(3):
        person = world.person()
        with transaction():
            notices.subscribe(procedure, person)
    assert "An 3 Personen, die das Verfahren abonniert haben." in client.get(f"{STEPS}/pause").text


PAIRS = [(s, n) for s in Stage for n in TRANSITIONS if s not in TRANSITIONS[n].source]


@pytest.mark.parametrize(("at_stage", "name"), PAIRS)
def test_every_pair_that_is_not_in_the_table_is_refused_by_its_page(world, client, tenant, manager, at_stage, name):
    begins = -50 if at_stage in ("evaluation", "completed", "archived") else 5 if at_stage != "running" else -5
    procedure = world.procedure(tenant, slug="plan", stage=at_stage, begins=timedelta(days=begins))
    page = client.get(f"{STEPS}/{name}")
    assert page.location == f"{STEPS}/"
    token = hidden(client.get(f"{STEPS}/"), "csrf_token")
    typed = {"reason": REASON, "until": day(90), "csrf_token": token, "version": procedure.version}
    answer = client.post(f"{STEPS}/{name}", data=typed)
    assert answer.status_code == 409
    assert stage(world, procedure) == at_stage
    assert db.session.scalar(select(StepTaken)) is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VISITOR, Role.PARTICIPANT, Role.OPERATOR}))
def test_who_may_see_and_take_steps(world, client, tenant, role):
    procedure = world.procedure(tenant, slug="plan")
    world.log_in(client, world.staff(tenant, role), staff=True)
    allowed = role in (Role.MANAGER, Role.TENANT_ADMIN)
    for path in (f"{STEPS}/", f"{STEPS}/pause"):
        assert client.get(path).status_code == (200 if allowed else 403)
    if not allowed:
        data = {"version": procedure.version, "reason": REASON}
        assert client.post(f"{STEPS}/pause", data=data).status_code in (400, 403)
        assert stage(world, procedure) == "running"


def test_people_of_other_authorities_and_procedures_get_nothing(world, client, tenant):
    world.procedure(tenant, slug="plan", stage="draft")
    other = world.procedure(tenant, slug="zweites")
    for person in (
        None,
        world.person(),
        world.staff(world.tenant(), Role.MANAGER),
        world.staff(tenant, Role.MANAGER, other),
    ):
        if person is not None:
            world.log_in(client, person)
        assert client.get(f"{STEPS}/").status_code == 404
    assert client.get("/musterstadt/zweites/-/manage/steps/teleport").status_code == 404
