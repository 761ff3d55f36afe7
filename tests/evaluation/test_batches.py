"""Acting on many contributions in one go, and taking that back: exactly as it was, but for what others did since."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.evaluation import batches, keywords
from participation.evaluation.assigning import assign
from participation.evaluation.batch_models import CaseAct, CaseBatch
from participation.evaluation.case_models import Assignment, Department, Tag
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown


class Desk:
    """Contributions in all states of work, keywords of which one brings a department, and two case workers."""

    def __init__(self, world):
        self.procedure = world.procedure()
        tenant = self.procedure.tenant
        self.worker = world.staff(tenant, Role.CASE_WORKER).id
        self.other = world.staff(tenant, Role.CASE_WORKER).id
        rows = [world.contribution(self.procedure, source=f"Wunsch {number}") for number in range(5)]
        self.ids, self.references = [row.id for row in rows], [row.reference for row in rows]
        with transaction():
            self.department = self._department()
            self.plain = keywords.add_keyword(self.procedure, "Grün").id
            self.bringing = keywords.add_keyword(self.procedure, "Straße", department_id=self.department).id
            held = [db.session.get_one(Contribution, number) for number in self.ids]
            assign(held[0], person_id=self.other, due_on=today(), actor_id=self.other)
            assign(held[1], department_id=self.department, actor_id=self.worker)
            keywords.tag(held[2], keywords.keyword_in(self.procedure, self.plain), actor_id=self.worker)
            held[3].work, held[3].district = "processed", "Altstadt"
            world.set_state(held[4], "withdrawn")

    def _department(self):
        made = Department(tenant_id=self.procedure.tenant_id, title="Tiefbau")
        db.session.add(made)
        db.session.flush()
        return made.id

    def acts(self):
        """One of each kind; each takes references and who does it."""
        place = self.procedure
        return {
            "assign": lambda chosen, by: batches.assign_many(
                place, chosen, department_id=self.department, due_on=today() + timedelta(days=3), actor_id=by
            ),
            "person": lambda chosen, by: batches.assign_many(place, chosen, person_id=self.worker, actor_id=by),
            "take_away": lambda chosen, by: batches.take_away_many(place, chosen, actor_id=by),
            "tag": lambda chosen, by: batches.tag_many(place, chosen, self.plain, actor_id=by),
            "tag bringing": lambda chosen, by: batches.tag_many(place, chosen, self.bringing, actor_id=by),
            "untag": lambda chosen, by: batches.untag_many(place, chosen, self.plain, actor_id=by),
            "work": lambda chosen, by: batches.set_work_many(place, chosen, "processed", actor_id=by),
            "district": lambda chosen, by: batches.set_district_many(place, chosen, "Neustadt", actor_id=by),
        }

    def does(self, act, references=None, by=None):
        with transaction():
            return self.acts()[act](references or self.references, by or self.worker).id

    def undoes(self, number):
        with transaction():
            return batches.take_back(db.session.get_one(CaseBatch, number))

    def everything(self):
        """All that taking back has to bring back."""
        db.session.rollback()
        rows = [
            (row.id, row.work, row.district, row.state)
            for row in db.session.scalars(select(Contribution).order_by(Contribution.id))
        ]
        tags = sorted(db.session.execute(select(Tag.contribution_id, Tag.argument_id, Tag.keyword_id)).all())
        columns = [column for column in Assignment.__table__.columns if column.name != "id"]
        given = db.session.execute(select(*columns).order_by(Assignment.contribution_id)).all()
        return rows, tags, given


@pytest.fixture
def desk(world):
    return Desk(world)


ACTS = ["assign", "person", "take_away", "tag", "tag bringing", "untag", "work", "district"]


@pytest.mark.requirement("RA-4.4-02")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_acting_and_taking_back_leaves_everything_as_it_was(data, desk):
    chosen = data.draw(st.lists(st.sampled_from(desk.references), unique=True, min_size=1))
    acts = data.draw(st.lists(st.sampled_from(ACTS), min_size=1, max_size=3))
    states, done = [desk.everything()], []
    for act in acts:
        try:
            done.append(desk.does(act, chosen))
        except Invalid:
            assert desk.everything() == states[-1]
            continue
        states.append(desk.everything())
        assert states[-1] != states[-2]
    for number in reversed(done):
        assert desk.everything() == states.pop()
        assert desk.undoes(number).left == 0
    assert desk.everything() == states.pop()


def test_one_row_for_the_go_and_one_for_each_that_changed(desk):
    number = desk.does("tag bringing")
    batch = db.session.get_one(CaseBatch, number)
    assert (batch.act, batch.acts, batch.left) == ("tag", 5, 0)
    acts = db.session.scalars(select(CaseAct).where(CaseAct.batch_id == number).order_by(CaseAct.contribution_id)).all()
    assert [act.contribution_id for act in acts] == desk.ids
    assert acts[3].before == {"keywords": [], "assignment": None}
    assert acts[3].after["keywords"] == [desk.bringing]
    assert acts[3].after["assignment"]["department_id"] == desk.department
    assert acts[0].before == {"keywords": []}


def test_what_somebody_changed_since_stays(desk):
    number = desk.does("work", desk.references[:3])
    with transaction():
        db.session.get_one(Contribution, desk.ids[1]).work = "in_progress"
    again = desk.does("district", desk.references[:1], by=desk.other)
    assert desk.undoes(number) == (2, 1)
    rows = [db.session.get_one(Contribution, number) for number in desk.ids[:3]]
    assert [row.work for row in rows] == ["in_progress", "in_progress", "new"]
    assert rows[0].district == "Neustadt"
    assert desk.undoes(again) == (1, 0)


def test_what_was_changed_to_and_fro_stays_too(desk):
    number = desk.does("work", desk.references[2:3])
    with transaction():
        batches.set_work_many(desk.procedure, desk.references[2:3], "new", actor_id=desk.other)
    with transaction():
        batches.set_work_many(desk.procedure, desk.references[2:3], "processed", actor_id=desk.other)
    assert desk.undoes(number) == (0, 1)
    assert db.session.get_one(Contribution, desk.ids[2]).work == "processed"


def test_a_department_or_keyword_that_is_gone_is_not_brought_back(desk):
    taken = desk.does("take_away", desk.references[1:2])
    untagged = desk.does("untag", desk.references[2:3])
    with transaction():
        db.session.delete(db.session.get_one(Department, desk.department))
    with transaction():
        keywords.remove_keyword(desk.procedure, desk.plain)
    assert desk.undoes(taken).back == 1
    assert desk.undoes(untagged).back == 1
    _rows, tags, given = desk.everything()
    assert tags == []
    assert [row.contribution_id for row in given] == desk.ids[:1]


def test_ten_minutes_once_and_only_by_oneself(desk, at):
    number = desk.does("work")
    assert batches.undoable(desk.procedure, desk.worker).id == number
    assert batches.undoable(desk.procedure, desk.other) is None
    with pytest.raises(Unknown):
        batches.batch_of(desk.procedure, number, desk.other)
    with at(now() + batches.UNDO):
        assert batches.undoable(desk.procedure, desk.worker) is None
        with pytest.raises(Refused):
            desk.undoes(number)
    desk.undoes(number)
    with pytest.raises(Conflict):
        desk.undoes(number)


def test_nothing_chosen_nothing_to_change_and_other_procedures(desk, world):
    for references in ([], ["AAAAA-AAAAA"] * 2, [f"{number:05d}-AAAAA" for number in range(501)]):
        with pytest.raises(Invalid), transaction():
            batches.set_work_many(desk.procedure, references, "processed", actor_id=desk.worker)
    elsewhere = world.contribution(world.procedure(desk.procedure.tenant)).reference
    with pytest.raises(Invalid), transaction():
        batches.set_work_many(desk.procedure, [elsewhere], "processed", actor_id=desk.worker)
    with pytest.raises(Invalid), transaction():
        batches.set_work_many(desk.procedure, desk.references, "nonsense", actor_id=desk.worker)
    with pytest.raises(Invalid), transaction():
        batches.set_district_many(desk.procedure, desk.references, "x" * 81, actor_id=desk.worker)
    with pytest.raises(Invalid), transaction():
        batches.assign_many(desk.procedure, desk.references, actor_id=desk.worker)
    with pytest.raises(Invalid), transaction():
        batches.tag_many(desk.procedure, desk.references, 0, actor_id=desk.worker)
    assert db.session.scalars(select(CaseBatch)).all() == []
