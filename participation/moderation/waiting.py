"""How much waits for moderation in each procedure of a desk."""

from collections import Counter

from sqlalchemy import func, select, union_all

from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.moderation.desk import Desk, open_reports


def waiting_by_procedure(desk: Desk) -> dict[int, int]:
    """Reported and unchecked contributions by procedure id; one query, those with nothing are left out."""
    reported = open_reports(desk).subquery()
    query = union_all(
        select(Contribution.procedure_id, func.count())
        .join(reported, reported.c.contribution_id == Contribution.id)
        .where(Contribution.state != "pending")
        .group_by(Contribution.procedure_id),
        select(Contribution.procedure_id, func.count())
        .where(desk.covers(), Contribution.state == "pending")
        .group_by(Contribution.procedure_id),
    )
    total: Counter[int] = Counter()
    for procedure_id, number in db.session.execute(query):
        total[procedure_id] += number
    return dict(total)
