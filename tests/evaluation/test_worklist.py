"""The work list: every filter leaves what it says, every order can be paged through, both ways."""

from datetime import timedelta

import pytest

from participation.contributions.models import Contribution
from participation.evaluation import keywords, services
from participation.evaluation.assigning import assign
from participation.evaluation.case_models import Department, DepartmentMember
from participation.evaluation.views import delete_view, filters_of, save_view, view_in
from participation.evaluation.worklist import numbers, work_list
from participation.evaluation.worklist_filters import SORTS, Filters
from participation.evaluation.worklist_options import options_of
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Unknown


@pytest.fixture
def desk(world):
    """A procedure with two rounds, six contributions that differ in everything, and a case worker."""
    procedure = world.procedure(kinds=["noting", "talking"])
    worker = world.staff(procedure.tenant, Role.CASE_WORKER)
    rows = [world.contribution(procedure, source=f"Wunsch {number}", place="here") for number in range(6)]
    return world.again(procedure), [row.id for row in rows], worker


def change(number, **values):
    with transaction():
        row = db.session.get_one(Contribution, number)
        for name, value in values.items():
            setattr(row, name, value)


def department(procedure, title="Tiefbau", *people):
    with transaction():
        made = Department(tenant_id=procedure.tenant_id, title=title)
        db.session.add(made)
        db.session.flush()
        for person in people:
            db.session.add(DepartmentMember(tenant_id=procedure.tenant_id, department_id=made.id, person_id=person.id))
    return made.id


def give(number, **values):
    with transaction():
        assign(db.session.get_one(Contribution, number), **values)


def found(desk, **values):
    """The places of the contributions in the list that these filters leave."""
    procedure, ids, worker = desk
    db.session.rollback()
    page = work_list(procedure, Filters(**values), person_id=worker.id)
    return [ids.index(row.id) for row in page.rows]


@pytest.mark.requirement("RA-4.4-01", "RA-4.4-02")
def test_by_state_and_work(desk, world):
    _procedure, ids, _worker = desk
    change(ids[0], work="processed")
    change(ids[1], state="hidden")
    change(ids[2], state="withdrawn")
    assert found(desk) == [0, 1, 3, 4, 5]
    assert found(desk, state=("hidden", "withdrawn")) == [1, 2]
    assert found(desk, work=("processed",)) == [0]


def test_by_answer_and_how_many(desk):
    procedure, ids, worker = desk
    with transaction():
        rows = [db.session.get_one(Contribution, number) for number in ids[:2]]
        services.answer(procedure, rows, decision="noted", source="Danke.", actor_id=worker.id)
    change(ids[1], decision="noted")
    assert found(desk) == [2, 3, 4, 5]
    assert found(desk, answer="waiting") == [0, 1]
    assert found(desk, answer="answered") == [1]
    assert len(found(desk, answer="all")) == 6
    db.session.rollback()
    assert numbers(procedure, Filters()) == (4, 2, 1, 6, 0)
    assert numbers(procedure, Filters(words="Wunsch 3")) == (1, 0, 0, 1, 0)


def test_by_keyword_district_channel_late_and_words(desk):
    procedure, ids, worker = desk
    with transaction():
        green = keywords.add_keyword(procedure, "Grün").id
        keywords.tag(
            db.session.get_one(Contribution, ids[1]), keywords.keyword_in(procedure, green), actor_id=worker.id
        )
    change(ids[2], district="Altstadt", late=True)
    change(ids[3], intake_channel="letter", source="Mehr ÄPFEL am Fußweg, 50 % mehr")
    assert found(desk, keyword=(str(green),)) == [1]
    assert found(desk, keyword=("none",)) == [0, 2, 3, 4, 5]
    assert found(desk, keyword=("none", str(green))) == [0, 1, 2, 3, 4, 5]
    assert found(desk, district=("Altstadt",)) == [2]
    assert found(desk, district=("none", "Altstadt")) == [0, 1, 2, 3, 4, 5]
    assert found(desk, channel=("letter", "email")) == [3]
    assert found(desk, late="1") == [2]
    assert found(desk, late="0") == [0, 1, 3, 4, 5]
    assert found(desk, words="äpfel FUSSWEG") == []
    assert found(desk, words="äpfel fußweg") == [3]
    assert found(desk, words="50 %") == [3]
    reference = db.session.get_one(Contribution, ids[4]).reference
    assert found(desk, words=reference.lower().replace("-", " ")) == [4]


def test_by_who_works_on_it_and_until_when(desk, world):
    procedure, ids, worker = desk
    colleague = world.staff(procedure.tenant, Role.CASE_WORKER)
    mine = department(procedure, "Grünamt", worker)
    theirs = department(procedure, "Tiefbau", colleague)
    give(ids[0], person_id=worker.id, due_on=today(), actor_id=worker.id)
    give(ids[1], department_id=mine, due_on=today() + timedelta(days=9), actor_id=worker.id)
    give(ids[2], department_id=mine, person_id=colleague.id, actor_id=worker.id)
    give(ids[3], department_id=theirs, due_on=today() + timedelta(days=2), actor_id=worker.id)
    assert found(desk, assignee="me") == [0, 1]
    assert found(desk, assignee=f"p{colleague.id}") == [2]
    assert found(desk, assignee=f"d{mine}") == [1, 2]
    assert found(desk, assignee="nobody") == [4, 5]
    assert found(desk, due="week") == [0, 3]
    assert found(desk, due="none") == [2, 4, 5]
    assert found(desk, sort="due") == [0, 3, 1, 2, 4, 5]
    assert found(desk, sort="due", order="down") == [1, 3, 0, 5, 4, 2]


def test_what_is_late_is_found_counted_and_said(desk, at):
    procedure, ids, worker = desk
    give(ids[1], person_id=worker.id, due_on=today(), actor_id=worker.id)
    with at(now() + timedelta(days=3)):
        assert found(desk, due="overdue") == [1]
        assert numbers(procedure, Filters()).overdue == 1
        row = work_list(procedure, Filters(due="overdue")).rows[0]
        assert (row.details.names, row.details.overdue_days) == ([worker.display_name], 3)
    assert found(desk, due="overdue") == []


def test_by_audience_and_round(desk, world):
    procedure, ids, _worker = desk
    later = procedure.activities[0].phases[1]
    with transaction():
        phase = db.session.merge(later)
        phase.audience, phase.round = "institutions", 2
    change(ids[3], phase_id=later.id)
    again = (world.again(procedure), *desk[1:])
    assert found(again, audience="institutions") == [3]
    assert found(again, audience="public") == [0, 1, 2, 4, 5]
    assert found(again, round="2") == [3]
    assert found(again, round="2", audience="public") == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("order", ["up", "down"])
def test_every_order_is_paged_without_a_gap(desk, sort, order):
    procedure, ids, worker = desk
    for place, number in enumerate(ids):
        change(number, score=place % 2, replies=place % 3, place="" if place == 4 else "here")
    give(ids[2], person_id=worker.id, due_on=today() + timedelta(days=3), actor_id=worker.id)
    filters = Filters(sort=sort, order=order)
    db.session.rollback()
    whole = [row.id for row in work_list(procedure, filters).rows]
    assert sorted(whole) == sorted(ids)
    seen, after = [], None
    while after is not None or not seen:
        page = work_list(procedure, filters, after=after, limit=2)
        seen += [row.id for row in page.rows]
        after = page.next
    assert seen == whole


ODD = ["", "x", "_", "20260101_9", "9" * 30 + "_1", "2026-01-01_" + "9" * 40, "1_2_3", "²_1", "1_²"]


@pytest.mark.parametrize("sort", SORTS)
def test_an_odd_key_counts_as_none(desk, sort):
    procedure, _ids, _worker = desk
    db.session.rollback()
    shown = [len(work_list(procedure, Filters(sort=sort), after=after, limit=1).rows) for after in ODD]
    assert shown.count(0) <= (sort not in ("received", "due"))  # for the others one of them is a number


def test_what_cannot_be_meant_is_left_out():
    odd = {"answer": ["x"], "state": ["hidden", "nonsense", "hidden"], "assignee": ["d"], "keyword": ["1;2", "7"]}
    read = Filters.read({**odd, "round": ["-1"], "words": [" \x00 "], "unknown": ["y"], "order": ["down"]})
    assert read == Filters(state=("hidden",), keyword=("7",), order="down")
    assert Filters.read(read.args()) == read
    assert read.chosen() == [("state", "hidden"), ("keyword", "7")]
    assert read.without("state", "hidden").state == ()


def test_what_can_be_chosen(desk, world):
    procedure, ids, worker = desk
    world.staff(procedure.tenant, Role.MODERATOR)
    department(procedure)
    change(ids[0], district="Altstadt")
    with transaction():
        keywords.add_keyword(procedure, "Grün")
    options = options_of(procedure, worker.id)
    assert [option.text for option in options.keywords] == ["Grün"]
    assert [option.text for option in options.departments] == ["Tiefbau"]
    assert [option.number for option in options.people] == [worker.id]
    assert options.districts == ["Altstadt"]
    assert options.sections == []


def test_views_are_own_or_for_all(desk, world):
    procedure, _ids, worker = desk
    colleague = world.staff(procedure.tenant, Role.CASE_WORKER)
    filters = Filters(answer="all", state=("hidden", "pending"), sort="due", order="down")
    with transaction():
        own = save_view(procedure, " Meine ", filters, person_id=worker.id).id
        shared = save_view(procedure, "Für alle", filters, person_id=worker.id, shared=True).id
    assert filters_of(view_in(procedure, own, person_id=worker.id)) == filters
    assert [option.text for option in options_of(procedure, worker.id).own_views] == ["Meine"]
    assert [option.text for option in options_of(procedure, colleague.id).shared_views] == ["Für alle"]
    with pytest.raises(Unknown):
        view_in(procedure, own, person_id=colleague.id)
    with pytest.raises(Conflict), transaction():
        save_view(procedure, "für ALLE", filters, person_id=colleague.id)
    with pytest.raises(Invalid), transaction():
        save_view(procedure, "  ", filters, person_id=colleague.id)
    with transaction():
        delete_view(procedure, shared, person_id=colleague.id)
    with pytest.raises(Unknown):
        view_in(procedure, shared, person_id=worker.id)
