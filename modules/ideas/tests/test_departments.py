"""Defects: each category has a department, and what arrives in it is theirs."""

import pytest
from sqlalchemy import func, select

from modules.ideas import queries, services
from modules.ideas.importing.writing import import_ideas
from participation.contributions.models import Contribution
from participation.contributions.services import change_state
from participation.evaluation.assigning import assign, assignment_of
from participation.evaluation.case_models import Assignment, Department
from participation.evaluation.departments import close_department, make_department
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.moderation.acts import Seen
from participation.moderation.moving import move


@pytest.fixture
def departments(world, procedure):
    """The departments of the two categories: roads (k1) and light (k2)."""
    with transaction():
        found = [make_department(procedure.tenant, title, external=False) for title in ("Tiefbau", "Stadtwerke")]
        for key, title, department in zip(("k1", "k2"), ("Wege", "Licht"), found, strict=True):
            kept = next(row for row in queries.categories_of(world.activity(procedure)) if row.key == key)
            said = {"title": title, "colour": kept.colour, "shape": kept.shape, "department_id": department.id}
            services.change_category(world.activity(procedure), key, **said)
    return [department.id for department in found]


def given(made):
    """The department that has an idea, and the state of its work."""
    row = db.session.get_one(Contribution, made.id, populate_existing=True)
    kept = assignment_of(row)
    return kept.department_id if kept else None, row.work


def test_a_report_goes_to_the_department_of_its_category_and_stays_open(world, procedure, departments, idea, mails):
    made = idea("Schlagloch", place="k1")
    answer = world.contribution(procedure, source="Ja, tief.", parent=world.again_contribution(made))
    assert given(made) == (None, "new")
    work_off()
    work_off()
    assert given(made) == (departments[0], "new")
    assert given(answer) == (None, "new")
    item = queries.found_ideas(world.activity(procedure), queries.Selection(state="open")).items[0]
    assert queries.state_of(item) == "open"


def test_moving_it_to_another_category_changes_the_department_unless_staff_chose(world, procedure, departments, idea):
    moderator = world.staff(procedure.tenant, Role.MODERATOR)
    made, chosen = idea("Lampe dunkel", place="k1"), idea("Schlagloch", place="k1")
    work_off()
    with transaction():
        assign(world.again_contribution(chosen), department_id=departments[0], person_id=None, actor_id=moderator.id)
        db.session.flush()
        assignment_of(world.again_contribution(chosen)).assigned_by_id = moderator.id
    for entry in (made, chosen):
        with transaction():
            move(world.again_contribution(entry), "k2", actor_id=moderator.id, seen=Seen("published", 1))
    work_off()
    assert given(made)[0] == departments[1]
    assert given(chosen)[0] == departments[0]


def test_what_waits_is_given_when_it_is_published(world, procedure, departments):
    waiting = world.contribution(procedure, title="Schlagloch", place="k1", review=True)
    work_off()
    assert given(waiting) == (None, "new")
    with transaction():
        change_state(world.again_contribution(waiting), "published", actor_id=None)
    work_off()
    assert given(waiting) == (departments[0], "new")


def test_what_staff_took_away_stays_away_and_a_closed_department_gets_nothing(world, procedure, departments, idea):
    made = idea("Schlagloch", place="k1")
    work_off()
    moderator = world.staff(procedure.tenant, Role.MODERATOR)
    with transaction():
        assign(world.again_contribution(made), actor_id=moderator.id)
        department = db.session.scalar(select(Department).where(Department.id == departments[0]))
        close_department(department, closed=True)
    for state in ("hidden", "published"):
        with transaction():
            change_state(world.again_contribution(made), state, actor_id=None)
    later = idea("Noch ein Schlagloch", place="k1")
    work_off()
    assert given(made)[0] is None
    assert given(later)[0] is None


FILE = "titel;kategorie\nSchlagloch;Wege\nLaterne dunkel;licht\nIrgendwo;\nGanz neu;Neues\n"
ANSWERS = "id;proposal_id;text\nc1;1;Ja, tief.\n"


def taken_over(world, procedure, text=FILE, answers=None):
    """Take a file over as the command does, and let the worker see it."""
    with transaction():
        import_ideas(world.activity(procedure), text.encode(), "ideen.csv", answers and (answers.encode(), "k.csv"))
    work_off()
    rows = db.session.scalars(select(Contribution).where(Contribution.intake_channel == "import"))
    return {row.title or row.source: row for row in rows}


def test_ideas_of_a_file_go_to_the_departments_of_their_categories(world, procedure, departments):
    found = taken_over(world, procedure)
    assert {title: given(row) for title, row in found.items()} == {
        "Schlagloch": (departments[0], "new"),
        "Laterne dunkel": (departments[1], "new"),
        "Irgendwo": (None, "new"),
        "Ganz neu": (None, "new"),
    }


def test_answers_of_a_file_are_given_to_nobody_and_it_may_come_again(world, procedure, departments):
    table = "id;titel;kategorie\n1;Schlagloch;Wege\n"
    taken_over(world, procedure, table)
    found = taken_over(world, procedure, table, ANSWERS)
    assert {title: given(row)[0] for title, row in found.items()} == {"Schlagloch": departments[0], "Ja, tief.": None}
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 1


def test_what_of_a_file_waits_is_given_when_it_is_published_and_a_closed_department_gets_nothing(
    world, procedure, departments
):
    with transaction():
        world.phase(procedure).moderation = "always"
        close_department(db.session.get_one(Department, departments[1]), closed=True)
    found = taken_over(world, procedure)
    assert {given(row) for row in found.values()} == {(None, "new")}
    for title in ("Schlagloch", "Laterne dunkel"):
        with transaction():
            change_state(world.again_contribution(found[title]), "published", actor_id=None)
    work_off()
    assert given(found["Schlagloch"]) == (departments[0], "new")
    assert given(found["Laterne dunkel"]) == (None, "new")


def test_what_staff_took_from_a_department_before_the_worker_came_stays_away(world, procedure, departments):
    with transaction():
        import_ideas(world.activity(procedure), FILE.encode(), "ideen.csv")
    moderator = world.staff(procedure.tenant, Role.MODERATOR)
    made = db.session.scalar(select(Contribution).where(Contribution.title == "Schlagloch"))
    with transaction():
        assign(world.again_contribution(made), department_id=departments[1], actor_id=moderator.id)
    work_off()
    assert given(made) == (departments[1], "in_progress")
