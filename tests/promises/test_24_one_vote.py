"""Promise 24: one person, one vote: in a vote, in a poll, in supporting a contribution; in however many windows."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import func, select

from app import create_app
from modules.ballot.services import cast_ballot
from modules.ballot.tests.conftest import make_vote
from participation.access.queries import viewer_for
from participation.contributions.counters import drift
from participation.contributions.models import Contribution, RatingRow
from participation.contributions.ratings import VALUES
from participation.kernel.db import db, transaction
from participation.procedures import codes, lists
from participation.procedures.audience_models import AccessCode, PersonList
from participation.procedures.models import Activity, Participant, Procedure
from participation.testing.fixtures import _postgres_database
from participation.voting.models import Ballot
from tests.benchmarks.served import Server
from tests.promises.ballots_cast import CHOICES, Ask, Site, Voter, by_call, by_socket, furnished, furnished_at
from tests.promises.support_machine import Supports
from tests.promises.vote_machine import Poll, Vote
from tests.promises.writers import settings_for

MACHINES = {"votes": Vote, "polls": Poll, "supports": Supports}
CHECKED, CAST = 200, 303
SLOW = 429  # sixty ballots of one person in an hour are the most, over all votes: a copy may be told to wait
COPIES = 50


def raced(site: Site, ask_of: Callable[[str], Ask], copies: int, chance: Random) -> list[tuple[object, ...]]:
    """Everybody takes each step in so many windows at once, with different choices; what was answered wrongly."""
    wrong: list[tuple[object, ...]] = []
    with ThreadPoolExecutor(copies) as pool:
        for number, cookie in enumerate(site.cookies):
            voter = Voter(ask_of(cookie), site)
            assert voter.token
            chosen = [chance.choice(CHOICES) for _ in range(copies)]
            pressed = [chance.choice(VALUES) for _ in range(copies)]
            steps = (
                ("check", CHECKED, lambda place, who=voter, all_=chosen: who.check(site.ballot, all_[place])),
                ("cast", CAST, lambda place, who=voter, all_=chosen: who.cast(site.ballot, all_[place])),
                ("check a poll", CHECKED, lambda place, who=voter, all_=chosen: who.check(site.poll, all_[place])),
                ("answer a poll", CAST, lambda place, who=voter, all_=chosen: who.cast(site.poll, all_[place])),
                ("support", CAST, lambda place, who=voter, all_=pressed: who.rate(all_[place])),
            )
            for name, wanted, step in steps:
                answers = set(pool.map(step, range(copies)))
                fine = wanted in answers and not answers - {wanted, SLOW}
                wrong += [] if fine else [(number, name, sorted(answers))]
    return wrong


def counted(site: Site, people: int) -> dict[str, int]:
    """How many stand in each urn and support the contribution. AssertionError where anybody does so twice."""
    db.session.rollback()
    found = {}
    for path in (site.ballot, site.poll):
        slug = path.split("/")[2]
        here = select(Procedure.id).where(Procedure.slug == slug).scalar_subquery()
        query = select(Participant.person_id, Ballot.choices, Ballot.receipt)
        query = query.join(Participant, Participant.id == Ballot.participant_id)
        rows = db.session.execute(query.where(Participant.procedure_id == here)).all()
        assert len({row.person_id for row in rows}) == len({row.receipt for row in rows}) == len(rows)
        assert all(row.choices in CHOICES for row in rows)
        number = db.session.scalar(select(func.count(Participant.id)).where(Participant.procedure_id == here))
        assert number == people, f"{number} participants of {people} people"
        found[slug] = len(rows)
    shown = db.session.scalars(select(Contribution)).one()
    raters = db.session.scalars(select(RatingRow.participant_id)).all()
    assert len(set(raters)) == len(raters) == shown.agree + shown.neutral + shown.disagree
    assert not drift()
    return found | {"supports": len(raters)}


def said(found: dict[str, int], people: int, copies: int, wrong: list[tuple[object, ...]]) -> str:
    """What was measured, in a line."""
    counts = ", ".join(f"{number} in {name}" for name, number in found.items())
    return f"{people} people x {copies} at once on each step: {counts}; {len(wrong)} odd answers"


def test_whoever_sends_in_many_windows_at_once_counts_once(app, world, sized, chance, figure):
    people, copies = sized(test=3, quick=6, full=12), sized(test=8, quick=COPIES, full=COPIES)
    site = furnished(world, people)
    db.session.rollback()
    wrong = raced(site, lambda cookie: by_call(app, cookie), copies, chance)
    found = counted(site, people)
    figure(f"threads of one process: {said(found, people, copies, wrong)}")
    assert wrong == []
    assert set(found.values()) == {people}


@pytest.fixture
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database of this test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'site.db'}"
        return
    with _postgres_database("votes") as url:
        yield url


@pytest.mark.waits
@pytest.mark.parametrize("base", ["sqlite", "postgresql"], indirect=True)
def test_over_several_processes_everybody_counts_once(base, tmp_path, sized, chance, figure, request):
    people, copies = sized(test=3, quick=20, full=200), COPIES
    folder = str(tmp_path / "data")
    site = furnished_at(base, folder, people)
    server = Server("app:create_app()", settings_for(base, folder, WORKERS="4", THREADS="4"))
    try:
        server.start()
        wrong = raced(site, lambda cookie: by_socket(server.port, cookie), copies, chance)
    finally:
        server.stop()
    app = create_app({"database_url": base, "data_folder": folder})
    with app.app_context():
        found = counted(site, people)
        db.session.remove()
        db.engine.dispose()
    figure(f"{request.node.callspec.params['base']}, 4 processes: {said(found, people, copies, wrong)}")
    assert wrong == []
    assert set(found.values()) == {people}


def test_an_access_code_typed_by_many_at_once_is_one_voter(app, world, in_threads, sized, figure):
    rounds, copies = sized(test=2, quick=10, full=50), sized(test=8, quick=COPIES, full=COPIES)
    vote = make_vote(world, identity=("code",))
    with transaction():
        number = lists.make_list(world.again(vote), "Ohne Konto", "codes").id
        made = codes.make_codes(db.session.get_one(PersonList, number), rounds)
    tenant_id, vote_id = vote.tenant_id, vote.id
    activity_id = world.activity(vote).id

    def typed(code: str) -> Callable[[], str]:
        def work() -> str:
            with transaction():
                viewer = viewer_for(None, vote_id, guest=codes.use_code(tenant_id, code))
                activity = db.session.get_one(Activity, activity_id)
                return cast_ballot(activity, who=viewer, choices=CHOICES[0]).receipt

        return work

    db.session.rollback()
    receipts = [set(in_threads(copies, typed(entry.code))) for entry in made]
    db.session.rollback()
    there = db.session.scalars(select(Ballot.receipt)).all()
    users = db.session.scalars(select(AccessCode.participant_id)).all()
    figure(f"{rounds} access codes, each typed by {copies} at once: {len(there)} ballots")
    assert all(len(one) == 1 for one in receipts)
    assert sorted(there) == sorted(*zip(*receipts, strict=True))
    assert len(set(users)) == rounds


@pytest.mark.parametrize("name", MACHINES)
def test_whatever_happens_in_whatever_order(world, name, sized, figure, request):
    examples, steps = sized(test=6, quick=60, full=2_000), sized(test=15, quick=50, full=50)
    machine: type[RuleBasedStateMachine] = MACHINES[name]
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    figure(f"{name}: a state machine broke its model")
    with_seed = seed(int(request.config.getoption("promise_seed")))
    run_state_machine_as_test(with_seed(lambda: machine(world)), settings=wanted)
    figure(f"{name}: {examples} examples x {steps} steps of the state machine, 0 violations")
