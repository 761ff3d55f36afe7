"""Deciding about contributions. Reports only set priority; every decision is a human's, with its own row.

`Seen` is what the moderator had on the page. Each service locks what it decides about, compares, and raises Conflict
where somebody was faster: another moderator, or the author with an edit nobody has read yet.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.moderation.acts import (
    CLOSE,
    HIDE,
    PUBLISH,
    RESTORE,
    Seen,
    Verdict,
    carry_out,
    faster,
    fits,
    hold,
    reported_since,
)
from participation.moderation.desk import Desk
from participation.moderation.models import ModerationAct, ModerationBatch
from participation.moderation.reasons import checked_note, checked_reason

__all__ = ["Seen", "close_reports", "decide_many", "hide", "publish", "restore"]

IN_BULK = {verdict.act: verdict for verdict in (PUBLISH, HIDE, CLOSE)}
MOST = 200  # contributions in one go


def publish(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Make a contribution visible that waits; its open reports are closed. Raises Conflict."""
    hold(contribution, seen, PUBLISH)
    return carry_out([contribution], PUBLISH, actor_id=actor_id)[0]


def hide(contribution: Contribution, *, actor_id: int, seen: Seen, reason: str, sentence: str) -> ModerationAct:
    """Take a contribution out of sight, with a reason and a sentence on this case. Raises Invalid, Conflict."""
    reason, sentence = _because(reason, sentence)
    hold(contribution, seen, HIDE)
    return carry_out([contribution], HIDE, actor_id=actor_id, reason=reason, sentence=sentence)[0]


def restore(contribution: Contribution, *, actor_id: int, seen: Seen, sentence: str = "") -> ModerationAct:
    """Make a hidden contribution visible again. Raises Invalid, Conflict."""
    sentence = checked_note(sentence, "sentence")
    hold(contribution, seen, RESTORE)
    return carry_out([contribution], RESTORE, actor_id=actor_id, sentence=sentence)[0]


def close_reports(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Leave a reported contribution as it is. Raises Conflict, also when no report is open any more."""
    hold(contribution, seen, CLOSE)
    if not reported_since([contribution.id]):
        raise faster()
    return carry_out([contribution], CLOSE, actor_id=actor_id)[0]


def decide_many(
    desk: Desk, chosen: Mapping[str, Seen], act: str, *, actor_id: int, reason: str = "", sentence: str = ""
) -> ModerationBatch:
    """Publish, hide or leave as they are what was chosen by its number; all in one go that can be taken back.

    What is not on the desk, or has changed since it was seen, is left alone and counted. Raises Invalid for a missing
    choice, reason or sentence, and Conflict where nothing is left to decide.
    """
    verdict = IN_BULK.get(act)
    if verdict is None or not chosen:
        raise Invalid(_l("Bitte wählen Sie mindestens einen Beitrag aus."), field="chosen")
    if verdict is HIDE:
        reason, sentence = _because(reason, sentence)
    else:
        reason = sentence = ""
    held = _held(desk, chosen, verdict)
    if not held:
        raise faster()
    acts = carry_out(held, verdict, actor_id=actor_id, reason=reason, sentence=sentence)
    batch = db.session.get_one(ModerationBatch, acts[0].batch_id)
    batch.left = len(chosen) - len(held)
    return batch


def _held(desk: Desk, chosen: Mapping[str, Seen], verdict: Verdict) -> list[Contribution]:
    """Lock what was chosen, in one order for everybody; only what still fits is given back."""
    wanted = list(chosen)[:MOST]
    query = select(Contribution).where(
        Contribution.tenant_id == desk.tenant_id, Contribution.reference.in_(wanted), desk.covers()
    )
    query = query.order_by(Contribution.id).with_for_update().execution_options(populate_existing=True)
    found = [row for row in db.session.scalars(query) if fits(row, chosen[row.reference], verdict)]
    if verdict is CLOSE:
        reported = reported_since([row.id for row in found])
        return [row for row in found if row.id in reported]
    return found


def _because(reason: str, sentence: str) -> tuple[str, str]:
    missing = _l("Bitte begründen Sie die Entscheidung mit einem Satz zu diesem Fall.")
    return checked_reason(reason), checked_note(sentence, "sentence", required=missing)
