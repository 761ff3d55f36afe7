"""What the state of a contribution means for the people who see it."""

from typing import NamedTuple

from sqlalchemy import select

from participation.kernel.db import db
from participation.moderation.models import ModerationAct


class Hidden(NamedTuple):
    """Why a contribution was hidden: the code of the rule, and one sentence on this case."""

    reason: str
    sentence: str


def hidden_because(contribution_id: int) -> Hidden | None:
    """The reason that moderation gave last; for its author and staff."""
    query = select(ModerationAct.reason, ModerationAct.sentence).where(
        ModerationAct.contribution_id == contribution_id,
        ModerationAct.act.in_(("hide", "escalate")),
        ModerationAct.undone_at.is_(None),
    )
    row = db.session.execute(query.order_by(ModerationAct.id.desc()).limit(1)).one_or_none()
    return Hidden(*row) if row else None
