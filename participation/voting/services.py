"""Casting. One person, one ballot, changeable until the end. No event, no version, no counter: a vote moves nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from participation.access.rules import Viewer, can
from participation.access.sentences import login_needed
from participation.access.taking_part import participant_of
from participation.contributions.references import fresh_reference
from participation.interfaces import Action
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.refusal import Refused
from participation.procedures.models import Activity, Participant, Phase
from participation.voting.models import Ballot
from participation.voting.sentences import why_not


def cast(activity: Activity, *, who: Viewer, action: Action, choices: Mapping[str, Any]) -> Ballot:
    """Put a ballot into the urn, or change the one that is there; the same choices again change nothing.

    Asks again, inside the write, whether an open phase allows it. Only the participant without organisation votes.
    Two sendings at the same moment wait for each other at the person. Raises Refused; then nothing has changed.
    """
    phase = _open_phase(activity, who, action)
    voter = participant_of(who, activity.procedure, quietly=True)
    ballot = _ballot_of(activity, voter)
    if ballot is None:
        ballot = _fresh(activity, phase, voter, identity=_way(who, phase))
        ballot.choices = dict(choices)
        db.session.add(ballot)
    elif ballot.choices != dict(choices):
        ballot.choices, ballot.changed_at = dict(choices), now()
    db.session.flush()
    return ballot


def _open_phase(activity: Activity, who: Viewer, action: Action) -> Phase:
    decision = can(who, action, activity)
    if not decision.allowed:
        raise Refused(why_not(activity, action, decision), status=403)
    assert decision.phase is not None, "a taking-part action is always allowed by a phase"
    if not who.ways - {"form_token"}:  # somebody without an account could vote any number of times
        raise Refused(login_needed({"account"}))
    return decision.phase


def _ballot_of(activity: Activity, voter: Participant) -> Ballot | None:
    query = select(Ballot).where(Ballot.activity_id == activity.id, Ballot.participant_id == voter.id)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _fresh(activity: Activity, phase: Phase, voter: Participant, *, identity: str) -> Ballot:
    return Ballot(
        tenant_id=activity.tenant_id,
        activity_id=activity.id,
        phase_id=phase.id,
        participant_id=voter.id,
        receipt=fresh_reference(),
        identity=identity,
        cast_at=now(),
    )


def _way(who: Viewer, phase: Phase) -> str:
    """The strongest way of identity that was used."""
    fitting = who.ways & set(phase.identity)
    return next((way for way in ("account", "email") if way in fitting), min(fitting, default=""))
