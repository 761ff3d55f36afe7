"""Answers of the authority: proposed by one, published by a second person, told to those who asked."""

import pytest

from participation.contributions.models import Contribution
from participation.evaluation import services
from participation.evaluation.decisions import DECISIONS, XBETEILIGUNG
from participation.evaluation.models import Response
from participation.evaluation.public_answers import responses_for
from participation.evaluation.worklist import numbers
from participation.evaluation.worklist_filters import Filters
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused


@pytest.fixture
def desk(world):
    """A procedure with two contributions, and two case workers."""
    procedure = world.procedure()
    one, two = world.contribution(procedure, source="Bitte eine Bank."), world.contribution(procedure)
    writer = world.staff(procedure.tenant, Role.CASE_WORKER)
    second = world.staff(procedure.tenant, Role.CASE_WORKER)
    return procedure, [one, two], writer.id, second.id


def answered(procedure, contributions, writer, decision="followed", source="Wir stellen eine Bank auf."):
    with transaction():
        return services.answer(procedure, contributions, decision=decision, source=source, actor_id=writer)


@pytest.mark.requirement("RA-3-22", "RA-3-27", "RA-3-02")
def test_one_writes_a_second_publishes_and_everybody_who_asked_is_told(desk, mails):
    procedure, contributions, writer, second = desk
    response = answered(procedure, contributions, writer)
    assert responses_for([entry.id for entry in contributions]) == {}
    with pytest.raises(Refused), transaction():
        services.publish(response, number=1, actor_id=writer)
    with transaction():
        services.publish(response, number=1, actor_id=second)
    public = responses_for([entry.id for entry in contributions])
    assert {answer.decision for answer in public.values()} == {"followed"}
    assert len(public) == 2
    told = [mail for mail in mails() if "Antwort auf Ihren Beitrag" in mail["Subject"]]
    assert len(told) == 2
    body = told[0].get_body(("plain",)).get_content()
    assert "Wird übernommen" in body
    assert "Wir stellen eine Bank auf." in body
    assert "Bitte eine Bank." in body


def test_what_is_public_stays_until_a_change_of_it_is_published(desk):
    procedure, contributions, writer, second = desk
    response = answered(procedure, contributions[:1], writer)
    with transaction():
        services.publish(response, number=1, actor_id=second)
    with transaction():
        services.change(response, decision="noted", source="Doch nicht.", number=1, actor_id=second)
    assert responses_for([contributions[0].id])[contributions[0].id].decision == "followed"
    with transaction():
        services.publish(response, number=2, actor_id=writer)
    assert responses_for([contributions[0].id])[contributions[0].id].source == "Doch nicht."
    assert db.session.get(Contribution, contributions[0].id).decision == "noted"


def test_the_second_of_two_changes_is_refused_and_changes_nothing(desk):
    procedure, contributions, writer, second = desk
    response = answered(procedure, contributions, writer)
    with transaction():
        services.change(response, decision="noted", source="Erste.", number=1, actor_id=second)
    with pytest.raises(Conflict), transaction():
        services.change(response, decision="elsewhere", source="Zweite.", number=1, actor_id=writer)
    assert services.version_of(response, 2).source == "Erste."


def test_a_contribution_has_one_answer(desk):
    procedure, contributions, writer, second = desk
    answered(procedure, contributions[:1], writer)
    with pytest.raises(Conflict), transaction():
        services.answer(procedure, contributions, decision="noted", source="Noch eine.", actor_id=second)
    assert numbers(procedure, Filters())[:4] == (1, 1, 0, 2)


@pytest.mark.parametrize(
    ("decision", "source"), [("", "Grund"), ("erfunden", "Grund"), ("noted", "  "), ("noted", "x" * 20_001)]
)
def test_a_decision_needs_its_reason(desk, decision, source):
    procedure, contributions, writer, _second = desk
    with pytest.raises(Invalid), transaction():
        services.answer(procedure, contributions, decision=decision, source=source, actor_id=writer)
    assert db.session.query(Response).count() == 0


def test_contributions_of_another_procedure_and_withdrawn_ones_get_no_answer_here(desk, world):
    procedure, contributions, writer, _second = desk
    other = world.contribution(world.procedure(procedure.tenant))
    with pytest.raises(Invalid), transaction():
        services.answer(procedure, [other], decision="noted", source="Falsch.", actor_id=writer)
    with transaction():
        world.set_state(contributions[0], "withdrawn")
    with pytest.raises(Invalid), transaction():
        services.answer(procedure, contributions[:1], decision="noted", source="Weg.", actor_id=writer)


def test_every_decision_has_a_word_and_a_code_of_xbeteiligung():
    assert set(XBETEILIGUNG) == set(DECISIONS)
    assert len(DECISIONS) == 9
