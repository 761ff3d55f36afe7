"""Rating a contribution: agree, neutral, disagree; one rating per participant, changeable while the phase is open."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from participation.access import rules
from participation.access.rules import Viewer
from participation.contributions.models import Contribution, RatingRow
from participation.kernel.clock import now
from participation.kernel.db import db, last
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant, Phase

VALUES = ("agree", "neutral", "disagree")
NONE = "none"


def rate(contribution: Contribution, activity: Activity, value: str, *, who: Viewer, by: Participant) -> None:
    """Set or change one's rating; "none" takes it back. The same value twice changes nothing.

    Raises Refused (no open phase, one's own, not published), Invalid (no such answer).
    """
    phase = rules.require_phase(who, rules.RATE, activity, contribution)
    if value not in (*VALUES, NONE):
        raise Invalid(_l("Bitte wählen Sie eine der drei Antworten."), field="value")
    if contribution.state != "published":
        raise Refused(_l("Dieser Beitrag lässt sich gerade nicht bewerten."))
    if contribution.participant_id in who.participant_ids:
        raise Refused(_l("Den eigenen Beitrag können Sie nicht bewerten."))
    row = _locked_rating(contribution, by)
    before = row.value if row else None
    if value == (before or NONE):
        return
    if value == NONE:
        db.session.delete(row)
        _count(contribution, before, None)
        return
    if row is None:
        row = RatingRow(tenant_id=contribution.tenant_id, contribution_id=contribution.id, participant_id=by.id)
        db.session.add(row)
    row.value, row.phase_id, row.identity, row.at = value, phase.id, identity_used(who, phase), now()
    _count(contribution, before, value)


def _locked_rating(contribution: Contribution, by: Participant) -> RatingRow | None:
    """The rating there is. Two presses of one participant at the same time wait for each other here."""
    db.session.execute(select(Participant.id).where(Participant.id == by.id).with_for_update(key_share=True))
    mine = select(RatingRow).where(RatingRow.contribution_id == contribution.id, RatingRow.participant_id == by.id)
    return db.session.scalar(mine)


def identity_used(who: Viewer, phase: Phase) -> str:
    """The way of identity that is written down: the account where there is one, else the confirmed address."""
    return min(who.ways & set(phase.identity))


def _count(contribution: Contribution, before: str | None, after: str | None) -> None:
    """Counters change by what this transaction changed, at its end."""
    change = dict.fromkeys(VALUES, 0)
    if before:
        change[before] -= 1
    if after:
        change[after] += 1
    columns = {name: getattr(Contribution, name) + by for name, by in change.items() if by}
    score = change["agree"] - change["disagree"]
    statement = update(Contribution).where(Contribution.id == contribution.id)
    statement = statement.values(**columns, score=Contribution.score + score)
    options = {"synchronize_session": False}
    last(f"rating:{contribution.id}", lambda: db.session.execute(statement, execution_options=options))
    raise_version(f"procedure:{contribution.procedure_id}")
