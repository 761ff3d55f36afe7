"""Deciding about a contribution. Reports only set priority; every decision is a human's, with its own row.

`Seen` is what the moderator had on the page. Each service locks the contribution, compares, and raises Conflict
where somebody was faster: another moderator, or the author with an edit nobody has read yet.
"""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

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
from participation.moderation.models import ModerationAct, Report
from participation.moderation.reasons import checked_note, checked_reason


class Seen(NamedTuple):
    """The state and the number of the version on which somebody decides."""

    state: str
    version: int


def publish(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Make a contribution visible that waits; its open reports are closed. Raises Conflict."""
    _hold(contribution, seen, "pending")
    return _decide(contribution, "publish", "published", actor_id, ContributionPublished)


def hide(contribution: Contribution, *, actor_id: int, seen: Seen, reason: str, sentence: str) -> ModerationAct:
    """Take a contribution out of sight, with a reason and a sentence on this case. Raises Invalid, Conflict."""
    reason = checked_reason(reason)
    missing = _l("Bitte begründen Sie die Entscheidung mit einem Satz zu diesem Fall.")
    sentence = checked_note(sentence, "sentence", required=missing)
    _hold(contribution, seen, "published", "pending")
    return _decide(contribution, "hide", "hidden", actor_id, ContributionHidden, reason, sentence)


def restore(contribution: Contribution, *, actor_id: int, seen: Seen, sentence: str = "") -> ModerationAct:
    """Make a hidden contribution visible again. Raises Invalid, Conflict."""
    sentence = checked_note(sentence, "sentence")
    _hold(contribution, seen, "hidden")
    return _decide(contribution, "restore", "published", actor_id, ContributionRestored, "", sentence)


def close_reports(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Leave a reported contribution as it is. Raises Conflict, also when no report is open any more."""
    _hold(contribution, seen, "published", "pending")
    if not _close_reports(contribution):
        raise _faster()
    act = _keep_act(contribution, "close_reports", actor_id)
    _tell(ReportsClosed, contribution, act)
    return act


def _hold(contribution: Contribution, seen: Seen, *states: str) -> None:
    """Lock the row and make sure it is what was decided on."""
    db.session.refresh(contribution, with_for_update=True)
    if contribution.state not in states or seen != (contribution.state, contribution.versions):
        raise _faster()


def _faster() -> Conflict:
    return Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))


def _decide(
    contribution: Contribution,
    name: str,
    state: str,
    actor_id: int,
    event: type[ModerationEvent],
    reason: str = "",
    sentence: str = "",
) -> ModerationAct:
    act = _keep_act(contribution, name, actor_id, reason, sentence)
    _close_reports(contribution)
    change_state(contribution, state, actor_id=actor_id)
    _tell(event, contribution, act)
    return act


def _keep_act(
    contribution: Contribution, name: str, actor_id: int, reason: str = "", sentence: str = ""
) -> ModerationAct:
    act = ModerationAct(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        act=name,
        reason=reason,
        sentence=sentence,
        actor_id=actor_id,
        at=now(),
    )
    db.session.add(act)
    db.session.flush()
    return act


def _close_reports(contribution: Contribution) -> bool:
    """Close what is open; whether there was something."""
    closing = update(Report).where(Report.contribution_id == contribution.id, Report.closed_at.is_(None))
    done = db.session.execute(closing.values(closed_at=now()), execution_options={"synchronize_session": False})
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _tell(event: type[ModerationEvent], contribution: Contribution, act: ModerationAct) -> None:
    emit(
        event(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=act.actor_id,
            contribution_id=contribution.id,
            act_id=act.id,
        )
    )
