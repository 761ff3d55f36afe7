"""The log that outlives accounts, the digest of the day, figures in the result, and commands."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from participation.accounts.erasure import erase
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import BERLIN
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.moderation import services
from participation.moderation.desk import desk_of
from participation.moderation.digest import choose_digest, is_morning, send_due
from participation.moderation.figures import figures, plain_figures
from participation.moderation.log import Chosen, log_page, whole_log
from participation.moderation.services import Seen
from participation.moderation.sorting_models import WorkDigest
from participation.results.counting import figures_of
from participation.tenants.attendance import Attendance

MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=BERLIN)
BECAUSE = {"reason": "insult", "sentence": "Der erste Satz beleidigt eine Person."}


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


def hide(contribution, moderator):
    with transaction():
        services.hide(contribution, actor_id=moderator.id, seen=Seen("published", 1), **BECAUSE)


@pytest.mark.requirement("RA-3-30")
def test_the_log_keeps_everything_but_the_name_of_a_deleted_account(world, procedure, moderator):
    contribution = world.contribution(procedure)
    hide(contribution, moderator)
    chief = world.staff(procedure.tenant, Role.TENANT_ADMIN)
    desk = desk_of(world.viewer(chief), procedure.tenant)
    before = log_page(desk, Chosen())[0]
    assert before[0].actor == moderator.display_name
    with transaction():
        erase(moderator, rename=lambda: "x")
    after = log_page(desk_of(world.viewer(chief), procedure.tenant), Chosen())[0]
    assert after == [line._replace(actor=None) for line in before]


def test_the_log_is_narrowed_and_read_in_pages(world, procedure, moderator, monkeypatch):
    contributions = [world.contribution(procedure) for _ in range(3)]
    for contribution in contributions:
        hide(contribution, moderator)
    with transaction():
        services.restore(contributions[0], actor_id=moderator.id, seen=Seen("hidden", 1))
    desk = desk_of(world.viewer(moderator), procedure.tenant)
    monkeypatch.setattr("participation.moderation.log.PAGE", 2)
    page, following = log_page(desk, Chosen(act="hide"))
    rest, end = log_page(desk, Chosen(act="hide"), after=following)
    assert [line.reference for line in (*page, *rest)] == [row.reference for row in reversed(contributions)]
    assert end is None
    mine = Chosen.of("odd", "odd", contributions[0].reference.lower())
    assert [line.act for line in whole_log(desk, mine)] == ["restore", "hide"]


@pytest.mark.requirement("RA-3-30")
def test_the_digest_comes_once_a_day_to_whom_something_waits(world, procedure, moderator, mails, at):
    idle = world.staff(procedure.tenant, Role.MODERATOR, world.procedure(procedure.tenant))
    with at(MONDAY - timedelta(hours=20)):
        world.contribution(procedure, review=True)
    with at(MONDAY):
        for _ in range(2):
            with transaction():
                send_due()
        work_off()
        told = [mail for mail in mails() if mail["Subject"].startswith("Moderation:")]
        assert [mail["To"] for mail in told] == [moderator.email]
        text = told[0].get_body(("plain",)).get_content()
        assert "1 Beitrag wartet auf Prüfung" in text
        assert "Das Älteste wartet seit" in text
        with transaction():
            choose_digest(procedure.tenant_id, moderator.id, wanted=False)
    with at(MONDAY + timedelta(days=1)), transaction():
        assert send_due() == 0
    with transaction():
        choose_digest(procedure.tenant_id, moderator.id, wanted=True)
    with at(MONDAY + timedelta(days=1)), transaction():
        assert send_due() == 1
    assert idle.id not in set(db.session.scalars(select(WorkDigest.person_id)))


def killed():
    with transaction():
        assert send_due() == 1
        raise RuntimeError("killed")


def test_a_worker_that_is_killed_before_the_end_leaves_no_day_behind(world, procedure, moderator, at):
    world.contribution(procedure, review=True)
    with at(MONDAY):
        with pytest.raises(RuntimeError, match="killed"):
            killed()
        with transaction():
            assert send_due() == 1


def test_mornings_follow_the_moderation_hours():
    some = Attendance(days=(5, 6), begins="10:00", ends="12:00")
    assert is_morning(Attendance(), MONDAY)
    assert not is_morning(Attendance(), MONDAY - timedelta(days=1))
    assert not is_morning(Attendance(), MONDAY + timedelta(hours=5))
    assert not is_morning(some, MONDAY)
    assert is_morning(some, MONDAY + timedelta(days=5, hours=3))
    assert not is_morning(some, MONDAY + timedelta(days=5, hours=4))


def test_commands_show_the_log_repeats_and_who_would_get_the_digest(world, runner, procedure, moderator):
    text = "Die Radwege an der Hauptstraße sind viel zu schmal."
    first, double = (world.contribution(procedure, source=text) for _ in range(2))
    world.contribution(procedure, review=True)
    where = [procedure.tenant.slug, procedure.slug]
    assert f"2  {first.reference}" in runner.invoke(args=["moderation", "similar", *where]).output
    merge = ["moderation", "merge", *where, first.reference, double.reference, "--by", moderator.email]
    assert "1 merged, 0 left alone." in runner.invoke(args=merge).output
    assert f"merge         {double.reference}" in runner.invoke(args=["moderation", "log", where[0]]).output
    assert f"{moderator.email}: 1 open" in runner.invoke(args=["moderation", "digest", "--dry-run"]).output


@pytest.mark.requirement("RA-3-30")
def test_figures_of_moderation_go_into_the_result_without_small_ones(world, procedure, moderator):
    for _ in range(6):
        hide(world.contribution(procedure), moderator)
    with transaction():
        services.restore(
            db.session.scalars(select(Contribution)).first(), actor_id=moderator.id, seen=Seen("hidden", 1)
        )
    said = plain_figures(figures(procedure.tenant_id, procedure.id))
    assert said["hidden"] == 6
    assert said["by_reason"]["insult"] == 6
    assert said["restored"] is None
    assert figures_of({"people": 1, "activities": [], "moderation": said}, nothing, {})["moderation"] == said
    assert "moderation" not in figures_of({"people": 1, "activities": []}, nothing, {})


def nothing(_name):
    return BytesIO(b"")


def test_without_moderators_the_lead_gets_it(world, at):
    procedure = world.procedure()
    lead = world.staff(procedure.tenant, Role.MANAGER, procedure)
    world.staff(procedure.tenant, Role.TENANT_ADMIN)
    world.contribution(procedure, review=True)
    with at(MONDAY), transaction():
        assert send_due() == 1
    assert list(db.session.scalars(select(WorkDigest.person_id))) == [lead.id]
