"""The only door to ballots. It opens when the vote is over; what comes out has no owner, no time and no order."""

from random import SystemRandom
from typing import Any

from sqlalchemy import func, select

from participation.kernel.db import db
from participation.procedures.models import Activity
from participation.voting.embargo import require_lifted
from participation.voting.models import Ballot


def ballots(activity: Activity) -> list[dict[str, Any]]:
    """The choices of all ballots, detached and shuffled by the random source of the system. Raises Embargo."""
    require_lifted(activity)
    found = list(db.session.scalars(select(Ballot.choices).where(Ballot.activity_id == activity.id)))
    SystemRandom().shuffle(found)
    return found


def number_of_ballots(activity: Activity) -> int:
    """How many took part in the vote. Raises Embargo: how many is a trend too."""
    require_lifted(activity)
    return db.session.scalar(select(func.count(Ballot.id)).where(Ballot.activity_id == activity.id)) or 0
