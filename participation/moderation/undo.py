"""Taking back what was decided in one go: exactly as it was before, as long as nobody was told."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from participation.contributions.models import Contribution
from participation.contributions.services import change_state
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Refused, Unknown
from participation.moderation.events import DecisionsUndone
from participation.moderation.merging import put_back_merged, put_back_split
from participation.moderation.models import ModerationAct, ModerationBatch, Report
from participation.moderation.moving import put_back_moved
from participation.moderation.redaction import peel
from participation.moderation.relocating import put_back_relocated
from participation.moderation.settling import put_back_marked, put_back_unmarked

AFTER = {"publish": "published", "hide": "hidden", "restore": "published"}
PutBack = Callable[[ModerationAct, Contribution, int | None], bool]  # whether it could be put back


class Undone(NamedTuple):
    """How many contributions are as they were before, and how many somebody changed in the meantime."""

    back: int
    left: int


def undoable(tenant_id: int, actor_id: int) -> ModerationBatch | None:
    """What somebody decided last here and can still take back; one query."""
    mine = (ModerationBatch.tenant_id == tenant_id, ModerationBatch.actor_id == actor_id)
    still = (ModerationBatch.undone_at.is_(None), ModerationBatch.until > now())
    query = select(ModerationBatch).where(*mine, *still)
    return db.session.scalar(query.order_by(ModerationBatch.id.desc()).limit(1))


def batch_of(batch_id: int, tenant_id: int, actor_id: int) -> ModerationBatch:
    """A decision of somebody by its number. Raises Unknown for everybody else's."""
    batch = db.session.get(ModerationBatch, batch_id)
    if batch is None or (batch.tenant_id, batch.actor_id) != (tenant_id, actor_id):
        raise Unknown
    return batch


def take_back(batch: ModerationBatch) -> Undone:
    """Put state, text and reports back as they were. Raises Refused when the time is over, Conflict when it was done.

    What somebody decided about again, or took back, in the meantime stays as it is.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.undone_at is not None:
        raise Conflict(_l("Das ist schon zurückgenommen."))
    if batch.until <= now():
        raise Refused(_l("Die Zeit zum Zurücknehmen ist vorbei. Sie können jeden Beitrag einzeln neu entscheiden."))
    acts = _acts(batch)
    done = [act for act, contribution in acts if _put_back(act, contribution, batch.actor_id)]
    _reopen_reports(batch, [act.contribution_id for act in done])
    batch.undone_at = now()
    emit(DecisionsUndone(tenant_id=batch.tenant_id, actor_id=batch.actor_id, batch_id=batch.id))
    return Undone(len(done), batch.acts - len(done))


def _acts(batch: ModerationBatch) -> Sequence[tuple[ModerationAct, Contribution]]:
    """The acts with their contributions, locked in one order, without those somebody decided about again."""
    later = select(func.max(ModerationAct.id)).where(
        ModerationAct.contribution_id == Contribution.id, ModerationAct.undone_at.is_(None)
    )
    query = (
        select(ModerationAct, Contribution, later.correlate(Contribution).scalar_subquery())
        .join(Contribution, Contribution.id == ModerationAct.contribution_id)
        .where(ModerationAct.batch_id == batch.id)
        .order_by(Contribution.id)
        .with_for_update(of=Contribution)
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(query).all()
    return [(act, contribution) for act, contribution, newest in rows if act.id == newest]


def _put_back(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    """Whether it could be put back."""
    done = PUT_BACK.get(act.act, _put_back_state)(act, contribution, actor_id)
    act.undone_at = now() if done else None
    return done


def _put_back_state(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    done = contribution.state == AFTER.get(act.act, act.before)
    if done and contribution.state != act.before:
        change_state(contribution, act.before, actor_id=actor_id)
    return done


def _peel(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    return peel(contribution, act.id, actor_id=actor_id)


PUT_BACK: dict[str, PutBack] = {
    "redact": _peel,
    "merge": put_back_merged,
    "split": put_back_split,
    "move": put_back_moved,
    "categorise": put_back_moved,
    "relocate": put_back_relocated,
    "mark": put_back_marked,
    "unmark": put_back_unmarked,
}


def _reopen_reports(batch: ModerationBatch, contribution_ids: list[int]) -> None:
    closed = update(Report).where(Report.batch_id == batch.id, Report.contribution_id.in_(contribution_ids))
    closed = closed.values(closed_at=None, batch_id=None)
    db.session.execute(closed, execution_options={"synchronize_session": False})
