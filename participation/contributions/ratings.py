"""Rating a contribution by the method of its activity; one rating per participant, changeable while the phase is open.

Three-valued: agree, neutral, disagree. Support: agree or nothing. Points: one to five, kept as digits; `agree` then
counts the people and `score` adds the points up.
"""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.access import rules
from participation.access.rules import Viewer
from participation.contributions.models import Contribution, RatingRow
from participation.contributions.rating_counts import add_rating
from participation.interfaces import Rating
from participation.kernel.clock import now, real_now
from participation.kernel.db import db, last
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant, Phase
from participation.registry import installed

VALUES = ("agree", "neutral", "disagree")
ANSWERS = {Rating.THREE_VALUED: VALUES, Rating.SUPPORT: ("agree",), Rating.POINTS: ("1", "2", "3", "4", "5")}
NONE = "none"
C = Contribution


def rate(contribution: Contribution, activity: Activity, value: str, *, who: Viewer, by: Participant) -> None:
    """Set or change one's rating; "none" takes it back. The same value twice changes nothing.

    Raises Refused (no open phase, one's own, not published), Invalid (no such answer).
    """
    phase = rules.require_phase(who, rules.RATE, activity, contribution)
    method = method_for(contribution.type, activity, is_answer=contribution.parent_id is not None)
    if method is None:
        raise Refused(_l("Hier wird nicht bewertet."))
    if value not in (*ANSWERS[method], NONE):
        raise Invalid(_l("Bitte wählen Sie eine der Antworten."), field="value")
    if contribution.state != "published":
        raise Refused(_l("Dieser Beitrag lässt sich gerade nicht bewerten."))
    if contribution.participant_id in who.participant_ids:
        raise Refused(_l("Den eigenen Beitrag können Sie nicht bewerten."))
    row = _locked_rating(contribution, by)
    if value == NONE:
        _take_back(contribution, row, by)
        return
    before = row.value if row else None
    if value == before:
        return
    if row is None:
        row = RatingRow(tenant_id=contribution.tenant_id, contribution_id=contribution.id, participant_id=by.id)
        db.session.add(row)
    row.value, row.phase_id, row.identity, row.at = value, phase.id, identity_used(who, phase), now()
    _count(contribution, before, value)


def _take_back(contribution: Contribution, row: RatingRow | None, by: Participant) -> None:
    """With the rating go those of what was merged into the contribution: they counted here."""
    merged = select(C.id).where(C.merged_into_id == contribution.id, C.state == "merged")
    given = select(RatingRow).where(RatingRow.participant_id == by.id, RatingRow.contribution_id.in_(merged))
    with_it = list(db.session.scalars(given))
    for rating in (*([row] if row else []), *with_it):
        db.session.delete(rating)
    if row or with_it:
        _count(contribution, row.value if row else None, None)


def method_for(kind_name: str, activity: Activity, *, is_answer: bool = False) -> Rating | None:
    """How a contribution of a type is rated here; None: not at all. Answers get three values where there is rating."""
    kind = installed().contribution_type(kind_name)
    if kind is None:
        return Rating.THREE_VALUED
    method = kind.rating(activity) if callable(kind.rating) else kind.rating
    return Rating.THREE_VALUED if method and is_answer else method


def counter_of(value: str) -> str:
    """The counter that a rating raises: points count in `agree`, as people who rated."""
    return value if value in VALUES else "agree"


def weight_of(value: str) -> int:
    """What a rating adds to the score."""
    return {"agree": 1, "neutral": 0, "disagree": -1}[value] if value in VALUES else int(value)


def _locked_rating(contribution: Contribution, by: Participant) -> RatingRow | None:
    """The rating there is. Two presses of one participant at the same time wait for each other here."""
    db.session.execute(select(Participant.id).where(Participant.id == by.id).with_for_update(key_share=True))
    mine = select(RatingRow).where(RatingRow.contribution_id == contribution.id, RatingRow.participant_id == by.id)
    return db.session.scalar(mine)


def take_back_open(participant_ids: Sequence[int]) -> None:
    """Take back what these participants gave where rating may still go on; elsewhere it stays counted."""
    end = select(func.max(Phase.ends_at)).where(Phase.activity_id == Contribution.activity_id).scalar_subquery()
    query = select(RatingRow, Contribution).join(Contribution, Contribution.id == RatingRow.contribution_id)
    query = query.where(RatingRow.participant_id.in_(participant_ids), end > real_now())
    for row, contribution in db.session.execute(query.order_by(RatingRow.id)).all():
        db.session.delete(row)
        _count(contribution, row.value, None)


def identity_used(who: Viewer, phase: Phase) -> str:
    """The way of identity that is written down: the account where there is one, else the confirmed address."""
    return min(who.ways & set(phase.identity))


def _count(contribution: Contribution, before: str | None, after: str | None) -> None:
    """Counters change by what this transaction changed, at its end."""
    contribution_id, change = contribution.id, dict.fromkeys((*VALUES, "score"), 0)
    for value, sign in ((before, -1), (after, +1)):
        if value:
            change[counter_of(value)] += sign
            change["score"] += sign * weight_of(value)
    raise_version(f"procedure:{contribution.procedure_id}")
    last(f"rating:{contribution.id}", lambda: add_rating(contribution_id, change))
