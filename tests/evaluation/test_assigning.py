"""Who works on what until when: assigning, recommending, notes, reminders, and what is left when somebody leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.services import take_role
from participation.accounts.erasure import erase
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.evaluation import departments, recommending, services
from participation.evaluation.assigned import given_to, numbers_for, tray_of
from participation.evaluation.assigning import assign, assignment_of
from participation.evaluation.case_models import Assignment, DepartmentMember, Recommendation
from participation.evaluation.discussion import discussion_of
from participation.evaluation.events import AssignmentsReady
from participation.evaluation.reminding import WAIT, remind
from participation.interfaces import Role
from participation.kernel.clock import instant, local, now, today
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.outbox import claim
from participation.kernel.refusal import Conflict, Invalid, Unknown

SOON = timedelta(minutes=1)
OURS = ("Ihnen zugewiesen", "Bald fällig", "Frist vorbei", "Empfohlen", "Bitte noch einmal prüfen")


@pytest.fixture
def staff_mails(mails):
    """The mails so far, without those to people who took part."""
    return lambda: [mail for mail in mails() if mail["Subject"].startswith(OURS)]


@pytest.fixture
def desk(world):
    """A procedure with three contributions, a case worker, a planning office with one person."""
    procedure = world.procedure(title="Stadtpark")
    tenant = procedure.tenant
    entries = [world.contribution(procedure, source=f"Beitrag Nummer {number}.") for number in range(3)]
    worker, planner = world.staff(tenant, Role.CASE_WORKER), world.staff(tenant, Role.PLANNING_OFFICE, procedure)
    with transaction():
        office = departments.make_department(tenant, "Büro Grün", external=True)
        departments.add_member(office, planner.email, procedure.id, actor_id=worker.id)
        number = office.id
    return Desk(world, procedure, [entry.id for entry in entries], worker.id, planner.id, number)


class Desk:
    """What the tests here begin with."""

    def __init__(self, world, procedure, ids, worker, planner, office):
        self.world, self.procedure, self.ids = world, procedure, ids
        self.worker, self.planner, self.office = worker, planner, office

    def entry(self, number=0):
        return db.session.get(Contribution, self.ids[number])

    def give(self, number=0, **values):
        values = {"department_id": self.office, "actor_id": self.worker} | values
        with transaction():
            return assign(self.entry(number), **values)

    def recommend(self, number=0, decision="followed", source="Eine Bank passt dort hin."):
        values = {"decision": decision, "source": source, "department_id": self.office, "actor_id": self.planner}
        with transaction():
            return recommending.recommend(self.entry(number), **values).id

    def tray(self, person_id):
        return tray_of(self.world.viewer(db.session.get(Person, person_id), self.procedure), self.procedure)

    def row(self, number=0):
        db.session.expire_all()
        return assignment_of(self.entry(number))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.requirement("RA-3-28")
def test_assigning_again_changes_and_nothing_takes_away(desk):
    desk.give(due_on=today() + timedelta(days=5))
    assert desk.entry().work == "in_progress"
    assert desk.row().due_on == today() + timedelta(days=5)
    desk.give(department_id=None, person_id=desk.worker)
    assert count(Assignment) == 1
    assert (desk.row().department_id, desk.row().person_id, desk.row().due_on) == (None, desk.worker, None)
    with transaction():
        assert assign(desk.entry(), actor_id=desk.worker) is None
    assert count(Assignment) == 0
    assert desk.entry().work == "in_progress"


def test_the_same_again_is_no_news(desk):
    desk.give()
    events = count(EventRow)
    desk.give()
    assert count(EventRow) == events


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"due_on": -1}, "due_on"),
        ({"department_id": None, "due_on": 1}, "department"),
        ({"department_id": 0}, "department"),
        ({"department_id": "closed"}, "department"),
        ({"department_id": "foreign"}, "department"),
        ({"department_id": None, "person_id": "resident"}, "person"),
        ({"argument_id": 99}, "argument"),
    ],
)
def test_what_cannot_be_assigned_is_refused_beside_its_field(desk, values, field):
    with pytest.raises(Invalid) as refusal:
        desk.give(**{name: meant(desk, name, value) for name, value in values.items()})
    assert refusal.value.field == field
    assert count(Assignment) == 0


def meant(desk, name, value):
    if name == "due_on":
        return today() + timedelta(days=value)
    if value == "resident":
        return desk.world.person().id
    if value not in ("closed", "foreign"):
        return value
    tenant = desk.procedure.tenant if value == "closed" else desk.world.tenant()
    with transaction():
        department = departments.make_department(tenant, "Andere", external=False)
        departments.close_department(department, closed=value == "closed")
        return department.id


def test_a_closed_department_keeps_what_it_has(desk):
    desk.give()
    with transaction():
        departments.close_department(departments.department_at(desk.procedure.tenant_id, desk.office), closed=True)
    desk.give(due_on=today())
    assert desk.row().due_on == today()


@pytest.mark.requirement("RA-3-28", "RA-3-26")
def test_a_planning_office_sees_what_it_was_given_and_nothing_else(desk):
    desk.give()
    desk.give(1, department_id=None, person_id=desk.worker)
    mine = given_to(desk.tray(desk.planner), desk.procedure)
    assert [row.reference for row in mine.rows] == [desk.entry().reference]
    assert numbers_for(desk.tray(desk.planner), desk.procedure).open == 1
    discussion = discussion_of(desk.entry(1), desk.tray(desk.planner))
    assert discussion.parts == []
    assert discussion_of(desk.entry(1), desk.tray(desk.worker)).parts[0].given.person_id == desk.worker


@pytest.mark.requirement("RA-3-28", "RA-3-26")
def test_every_recommendation_is_kept_and_handing_back_opens_the_work_again(desk, at):
    desk.give()
    first = desk.recommend()
    assert desk.row().done_at is not None
    with transaction():
        recommending.hand_back(desk.entry(), first, "Wer bezahlt sie?", actor_id=desk.worker)
    assert desk.row().done_at is None
    desk.recommend(decision="noted", source="Die Stadt bezahlt sie.")
    part = discussion_of(desk.entry()).parts[0]
    assert [entry.decision for entry in part.recommendations] == ["noted", "followed"]
    assert part.may_hand_back
    with transaction(), pytest.raises(Unknown):
        recommending.hand_back(desk.entry(1), first, "Falsch.", actor_id=desk.worker)


@pytest.mark.parametrize(("decision", "source"), [("", "Grund"), ("erfunden", "Grund"), ("noted", " ")])
def test_a_recommendation_needs_decision_and_reason(desk, decision, source):
    desk.give()
    with pytest.raises(Invalid):
        desk.recommend(decision=decision, source=source)
    assert count(Recommendation) == 0


def test_a_recommendation_after_the_answer_comes_too_late(desk, mails):
    desk.give()
    second = desk.world.staff(desk.procedure.tenant, Role.CASE_WORKER).id
    with transaction():
        values = {"decision": "noted", "source": "Danke.", "actor_id": desk.worker}
        response = services.answer(desk.procedure, [desk.entry()], **values)
    with transaction():
        services.publish(response, number=1, actor_id=second)
    mails()
    assert desk.row().done_at is not None
    with pytest.raises(Conflict):
        desk.recommend()


@pytest.mark.requirement("RA-3-28")
def test_much_that_is_assigned_at_once_makes_one_mail(desk, staff_mails, at):
    for number in range(3):
        desk.give(number)
    assert staff_mails() == []
    with at(now() + WAIT + SOON):
        (mail,) = staff_mails()
        assert len(staff_mails()) == 1
    assert mail["To"] == db.session.get(Person, desk.planner).email
    assert mail["Subject"] == "Ihnen zugewiesen: 3 Beiträge"
    body = mail.get_body(("plain",)).get_content()
    assert desk.entry(2).reference in body
    assert "Beitrag Nummer" not in body
    assert "\n\n\n" not in body.replace("\r", "")


def test_what_was_taken_away_again_brings_no_mail(desk, staff_mails, at):
    desk.give()
    with transaction():
        assign(desk.entry(), actor_id=desk.worker)
    with at(now() + WAIT + SOON):
        assert staff_mails() == []


def test_nobody_is_told_of_what_they_gave_themselves(desk, staff_mails, at):
    desk.give(department_id=None, person_id=desk.worker)
    with at(now() + WAIT + SOON):
        assert staff_mails() == []


def morning(day):
    return instant(local(now()).replace(tzinfo=None, hour=8, minute=0) + timedelta(days=day))


def reminders():
    with transaction():
        remind()


@pytest.mark.requirement("RA-3-28")
def test_two_days_before_and_the_day_after_a_reminder_comes_and_only_once(desk, staff_mails, at):
    desk.give(due_on=today() + timedelta(days=4))
    found = []
    for day in range(1, 9):
        with at(morning(day)):
            for _again in range(2):
                reminders()
            found = [mail["Subject"] for mail in staff_mails() if "Ihnen zugewiesen" not in mail["Subject"]]
            assert found == ["Bald fällig: 1 Beitrag"] * (day >= 2) + ["Frist vorbei: 1 Beitrag"] * (day >= 5)


def test_no_reminder_in_the_night_and_none_for_what_is_done(desk, staff_mails, at):
    desk.give(due_on=today() + timedelta(days=1))
    with at(instant(local(now()).replace(tzinfo=None, hour=4) + timedelta(days=1))):
        reminders()
        assert db.session.scalar(select(EventRow.id).where(EventRow.name == AssignmentsReady.name)) is None
    desk.recommend()
    with at(morning(1)):
        reminders()
        assert [mail for mail in staff_mails() if "fällig" in mail["Subject"]] == []


def test_a_worker_that_is_killed_before_the_mail_goes_on_and_sends_one(desk, staff_mails, at):
    desk.give(due_on=today() + timedelta(days=1))
    with at(morning(0)):
        reminders()
        claim()  # and killed: the lease runs out
    with at(morning(0) + timedelta(hours=1)):
        reminders()
        assert [mail["Subject"] for mail in staff_mails() if "fällig" in mail["Subject"]] == ["Bald fällig: 1 Beitrag"]


@pytest.mark.requirement("RA-3-28")
def test_whoever_assigned_hears_of_recommendations_and_whoever_recommended_of_a_question(desk, staff_mails, at):
    for number in range(3):
        desk.give(number)
        desk.recommend(number)
    with at(now() + WAIT + SOON):
        (mail,) = [entry for entry in staff_mails() if "Empfohlen" in entry["Subject"]]
        assert mail["To"] == db.session.get(Person, desk.worker).email
        assert "3 Antworten" in mail["Subject"]
        first = discussion_of(desk.entry()).parts[0].recommendations[0].id
        with transaction():
            recommending.hand_back(desk.entry(), first, "Wer bezahlt sie?", actor_id=desk.worker)
        (back,) = [entry for entry in staff_mails() if "noch einmal" in entry["Subject"]]
    assert back["To"] == db.session.get(Person, desk.planner).email
    assert "Wer bezahlt sie?" in back.get_body(("plain",)).get_content()


def test_who_has_lost_the_role_gets_no_mail(desk, staff_mails, at):
    desk.give(due_on=today() + timedelta(days=1))
    with transaction():
        take_role(desk.planner, Role.PLANNING_OFFICE, desk.procedure.tenant_id, desk.procedure.id)
    with at(morning(1)):
        reminders()
        assert staff_mails() == []


@pytest.mark.requirement("RA-3-28", "RA-5.1.7-01")
def test_when_somebody_leaves_recommendations_and_notes_stay_without_the_name(desk):
    desk.give(person_id=desk.planner)
    desk.recommend()
    with transaction():
        recommending.write_note(desk.entry(), "Ich frage nach.", department_id=desk.office, actor_id=desk.planner)
    with transaction():
        erase(db.session.get(Person, desk.planner), rename=lambda: "fort")
    found = discussion_of(desk.entry())
    (words,) = found.parts[0].recommendations
    assert (words.department, words.person, words.decision) == ("Büro Grün", None, "followed")
    assert [(note.text, note.person) for note in found.notes] == [("Ich frage nach.", None)]
    assert (desk.row().department_id, desk.row().person_id) == (desk.office, None)
    assert count(DepartmentMember) == 0
