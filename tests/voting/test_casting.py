"""Casting: one person, one ballot, changeable until the end, and no trace beside the urn."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.queries import viewer_for
from participation.access.rules import VISITOR
from participation.accounts.erasure import erase
from participation.contributions.references import SHAPE
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Refused
from participation.kernel.versions import ScopeVersion
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.models import Participant
from participation.procedures.participants import fresh_pseudonym, join
from participation.testing.probe import VOTE
from participation.voting.models import Ballot
from participation.voting.queries import own_ballot, own_votes
from participation.voting.services import cast


def test_a_ballot_is_cast_with_a_receipt_that_says_nothing_of_the_choice(world, vote, cast_by):
    person = world.person()
    receipt = cast_by(vote, person, "yes")
    own = own_ballot(world.activity(vote), world.viewer(person, vote))
    assert SHAPE.fullmatch(receipt)
    assert (own.receipt, own.choices, own.changed_at) == (receipt, {"q": ["yes"]}, None)
    assert [entry.receipt for entry in own_votes(person.id)] == [receipt]


def test_the_second_time_changes_the_ballot_and_keeps_the_receipt(world, vote, cast_by, urn):
    person = world.person()
    assert cast_by(vote, person, "a") == cast_by(vote, person, "b")
    assert [choices for _, choices in urn()] == [{"q": ["b"]}]
    assert own_ballot(world.activity(vote), world.viewer(person, vote)).changed_at is not None


def test_the_same_choices_again_change_nothing(world, vote, cast_by):
    person = world.person()
    cast_by(vote, person, "a")
    cast_by(vote, person, "a")
    assert own_ballot(world.activity(vote), world.viewer(person, vote)).changed_at is None


@pytest.mark.requirement("LP-12")
def test_fifty_sendings_of_one_person_at_once_make_one_ballot(world, vote, in_threads, urn):
    person = world.person()
    number, person_id = vote.id, person.id
    world_again = world.again

    def one():
        me = db.session.get(type(person), person_id)
        viewer = world.viewer(me, vote)
        with transaction():
            found = world_again(type("P", (), {"id": number}))
            cast(found.activities[0], who=viewer, action=VOTE, choices={"q": ["a"]})
        db.session.remove()

    in_threads(50, one)
    db.session.rollback()
    assert len(urn()) == 1
    assert db.session.scalar(select(func.count(Participant.id))) == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [(-10, "Das ist ab"), (40, "Die Abstimmung ging bis einschließlich")],
    ids=["before the begin", "after the end"],
)
def test_outside_the_phase_nothing_is_taken_and_the_sentence_says_why(world, vote, at, cast_by, urn, days, words):
    person = world.person()
    with at(now() + timedelta(days=days)), pytest.raises(Refused) as refused:
        cast_by(vote, person)
    assert words in str(refused.value.sentence)
    assert urn() == []
    assert db.session.scalar(select(func.count(Participant.id))) == 0, "nothing half done"


def test_while_paused_nobody_votes_and_what_was_cast_stays(world, vote, cast_by, urn):
    person, other = world.person(), world.person()
    cast_by(vote, person)
    with transaction():
        advance(world.again(vote), "pause", actor_id=other.id, roles=MANAGERS, reason="Ein Fehler in Frage 1.")
    with pytest.raises(Refused, match="refused"):
        cast_by(vote, other)
    assert len(urn()) == 1


def test_nobody_votes_without_an_account(world, vote, urn):
    with pytest.raises(Refused), transaction():
        cast(world.activity(vote), who=VISITOR, action=VOTE, choices={"q": ["a"]})
    assert urn() == []


def test_a_guest_votes_with_a_code_and_never_with_an_edit_link_alone(world, urn):
    for identity, may in (("code", True), ("form_token", False)):
        vote = world.procedure(kinds=["voting"])
        with transaction():
            world.activity(vote).phases[0].identity = ["code", "form_token"]  # however it came about
            guest_id = join(world.again(vote), quietly=True, identity=identity).id
        viewer = viewer_for(None, vote.id, guest=db.session.get(Participant, guest_id))
        for choice in "ab":
            try:
                with transaction():
                    cast(world.activity(vote), who=viewer, action=VOTE, choices={"q": [choice]})
                assert may
            except Refused:
                assert not may
    assert [choices for _, choices in urn()] == [{"q": ["b"]}]


def test_a_vote_for_a_list_takes_nobody_else(world, vote, cast_by, urn):
    with transaction():
        world.activity(vote).phases[0].audience = "members"
    with pytest.raises(Refused) as refused:
        cast_by(vote, world.person())
    assert "eingeladene Personen teilnehmen" in str(refused.value.sentence)
    assert urn() == []


def test_whoever_also_writes_for_an_organisation_votes_once_as_a_person(world, vote, cast_by, urn):
    person = world.person()
    for_club = world.participant(vote, person, "Verein")
    cast_by(vote, person, "a")
    cast_by(vote, person, "b")
    ((voter, choices),) = urn()
    assert voter != for_club.id
    assert choices == {"q": ["b"]}


def test_casting_writes_no_event_and_raises_no_version(world, vote, cast_by):
    person = world.person()
    events = db.session.scalar(select(func.count(EventRow.id)))
    versions = {row.scope: row.number for row in db.session.scalars(select(ScopeVersion))}
    cast_by(vote, person)
    assert db.session.scalar(select(func.count(EventRow.id))) == events
    assert {row.scope: row.number for row in db.session.scalars(select(ScopeVersion))} == versions


def test_after_erasure_the_ballot_counts_under_a_pseudonym(world, vote, cast_by, urn):
    person = world.person("Kanarienvogel")
    cast_by(vote, person)
    with transaction():
        erase(person, rename=fresh_pseudonym)
    ((voter, _choices),) = urn()
    participant = db.session.get(Participant, voter)
    assert (participant.person_id, "Kanarienvogel" in participant.pseudonym) == (None, False)
    assert db.session.scalar(select(func.count(Ballot.id))) == 1
