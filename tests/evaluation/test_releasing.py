"""Answers released for a day: published by the clock once, in the version that was read, told to who asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.evaluation import arguments, services
from participation.evaluation.models import Response
from participation.evaluation.releasing import publish_due, release, take_back
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.models import Participant


@pytest.fixture
def desk(world):
    """A procedure with two contributions and an answer to each; who wrote them, and a second person."""
    procedure = world.procedure()
    found = [world.contribution(procedure, source=f"Wunsch {number}") for number in range(2)]
    writer, second = (world.staff(procedure.tenant, Role.CASE_WORKER).id for _ in range(2))
    with transaction():
        made = [services.answer(procedure, [one], decision="noted", source="Ja.", actor_id=writer) for one in found]
    return [(entry, 1) for entry in made], found, writer, second


def told(mails):
    return [mail for mail in mails() if "Antwort auf Ihren Beitrag" in mail["Subject"]]


def run_due():
    with transaction():
        return publish_due()


@pytest.mark.requirement("RA-3-27", "RA-4.4-06")
def test_several_are_released_for_a_day_and_each_sender_hears_of_it_once(desk, at, mails):
    seen, found, _writer, second = desk
    with transaction():
        release(seen, on=today() + timedelta(days=2), actor_id=second)
    assert run_due() == 0
    with at(now() + timedelta(days=2)):
        assert [run_due(), run_due()] == [2, 0]
        assert len(told(mails)) == 2
    assert {row.decision for row in db.session.scalars(select(Contribution))} == {"noted"}
    assert {row.published_by_id for row in db.session.scalars(select(Response))} == {second}
    assert len(found) == 2


def test_what_a_killed_worker_began_is_as_if_it_had_not_and_is_done_by_the_next(desk, at, mails, monkeypatch):
    seen, _found, _writer, second = desk
    with transaction():
        release(seen, on=today() + timedelta(days=2), actor_id=second)
    with at(now() + timedelta(days=2)):
        with monkeypatch.context() as broken:
            broken.setattr("participation.evaluation.releasing.settle", _die)
            with pytest.raises(KeyboardInterrupt), transaction():
                publish_due()
        assert told(mails) == []
        assert run_due() == 2
        assert len(told(mails)) == 2


def _die(*_args, **_values):
    raise KeyboardInterrupt


def test_only_a_second_person_and_only_a_day_to_come(desk):
    seen, _found, writer, second = desk
    with pytest.raises(Refused), transaction():
        release(seen, on=today() + timedelta(days=2), actor_id=writer)
    with pytest.raises(Invalid), transaction():
        release(seen, on=today() - timedelta(days=1), actor_id=second)
    with pytest.raises(Conflict), transaction():
        take_back(seen[0][0], actor_id=second)
    with transaction():
        release(seen[:1], on=today(), actor_id=second)
    assert seen[0][0].published_number == 1


def test_a_change_after_the_release_is_not_published_by_the_clock(desk, at):
    seen, _found, writer, second = desk
    with transaction():
        release(seen, on=today() + timedelta(days=2), actor_id=second)
    with transaction():
        services.change(seen[0][0], decision="noted", source="Anders.", number=1, actor_id=writer)
    with at(now() + timedelta(days=2)):
        assert run_due() == 1
    assert db.session.get(Response, seen[0][0].id, populate_existing=True).published_number is None


@pytest.mark.requirement("RA-4.4-06")
def test_whoever_wrote_a_letter_with_an_address_is_told_as_well(world, mails):
    procedure = world.procedure()
    contribution = world.contribution(procedure, source="Per Brief: eine Bank.", intake_channel="letter")
    writer, second = (world.staff(procedure.tenant, Role.CASE_WORKER).id for _ in range(2))
    with transaction():
        db.session.get(Participant, contribution.participant_id).person_id = None
        db.session.add(
            Intake(
                tenant_id=procedure.tenant_id,
                contribution_id=contribution.id,
                recorded_at=now(),
                sender_email="brief@uebung.example",
            )
        )
        argument = arguments.split(contribution, quote="eine Bank", version=1, actor_id=writer)
        response = services.answer(
            procedure, [], arguments=[argument], decision="followed", source="Kommt.", actor_id=writer
        )
    with transaction():
        services.publish(response, number=1, actor_id=second)
    mail = told(mails)[-1]
    assert mail["To"] == "brief@uebung.example"
    body = mail.get_body(("plain",)).get_content()
    assert "Per Brief: eine Bank." in body
    assert "Kommt." in body
    assert "Ihre Adresse angegeben" in body


def test_released_and_split_from_the_command_line(world, runner):
    procedure = world.procedure()
    contribution = world.contribution(procedure, source="Bank und Radweg.")
    where = ["--tenant", procedure.tenant.slug, "--procedure", procedure.slug]
    one, two = (["--as", world.staff(procedure.tenant, Role.CASE_WORKER).email] for _ in range(2))
    reference = contribution.reference
    cut = runner.invoke(args=["answer", "split", reference, *where, *one, "--quote", "Bank", "--quote", "Radweg"])
    assert f"{reference}#2" in cut.output
    words = ["--decision", "noted", "--text", "Ja."]
    wrote = runner.invoke(args=["answer", "write", f"{reference}#1", f"{reference}#2", *where, *words, *one])
    assert wrote.exit_code == 0, wrote.output
    number = str(db.session.scalars(select(Response.id)).one())
    day = (today() + timedelta(days=2)).isoformat()
    assert runner.invoke(args=["answer", "release", number, *where, *one, "--on", day]).exit_code == 1
    assert runner.invoke(args=["answer", "release", number, *where, *two, "--on", day]).exit_code == 0
    assert runner.invoke(args=["answer", "release", number, *where, *two]).exit_code == 0
    assert db.session.get(Contribution, contribution.id, populate_existing=True).decision == "noted"
