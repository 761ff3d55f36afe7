"""Deciding about many contributions in one go, and taking that back exactly."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participation.contributions import services as contributions
from participation.contributions.counters import recount
from participation.contributions.models import Contribution, PlaceCount
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.moderation import services
from participation.moderation.acts import UNDO
from participation.moderation.desk import desk_of, work_at
from participation.moderation.models import ModerationAct, ModerationBatch, Report
from participation.moderation.queue import queue
from participation.moderation.reports import report_contribution
from participation.moderation.services import Seen, decide_many
from participation.moderation.undo import batch_of, take_back, undoable

SENTENCE = "Alle vier Texte werben für dieselbe Firma."
BECAUSE = {"reason": "advertising", "sentence": SENTENCE}


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def desk(world, procedure, moderator):
    return desk_of(world.viewer(moderator), procedure.tenant)


def report(contribution, **values):
    with transaction():
        report_contribution(contribution.id, reason="advertising", **values)


def seen(*rows):
    again = [db.session.get_one(Contribution, row.id) for row in rows]
    return {row.reference: Seen(row.state, row.versions) for row in again}


def decide(desk, moderator, rows, act, **values):
    chosen = seen(*rows)
    with transaction():
        return decide_many(desk, chosen, act, actor_id=moderator.id, **values)


def undo(batch):
    with transaction():
        return take_back(db.session.get_one(ModerationBatch, batch.id))


def states(*rows):
    db.session.rollback()
    return [db.session.get_one(Contribution, row.id).state for row in rows]


@pytest.fixture
def mixed(world, procedure):
    """Comments and answers in every state, some of them reported."""
    roots = [world.contribution(procedure, place=place, source=f"Beitrag {place}") for place in ("here", "there", "")]
    answers = [world.contribution(procedure, parent=root, source="Antwort") for root in roots]
    waiting = [world.contribution(procedure, place="here", review=True, source="Wartet") for _ in range(2)]
    hidden = world.contribution(procedure, place="there", source="Schon ausgeblendet")
    for contribution in (roots[0], roots[1], answers[0], hidden):
        report(contribution)
    report(roots[0])
    colleague = world.person()
    with transaction():
        row = db.session.get_one(Contribution, hidden.id)
        services.hide(row, actor_id=colleague.id, seen=Seen("published", 1), **BECAUSE)
    return [*roots, *answers, *waiting, hidden]


def everything(desk):
    """All that an undo has to bring back, also what lists and counters make of it."""
    db.session.rollback()
    rows = [
        (row.id, row.state, row.title, row.source, row.html, row.redacted, row.versions, row.replies, row.score)
        for row in db.session.scalars(select(Contribution).order_by(Contribution.id))
    ]
    kept = db.session.scalars(select(Report).order_by(Report.id))
    reports = [(row.id, row.closed_at, row.batch_id, row.reason) for row in kept]
    counts = sorted((row.place, row.shown) for row in db.session.scalars(select(PlaceCount)) if row.shown)
    lists = {which: [row.reference for row in queue(desk, which).rows] for which in ("reported", "waiting", "hidden")}
    return rows, reports, counts, lists, work_at(desk)


@pytest.mark.requirement("RA-3-15")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_deciding_about_many_and_taking_it_back_leaves_everything_as_it_was(data, procedure, moderator, desk, mixed):
    before = everything(desk)
    rows = data.draw(st.lists(st.sampled_from(mixed), unique_by=lambda row: row.id, min_size=1))
    act = data.draw(st.sampled_from(["publish", "hide", "close_reports"]))
    try:
        batch = decide(desk, moderator, rows, act, **BECAUSE)
    except Conflict:
        assert everything(desk) == before
        return
    assert everything(desk) != before
    undone = undo(batch)
    assert (undone.back, undone.left) == (batch.acts, 0)
    assert everything(desk) == before
    with transaction():
        assert recount() == 0


def test_many_are_hidden_with_one_reason_and_counted_once(world, procedure, moderator, desk):
    rows = [world.contribution(procedure, place="here") for _ in range(4)]
    batch = decide(desk, moderator, rows, "hide", **BECAUSE)
    assert states(*rows) == ["hidden"] * 4
    acts = list(db.session.scalars(select(ModerationAct)))
    assert {(act.reason, act.sentence, act.actor_id, act.batch_id) for act in acts} == {
        ("advertising", SENTENCE, moderator.id, batch.id)
    }
    with transaction():
        assert recount() == 0


def test_what_changed_in_the_meantime_is_left_alone_and_counted(world, procedure, moderator, desk):
    person = world.person()
    mine, other = world.contribution(procedure, person), world.contribution(procedure)
    chosen = seen(mine, other)
    with transaction():
        activity, who = world.activity(procedure), world.viewer(person, procedure)
        action = world.app.extensions["registry"].action("probe:add")
        row = db.session.get_one(Contribution, mine.id)
        contributions.edit(row, activity, action, who=who, source="Etwas ganz anderes.", version=1)
    with transaction():
        batch = decide_many(desk, chosen, "hide", actor_id=moderator.id, **BECAUSE)
    assert (batch.acts, batch.left) == (1, 1)
    assert states(mine, other) == ["published", "hidden"]


def test_nothing_off_the_desk_is_reached(world, procedure, moderator, desk):
    theirs = world.contribution(world.procedure())
    with pytest.raises(Conflict):
        decide(desk, moderator, [theirs], "hide", **BECAUSE)
    assert states(theirs) == ["published"]
    assert db.session.scalar(select(ModerationBatch)) is None


def test_a_choice_a_reason_and_a_sentence_are_needed(world, procedure, moderator, desk):
    row = world.contribution(procedure)
    for rows, act, values, field in (
        ([], "publish", {}, "chosen"),
        ([row], "delete", {}, "chosen"),
        ([row], "hide", {"reason": "dislike", "sentence": "x"}, "reason"),
        ([row], "hide", {"reason": "insult", "sentence": " "}, "sentence"),
    ):
        with pytest.raises(Invalid) as error:
            decide(desk, moderator, rows, act, **values)
        assert error.value.field == field
    assert states(row) == ["published"]


def test_undo_ends_after_some_minutes_and_happens_once(world, procedure, moderator, desk, at):
    row = world.contribution(procedure)
    batch = decide(desk, moderator, [row], "hide", **BECAUSE)
    with at(now() + UNDO + timedelta(seconds=1)):
        assert undoable(procedure.tenant_id, moderator.id) is None
        with pytest.raises(Refused, match="refused"):
            undo(batch)
    assert undoable(procedure.tenant_id, moderator.id).id == batch.id
    undo(batch)
    assert undoable(procedure.tenant_id, moderator.id) is None
    with pytest.raises(Conflict):
        undo(batch)


def test_only_who_decided_takes_it_back(world, procedure, moderator, desk):
    batch = decide(desk, moderator, [world.contribution(procedure)], "hide", **BECAUSE)
    colleague = world.staff(procedure.tenant, Role.MODERATOR)
    with pytest.raises(Unknown):
        batch_of(batch.id, procedure.tenant_id, colleague.id)
    with pytest.raises(Unknown):
        batch_of(batch.id, world.tenant().id, moderator.id)


def test_what_its_author_took_back_or_somebody_decided_again_stays(world, procedure, moderator, desk):
    person, colleague = world.person(), world.staff(procedure.tenant, Role.MODERATOR)
    gone, again, plain = (
        world.contribution(procedure, person),
        world.contribution(procedure),
        world.contribution(procedure),
    )
    batch = decide(desk, moderator, [gone, again, plain], "hide", **BECAUSE)
    with transaction():
        contributions.withdraw(db.session.get_one(Contribution, gone.id), who=world.viewer(person, procedure))
    with transaction():
        row = db.session.get_one(Contribution, again.id)
        services.restore(row, actor_id=colleague.id, seen=Seen("hidden", 1))
    assert undo(batch) == (1, 2)
    assert states(gone, again, plain) == ["withdrawn", "published", "published"]


def test_a_report_that_came_after_the_decision_stays_open(world, procedure, moderator, desk):
    row = world.contribution(procedure)
    report(row)
    batch = decide(desk, moderator, [row], "close_reports")
    report(row)
    undo(batch)
    assert len(queue(desk, "reported").rows[0].reports) == 2


@pytest.mark.requirement("LP-15")
def test_one_reporter_weighs_once_however_often_they_report(world, procedure, desk):
    loud, quiet = world.contribution(procedure), world.contribution(procedure)
    for _ in range(5):
        report(loud, reporter="network-1")
    for number in range(2):
        report(quiet, reporter=f"network-{number}")
    assert [row.reference for row in queue(desk, "reported").rows] == [quiet.reference, loud.reference]
    assert states(loud, quiet) == ["published", "published"]


def test_a_reporter_cannot_be_followed_from_one_contribution_to_another(world, procedure):
    for _ in range(2):
        report(world.contribution(procedure), reporter="network-1")
    kept = [row.reporter for row in db.session.scalars(select(Report))]
    assert len(set(kept)) == 2
    assert "network-1" not in kept


def test_two_bulk_decisions_at_the_same_moment_decide_once(world, procedure, moderator, desk, in_threads):
    rows = [world.contribution(procedure, place="here") for _ in range(6)]
    chosen, actor = seen(*rows), moderator.id
    db.session.rollback()

    def attempt():
        try:
            with transaction():
                return decide_many(desk, chosen, "hide", actor_id=actor, **BECAUSE).acts
        except Conflict:
            return 0

    assert sorted(in_threads(3, attempt)) == [0, 0, 6]
    with transaction():
        assert recount() == 0
