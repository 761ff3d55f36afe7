"""Carrying a decision out: one row for the go, one for each contribution, reports closed, facts told.

Nothing here asks whether somebody may; the desk says what a moderator reaches.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from participation.contributions.models import Contribution
from participation.contributions.services import change_state
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict
from participation.moderation.events import (
    ContributionHidden,
    ContributionPublished,
    ContributionRestored,
    ModerationEvent,
    ReportsClosed,
)
from participation.moderation.models import ModerationAct, ModerationBatch, Report

UNDO = timedelta(minutes=10)  # how long a decision can be taken back; authors are told after that


class Seen(NamedTuple):
    """The state and the number of the version on which somebody decides."""

    state: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A kind of decision: in which states it is possible, and what it makes of them (None: nothing changes)."""

    act: str
    states: tuple[str, ...]
    target: str | None = None
    event: type[ModerationEvent] | None = None
    undo: timedelta = UNDO
    settles: bool = True  # somebody has looked: reports that are open are closed, and the waiting is over


PUBLISH = Verdict(act="publish", states=("pending",), target="published", event=ContributionPublished)
HIDE = Verdict(act="hide", states=("published", "pending"), target="hidden", event=ContributionHidden)
RESTORE = Verdict(act="restore", states=("hidden",), target="published", event=ContributionRestored)
CLOSE = Verdict(act="close_reports", states=("published", "pending"), event=ReportsClosed)


def hold(contribution: Contribution, seen: Seen, verdict: Verdict) -> None:
    """Lock the row and make sure it is what was decided on. Raises Conflict."""
    db.session.refresh(contribution, with_for_update=True)
    if not fits(contribution, seen, verdict):
        raise faster()


def fits(contribution: Contribution, seen: Seen, verdict: Verdict) -> bool:
    """Whether a locked contribution is still what somebody saw, and the decision possible."""
    return contribution.state in verdict.states and seen == (contribution.state, contribution.versions)


def faster() -> Conflict:
    """Another moderator, or the author with an edit nobody has read yet."""
    return Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))


def carry_out(
    held: Sequence[Contribution], verdict: Verdict, *, actor_id: int | None, reason: str = "", sentence: str = ""
) -> list[ModerationAct]:
    """One decision about locked contributions of one authority, in one go that can be taken back."""
    batch = _open_batch(held[0].tenant_id, verdict, actor_id, len(held))
    since = reported_since([contribution.id for contribution in held]) if verdict.settles else {}
    _close_reports(since, batch)
    acts = [_act(entry, batch, reason, sentence, _waited(entry, batch, verdict, since)) for entry in held]
    db.session.add_all(acts)
    db.session.flush()
    for contribution, act in zip(held, acts, strict=True):
        if verdict.target not in (None, contribution.state):
            change_state(contribution, str(verdict.target), actor_id=actor_id)
        if verdict.event is not None:
            tell(verdict.event, contribution, act)
    return acts


def _open_batch(tenant_id: int, verdict: Verdict, actor_id: int | None, number: int) -> ModerationBatch:
    at = now()
    batch = ModerationBatch(
        tenant_id=tenant_id, act=verdict.act, acts=number, actor_id=actor_id, at=at, until=at + verdict.undo
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def reported_since(ids: Sequence[int]) -> dict[int, datetime]:
    """Those of the contributions with open reports, and when the oldest of these came in; one query."""
    query = select(Report.contribution_id, func.min(Report.at)).where(
        Report.contribution_id.in_(ids), Report.closed_at.is_(None)
    )
    return {number: at for number, at in db.session.execute(query.group_by(Report.contribution_id))}  # noqa: C416


def _close_reports(ids: Iterable[int], batch: ModerationBatch) -> None:
    closing = update(Report).where(Report.contribution_id.in_(list(ids)), Report.closed_at.is_(None))
    closing = closing.values(closed_at=batch.at, batch_id=batch.id)
    db.session.execute(closing, execution_options={"synchronize_session": False})


def _waited(
    contribution: Contribution, batch: ModerationBatch, verdict: Verdict, reported: dict[int, datetime]
) -> int | None:
    """How long it waited for this decision, in seconds; None where it did not, or where nothing was decided."""
    waiting = [contribution.edited_at or contribution.created_at] if contribution.state == "pending" else []
    waiting += [reported[contribution.id]] if contribution.id in reported else []
    return max(0, int((batch.at - min(waiting)).total_seconds())) if waiting and verdict.settles else None


def _act(
    contribution: Contribution, batch: ModerationBatch, reason: str, sentence: str, waited: int | None
) -> ModerationAct:
    return ModerationAct(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        act=batch.act,
        reason=reason,
        sentence=sentence,
        actor_id=batch.actor_id,
        at=batch.at,
        before=contribution.state,
        waited=waited,
        batch_id=batch.id,
    )


def tell(event: type[ModerationEvent], contribution: Contribution, act: ModerationAct, **more: int) -> None:
    """Emit the fact of an act."""
    emit(
        event(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=act.actor_id,
            contribution_id=contribution.id,
            act_id=act.id,
            **more,
        )
    )
