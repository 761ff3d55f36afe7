"""Where a procedure stands: what waits for whom, who took part, how far the answers are."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Assignment, Department
from participation.evaluation.services import answer, publish
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.procedures.queries import procedure_by_id
from participation.results.standing import standing_of
from participation.testing.queries import count_queries

pytestmark = pytest.mark.requirement("RA-4.4-08")


@pytest.fixture
def procedure(world):
    return world.procedure(world.tenant("stadt"))


def given(world, procedure, number, **values):
    return [world.contribution(procedure, source=f"Beitrag {at} zum Radweg am Fluss", **values) for at in range(number)]


def changed(contribution, **values):
    with transaction():
        row = db.session.get_one(Contribution, contribution.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_an_empty_procedure_has_a_standing(world, procedure):
    standing = standing_of(procedure)
    assert (standing.contributions, standing.share, standing.days) == (0, None, {})
    assert sum(standing.waiting) == 0


def test_what_waits_for_whom_and_what_is_late(world, procedure):
    first, second, third, fourth = given(world, procedure, 4)
    changed(fourth, late=True, state="pending")
    with transaction():
        department = Department(tenant_id=procedure.tenant_id, title="Tiefbau")
        db.session.add(department)
        db.session.flush()
        for entry, days in ((first, -1), (second, 3), (third, 30)):
            due = today() + timedelta(days=days)
            rows = {"department_id": department.id, "due_on": due, "at": now()}
            db.session.add(Assignment(tenant_id=procedure.tenant_id, contribution_id=entry.id, **rows))
    standing = standing_of(procedure_by_id(procedure.id))
    assert [(load.name, load.open, load.overdue, load.soon) for load in standing.loads] == [("Tiefbau", 3, 1, 1)]
    waiting = standing.waiting
    assert (waiting.to_check, waiting.unassigned, waiting.overdue, waiting.late) == (1, 1, 1, 1)


def test_answers_count_once_they_are_public(world, procedure):
    first, _second = given(world, procedure, 2)
    one, two = (world.staff(procedure.tenant, Role.CASE_WORKER) for _number in range(2))
    with transaction():
        response = answer(
            procedure_by_id(procedure.id),
            [db.session.get_one(Contribution, first.id)],
            decision="followed",
            source="Wir bauen ihn.",
            actor_id=one.id,
        )
    standing = standing_of(procedure_by_id(procedure.id))
    assert (standing.share, standing.waiting.to_release, standing.waiting.unassigned) == (0, 1, 1)
    with transaction():
        publish(response, number=1, actor_id=two.id)
    standing = standing_of(procedure_by_id(procedure.id))
    assert (standing.share, standing.waiting.to_release) == (50, 0)


def test_days_are_local_days(world, procedure):
    first, second = given(world, procedure, 2)
    changed(first, received_at=datetime(2026, 7, 1, 21, 59, tzinfo=UTC))
    changed(second, received_at=datetime(2026, 7, 1, 22, 1, tzinfo=UTC), intake_channel="letter", district="Nord")
    standing = standing_of(procedure)
    assert [day.isoformat() for day in standing.days] == ["2026-07-01", "2026-07-02"]
    assert standing.channels == {"letter": 1, "web": 1}
    assert standing.reach.districts == 1


def test_it_takes_few_queries_however_much_there_is(world, procedure):
    given(world, procedure, 12)
    db.session.rollback()
    whole = procedure_by_id(procedure.id)
    with count_queries() as counted:
        standing_of(whole)
    assert len(counted) <= 9


def test_the_page_shows_numbers_charts_and_tables(world, procedure, client):
    given(world, procedure, 3)
    world.log_in(client, world.staff(procedure.tenant, Role.CASE_WORKER))
    page = client.get(f"/stadt/{procedure.slug}/-/manage/dashboard").text
    for words in ("Was jetzt wartet", "ohne Antwort und ohne Zuständige", "Eingegangene Beiträge je Tag", "Online"):
        assert words in page
    assert page.count('<svg class="chart__picture"') == 2
    assert page.count("Die Zahlen als Tabelle") == 2


def test_the_page_is_for_those_who_work_on_the_procedure(world, procedure, client):
    world.log_in(client, world.staff(procedure.tenant, Role.PLANNING_OFFICE))
    assert client.get(f"/stadt/{procedure.slug}/-/manage/dashboard").status_code == 403


def test_the_command_prints_the_same_numbers(world, procedure, runner):
    given(world, procedure, 2)
    answered = runner.invoke(args=["procedure", "standing", "stadt", procedure.slug, "--format", "json"])
    assert json.loads(answered.output)["waiting"]["unassigned"] == 2
    assert "0 of 2 contributions" in runner.invoke(args=["procedure", "standing", "stadt", procedure.slug]).output
