"""Reading results: what is public, what is being prepared."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from participation.kernel.db import db
from participation.procedures.models import Procedure
from participation.results.models import Result

R = Result
NOT_PUBLIC = ("draft", "submitted", "approved")


class Version(NamedTuple):
    """A published version in the list of all."""

    number: int
    reason: str
    published_at: datetime
    has_package: bool
    decision: str


def published_versions(procedure_id: int) -> list[Version]:
    """The published versions of a procedure's result, the newest first; one query."""
    columns = (R.number, R.reason, R.published_at, R.stored_name.is_not(None), R.decision)
    query = select(*columns).where(R.procedure_id == procedure_id, R.state == "published")
    return [Version(*row) for row in db.session.execute(query.order_by(R.number.desc()))]  # type: ignore[arg-type]


def newest_version(procedure_id: int) -> Version | None:
    """What the page of a procedure says of its result; one query."""
    return next(iter(published_versions(procedure_id)), None)


def published(procedure_id: int, number: int | None = None) -> Result | None:
    """The newest published version, or the one with a number; one query."""
    query = select(R).where(R.procedure_id == procedure_id, R.state == "published")
    query = query.where(R.number == number) if number is not None else query
    return db.session.scalar(query.order_by(R.number.desc()).limit(1))


def in_preparation(procedure_id: int) -> Result | None:
    """The version that is being prepared; there is at most one."""
    query = select(R).where(R.procedure_id == procedure_id, R.state.in_(NOT_PUBLIC))
    return db.session.scalar(query)


def next_number(procedure: Procedure) -> int:
    """The number of the version that is being prepared, or would be."""
    query = select(func.max(R.number)).where(R.procedure_id == procedure.id, R.state == "published")
    return (db.session.scalar(query) or 0) + 1
