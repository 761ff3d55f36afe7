"""The log of a procedure: who did what when, the clock included, and nothing that votes could be read from."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import update

from participation.interfaces import Role
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import Event, EventRow, emit
from participation.kernel.seal import seal_events
from participation.procedures.advancing import advance, tick
from participation.procedures.lifecycle import TRANSITIONS
from participation.procedures.log import PAGE, log_page
from participation.testing.queries import count_queries
from participation.web.log_words import SENTENCES, STEPS

LOG = "/musterstadt/plan/-/manage/log"
REASON = "Der Sturm hat das Zelt zerstört."


@dataclass(frozen=True, kw_only=True)
class BallotLike(Event):
    """What the voting room might write down."""

    name: ClassVar[str] = "voting.probe_cast"


@dataclass(frozen=True, kw_only=True)
class Unheard(Event):
    """A fact of a module that the log has no words for."""

    name: ClassVar[str] = "probe.something_done"


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def procedure(world, tenant, manager):
    made = world.procedure(tenant, slug="plan", lasts=timedelta(days=10))
    with transaction():
        again = now().date() + timedelta(days=2)
        advance(world.again(made), "pause", actor_id=manager.id, roles=frozenset(Role), reason=REASON, resumes_on=again)
    return made


@pytest.mark.requirement("RA-3-30")
def test_the_log_tells_who_did_what_and_why(client, procedure, manager):
    page = client.get(f"{LOG}/")
    assert page.status_code == 200
    for words in (manager.display_name, "Unterbrochen", REASON, "Geht voraussichtlich am", "Verfahren angelegt"):
        assert words in page.text
    assert manager.email not in page.text


@pytest.mark.requirement("RA-3-30")
def test_what_the_clock_did_is_told_too(client, procedure, manager):
    with standing_at(now() + timedelta(days=30)), transaction():
        assert tick() == 1
    page = client.get(f"{LOG}/?kind=steps").text
    assert "Die Uhr" in page
    assert "Geschlossen: Die letzte Phase ist beendet" in page
    assert "Verfahren angelegt" not in page


def test_an_extension_names_the_new_end(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    until = (now() + timedelta(days=90)).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    with transaction():
        advance(
            world.again(procedure), "extend", actor_id=manager.id, roles=frozenset(Role), reason=REASON, until=until
        )
    page = client.get(f"{LOG}/").text
    assert f"Neues Ende: bis einschließlich {(until - timedelta(days=1)).day}." in page


def test_votes_and_joining_are_never_listed(world, client, procedure, manager):
    before = len(log_page(procedure.id).entries)
    world.participant(procedure)
    with transaction():
        emit(BallotLike(tenant_id=procedure.tenant_id, procedure_id=procedure.id))
        emit(Unheard(tenant_id=procedure.tenant_id, procedure_id=procedure.id))
    page = client.get(f"{LOG}/").text
    assert "voting" not in page
    assert "joined" not in page
    assert "something_done" not in page
    assert len(log_page(procedure.id).entries) == before
    assert "voting" not in client.get(f"{LOG}/log.csv").text


def test_an_act_that_has_no_words_yet_is_listed_by_its_name(client, procedure, manager):
    with transaction():
        emit(Unheard(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=manager.id))
    assert "Anderes Ereignis: probe.something_done" in client.get(f"{LOG}/").text


def test_every_step_and_every_act_of_the_core_has_words():
    assert set(STEPS) == set(TRANSITIONS)
    abstract = {"contributions.contribution", "moderation.act", "moderation.appeal", "moderation.escalation"}
    abstract |= {"evaluation.batch", "moderation.inquiry"}
    rooms = ("procedures.procedure_", "moderation.", "evaluation.", "results.", "contributions.")
    named = {name for name in Event.known if name.startswith(rooms)} - abstract
    elsewhere = {"moderation.barrier_reported", "moderation.text_blocks_changed", "procedures.procedure_advanced"}
    assert named - set(SENTENCES) - elsewhere == set()


@pytest.mark.parametrize("gap", [timedelta(0), timedelta(seconds=1)], ids=["at one instant", "one after the other"])
def test_older_entries_are_on_further_pages_each_once(world, client, tenant, manager, gap):
    procedure = world.procedure(tenant, slug="plan")
    start = now()
    for number in range(2 * PAGE + 10):
        with standing_at(start + number * gap), transaction():
            emit(Unheard(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=manager.id + number))
    seen, after = [], None
    for _ in range(3):
        page = log_page(procedure.id, after=after)
        seen += [entry.actor_id for entry in page.entries]
        after = page.next
    assert after is None
    numbers = [number for number in seen if number is not None]
    assert sorted(numbers, reverse=True) == numbers
    assert len(set(numbers)) == 2 * PAGE + 10
    with count_queries() as sent:
        assert client.get(f"{LOG}/").status_code == 200
    assert "Ältere Einträge" in client.get(f"{LOG}/").text
    assert len(sent) <= 12


@pytest.mark.parametrize("after", ["x", "2026", "2026-01-01T00:00:00+00:00~", "~5", "2026-01-01T00:00:00~1", "9" * 400])
def test_a_cursor_that_is_none_shows_the_beginning(client, procedure, after):
    answer = client.get(f"{LOG}/", query_string={"after": after, "kind": "unknown"})
    assert answer.status_code == 200
    assert "Unterbrochen" in answer.text


@pytest.mark.requirement("RA-3-30")
def test_the_page_says_how_far_the_log_is_sealed_and_whether_it_is_whole(client, procedure):
    assert "Noch ist kein Eintrag versiegelt" in client.get(f"{LOG}/").text
    assert "Noch ist kein Eintrag versiegelt" in client.get(f"{LOG}/check").text
    seal_events()
    assert "sind versiegelt" in client.get(f"{LOG}/").text
    assert "Das Protokoll ist unverändert" in client.get(f"{LOG}/check").text
    with transaction():
        db.session.execute(
            update(EventRow).where(EventRow.name == "procedures.procedure_advanced").values(actor_id=999)
        )
    assert "Das Protokoll wurde verändert" in client.get(f"{LOG}/check").text


def test_the_log_can_be_downloaded(client, procedure, manager):
    answer = client.get(f"{LOG}/log.csv?kind=steps")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert [(row["wer"], row["was"], row["grund"]) for row in rows] == [(manager.display_name, "Unterbrochen", REASON)]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VISITOR, Role.PARTICIPANT, Role.OPERATOR}))
def test_the_leads_read_the_log(world, client, tenant, procedure, role):
    world.log_in(client, world.staff(tenant, role), staff=True)
    expected = 200 if role in (Role.MANAGER, Role.TENANT_ADMIN) else 403
    for path in (f"{LOG}/", f"{LOG}/check", f"{LOG}/log.csv"):
        assert client.get(path).status_code == expected


def test_nobody_else_reads_it(world, client, tenant, procedure):
    client.delete_cookie("s")
    for person in (None, world.person(), world.staff(world.tenant(), Role.MANAGER)):
        if person is not None:
            world.log_in(client, person)
        answers = [client.get(path) for path in (f"{LOG}/", f"{LOG}/check", f"{LOG}/log.csv")]
        assert {answer.status_code for answer in answers} <= {302, 403, 404}
        assert all(REASON not in answer.text for answer in answers)


def test_the_command_prints_the_same(runner, procedure, manager):
    output = runner.invoke(args=["procedure", "log", "musterstadt", "plan"]).output
    assert manager.display_name in output
    assert REASON in output
    assert (
        "Verfahren angelegt"
        not in runner.invoke(args=["procedure", "log", "musterstadt", "plan", "--kind", "steps"]).output
    )
