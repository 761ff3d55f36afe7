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
from participation.procedures.models import Activity, Participant

VALUES = ("agree", "neutral", "disagree")


def rate(contribution: Contribution, activity: Activity, value: str, *, who: Viewer, by: Participant) -> None:
    """Set, change or (with the same value again) take back one's rating. Raises Refused, Invalid."""
    phase = rules.require_phase(who, rules.RATE, activity, contribution)
    if value not in VALUES:
        raise Invalid(_l("Bitte wählen Sie eine der drei Antworten."), field="value")
    if contribution.state != "published":
        raise Refused(_l("Dieser Beitrag lässt sich gerade nicht bewerten."))
    if contribution.participant_id in who.participant_ids:
        raise Refused(_l("Den eigenen Beitrag können Sie nicht bewerten."))
    mine = select(RatingRow).where(RatingRow.contribution_id == contribution.id, RatingRow.participant_id == by.id)
    row = db.session.scalar(mine)
    before = row.value if row else None
    if row is not None and before == value:
        db.session.delete(row)
        return _count(contribution, before, None)
    if row is None:
        row = RatingRow(tenant_id=contribution.tenant_id, contribution_id=contribution.id, participant_id=by.id)
        db.session.add(row)
    row.value, row.phase_id, row.identity, row.at = value, phase.id, max(who.ways & set(phase.identity)), now()
    return _count(contribution, before, value)


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
