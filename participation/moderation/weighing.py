"""What reports weigh: more from people who are known here, never more than once from one network.

Weight says what a human looks at first. Reports alone hide nothing, however many they are.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, select

from participation.kernel.db import db
from participation.moderation.models import Report

URGENT: Final = 3  # from at least two networks: the first place in the queue, and a mail


def weighed(*which: ColumnElement[bool]) -> Select[Any]:
    """Reports by contribution: contribution_id, number (what they weigh together), oldest.

    Of several reports from one network the heaviest counts; what comes from one network alone weighs one.
    """
    one = case((Report.reporter == "", cast(Report.id, Text)), else_=Report.reporter)
    by_network = (
        select(Report.contribution_id, func.max(Report.weight).label("weight"), func.min(Report.at).label("oldest"))
        .where(*which)
        .group_by(Report.contribution_id, one)
        .subquery()
    )
    number = case((func.count() > 1, func.sum(by_network.c.weight)), else_=1)
    columns = (by_network.c.contribution_id, number.label("number"), func.min(by_network.c.oldest).label("oldest"))
    return select(*columns).group_by(by_network.c.contribution_id)


def made_urgent(report: Report) -> bool:
    """Whether just this report made a contribution urgent: the open ones before it did not weigh enough."""
    open_ones = (Report.contribution_id == report.contribution_id, Report.closed_at.is_(None))
    before, after = (weighed(*open_ones, which) for which in (Report.id < report.id, Report.id <= report.id))
    return _number(before) < URGENT <= _number(after)


def _number(query: Select[Any]) -> int:
    row = db.session.execute(query).one_or_none()
    return int(row.number) if row else 0
