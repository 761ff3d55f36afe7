"""Decisions of moderation: what they write, what they count, and that nobody decides on what has changed."""

import pytest
from sqlalchemy import select

from participation.contributions import services as contributions
from participation.contributions.counters import recount
from participation.contributions.models import Contribution
from participation.contributions.queries import counts_by_place, item_at
from participation.contributions.threads import first_comments
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.moderation import services
from participation.moderation.models import BarrierReport, ModerationAct, Report
from participation.moderation.reports import close_barrier, report_barrier, report_contribution
from participation.moderation.services import Seen

PUBLISHED, PENDING, HIDDEN = Seen("published", 1), Seen("pending", 1), Seen("hidden", 1)
SENTENCE = "Der zweite Satz beleidigt eine Nachbarin."


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


def hide(contribution, moderator, seen=PUBLISHED, **values):
    with transaction():
        values = {"reason": "insult", "sentence": SENTENCE} | values
        return services.hide(contribution, actor_id=moderator.id, seen=seen, **values)


def report(contribution, reason="insult", **values):
    with transaction():
        return report_contribution(contribution.id, reason=reason, **values)


def facts(name):
    return [
        row.data | {"actor": row.actor_id}
        for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
        if row.name == name
    ]


@pytest.mark.requirement("RA-3-15")
def test_hiding_writes_who_did_it_why_and_a_sentence(world, procedure, moderator):
    contribution = world.contribution(procedure, place="here")
    act = hide(contribution, moderator)
    assert contribution.state == "hidden"
    assert (act.act, act.reason, act.sentence, act.actor_id) == ("hide", "insult", SENTENCE, moderator.id)
    assert facts("moderation.contribution_hidden") == [
        {"contribution_id": contribution.id, "act_id": act.id, "actor": moderator.id}
    ]


@pytest.mark.requirement("RA-3-15")
def test_hiding_needs_a_reason_of_the_list_and_a_sentence(world, procedure, moderator):
    contribution = world.contribution(procedure)
    for values, field in (({"reason": "dislike"}, "reason"), ({"sentence": "  "}, "sentence")):
        with pytest.raises(Invalid) as error:
            hide(contribution, moderator, **values)
        assert error.value.field == field
    assert db.session.scalar(select(ModerationAct)) is None
    assert db.session.get(Contribution, contribution.id).state == "published"


def test_restoring_leaves_every_counter_as_it_was(world, procedure, moderator):
    root = world.contribution(procedure, place="here")
    answer = world.contribution(procedure, parent=root)
    hide(answer, moderator)
    hide(root, moderator)
    assert counts_by_place(world.activity(procedure)) == {}
    for contribution in (root, answer):
        with transaction():
            services.restore(contribution, actor_id=moderator.id, seen=HIDDEN)
    assert counts_by_place(world.activity(procedure)) == {"here": 2, "*": 2}
    assert item_at(world.activity(procedure), root.reference).replies == 1
    with transaction():
        assert recount() == 0
    assert len(facts("moderation.contribution_restored")) == 2


def test_publishing_shows_and_counts_what_waited(world, moderator):
    procedure = world.procedure(moderation="always")
    contribution = world.contribution(procedure, place="here")
    assert counts_by_place(world.activity(procedure)) == {}
    with transaction():
        act = services.publish(contribution, actor_id=moderator.id, seen=PENDING)
    assert counts_by_place(world.activity(procedure)) == {"here": 1, "*": 1}
    assert [fact["act_id"] for fact in facts("moderation.contribution_published")] == [act.id]


def test_hiding_twice_is_a_conflict_and_counts_once(world, procedure, moderator):
    contribution = world.contribution(procedure, place="here")
    world.contribution(procedure, place="here")
    hide(contribution, moderator)
    for seen in (PUBLISHED, HIDDEN):
        with pytest.raises(Conflict):
            hide(contribution, moderator, seen)
    assert counts_by_place(world.activity(procedure)) == {"here": 1, "*": 1}
    assert len(list(db.session.scalars(select(ModerationAct)))) == 1


def test_a_text_its_author_changed_meanwhile_is_not_decided_on(world, moderator):
    procedure = world.procedure(moderation="always")
    person = world.person()
    contribution = world.contribution(procedure, person)
    action = world.app.extensions["registry"].action("probe:add")
    with transaction():
        activity, who = world.activity(procedure), world.viewer(person, procedure)
        contributions.edit(contribution, activity, action, who=who, source="Etwas ganz anderes.", version=1)
    with pytest.raises(Conflict), transaction():
        services.publish(contribution, actor_id=moderator.id, seen=PENDING)
    assert db.session.get(Contribution, contribution.id).state == "pending"


def test_of_moderators_at_the_same_moment_only_one_decides(world, procedure, moderator, in_threads):
    number, actor = world.contribution(procedure, place="here").id, moderator.id

    def try_to_hide():
        try:
            with transaction():
                contribution = db.session.get(Contribution, number)
                services.hide(contribution, actor_id=actor, seen=PUBLISHED, reason="insult", sentence=SENTENCE)
        except Conflict:
            return "conflict"
        return "hidden"

    assert sorted(in_threads(3, try_to_hide)) == ["conflict", "conflict", "hidden"]
    with transaction():
        assert recount() == 0


def test_what_its_author_took_back_cannot_be_restored(world, procedure, moderator):
    person = world.person()
    contribution = world.contribution(procedure, person)
    hide(contribution, moderator)
    with transaction():
        contributions.withdraw(contribution, who=world.viewer(person, procedure))
    with pytest.raises(Conflict), transaction():
        services.restore(contribution, actor_id=moderator.id, seen=HIDDEN)


@pytest.mark.requirement("LP-15")
def test_reports_hide_nothing_however_many_there_are(world, procedure):
    contribution = world.contribution(procedure)
    for _ in range(30):
        report(contribution)
    assert db.session.get(Contribution, contribution.id).state == "published"
    assert [item.reference for item in first_comments(world.activity(procedure), None).items] == [
        contribution.reference
    ]


def test_reports_end_with_a_decision(world, procedure, moderator):
    kept, hidden = world.contribution(procedure), world.contribution(procedure)
    for contribution in (kept, hidden):
        report(contribution)
    with transaction():
        act = services.close_reports(kept, actor_id=moderator.id, seen=PUBLISHED)
    hide(hidden, moderator)
    assert kept.state == "published"
    assert [row.closed_at for row in db.session.scalars(select(Report)) if row.closed_at is None] == []
    assert facts("moderation.reports_closed")[0]["act_id"] == act.id
    with pytest.raises(Conflict), transaction():
        services.close_reports(kept, actor_id=moderator.id, seen=PUBLISHED)


@pytest.mark.requirement("RA-3-14")
def test_a_report_tells_ids_and_keeps_the_words_to_itself(world, procedure):
    contribution = world.contribution(procedure)
    row = report(contribution, note="Zeile 2", email="Wer@Beispiel.example ")
    assert (row.note, row.email) == ("Zeile 2", "wer@beispiel.example")
    told = facts("moderation.contribution_reported")
    assert told == [{"contribution_id": contribution.id, "report_id": row.id, "actor": None}]


def test_only_what_everybody_sees_can_be_reported(world, procedure, moderator):
    contribution = world.contribution(procedure)
    hide(contribution, moderator)
    with pytest.raises(Unknown):
        report(contribution)
    with pytest.raises(Unknown), transaction():
        report_contribution(10**9, reason="insult")


def test_a_report_with_an_odd_address_or_reason_is_refused(world, procedure):
    contribution = world.contribution(procedure)
    with pytest.raises(Invalid) as error:
        report(contribution, email="keine Adresse")
    assert error.value.field == "email"
    with pytest.raises(Invalid):
        report(contribution, reason="spam")
    with pytest.raises(Invalid):
        report(contribution, note="x" * 1001)


@pytest.mark.requirement("LP-03")
def test_a_barrier_belongs_to_the_authority_or_to_the_operator(world, procedure):
    with transaction():
        here = report_barrier(procedure.tenant_id, note="Das Menü geht nicht.", page="/seite")
        central = report_barrier(None, note="Kontrast")
    told = [
        row.tenant_id
        for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
        if row.name == "moderation.barrier_reported"
    ]
    assert told == [procedure.tenant_id, 0]
    with pytest.raises(Unknown), transaction():
        close_barrier(central.id, procedure.tenant_id)
    with transaction():
        close_barrier(here.id, procedure.tenant_id)
    with pytest.raises(Conflict), transaction():
        close_barrier(here.id, procedure.tenant_id)
    assert db.session.get(BarrierReport, central.id).closed_at is None
