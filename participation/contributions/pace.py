"""How much one person (or guest) sends in a day. Whoever sends more is never refused: the rest is looked at first."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Participant

DAY: Final = timedelta(days=1)
KNOWN_AFTER: Final = timedelta(days=7)
AT_FIRST: Final = 5  # contributions a day of somebody whose first one is younger than a week
LATER: Final = 30


def is_over_pace(by: Participant, tenant_id: int) -> bool:
    """Whether one more contribution of this person at an authority, or of this guest, is to be looked at first."""
    same = Participant.person_id == by.person_id if by.person_id is not None else Participant.id == by.id
    mine = (
        select(func.min(Contribution.received_at), func.count().filter(Contribution.received_at > now() - DAY))
        .join(Participant, Participant.id == Contribution.participant_id)
        .where(same, Contribution.tenant_id == tenant_id)
    )
    first, today = db.session.execute(mine).one()
    is_known = bool(first) and first < now() - KNOWN_AFTER
    return bool(today >= (LATER if is_known else AT_FIRST))
