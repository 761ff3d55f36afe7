"""Reading outputs: what was asked for in a procedure, and what everybody is offered."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.versions import version_of
from participation.openness.outputs.models import Output

SHOWN = 30
O = Output  # noqa: E741 - the table


class Row(NamedTuple):
    """An output in the list."""

    id: int
    kind: str
    format: str
    names: str
    reason: str
    state: str
    asked_by: str | None
    asked_at: datetime
    done: int
    total: int
    finished_at: datetime | None
    sentence: str
    size: int
    hash: str
    expires_at: datetime | None
    offered: bool

    @property
    def is_under_way(self) -> bool:
        """Whether the page should look again soon."""
        return self.state in ("waiting", "running")

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def is_there(self) -> bool:
        """Whether the file can be taken."""
        return self.state == "done" and (self.expires_at is None or self.expires_at > now())


class Offered(NamedTuple):
    """A public file beside the result."""

    id: int
    format: str
    size: int
    stored_name: str
    hash: str


def outputs_of(procedure_id: int) -> list[Row]:
    """The newest outputs of a procedure, with who asked; one query."""
    query = (
        select(
            O.id, O.kind, O.format, O.names, O.reason, O.state, Person.display_name, O.asked_at, O.done, O.total,
            O.finished_at, O.sentence, O.size, O.hash, O.expires_at, O.offered,
        )
        .outerjoin(Person, Person.id == O.asked_by_id)
        .where(O.procedure_id == procedure_id)
        .order_by(O.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return [Row._make(row) for row in db.session.execute(query)]


def output_in(procedure_id: int, output_id: int) -> Output | None:
    """An output of a procedure by its number."""
    return db.session.scalar(select(O).where(O.procedure_id == procedure_id, O.id == output_id))


def offered_in(procedure_id: int) -> list[Offered]:
    """The public files that are true now: nothing that everybody reads has changed since they were made."""
    columns = (O.id, O.format, O.size, O.stored_name, O.hash, O.seen)
    query = select(*columns).where(O.procedure_id == procedure_id, O.offered, O.state == "done")
    rows = db.session.execute(query.order_by(O.format.desc())).all()
    number = version_of(f"procedure:{procedure_id}") if rows else 0
    return [Offered._make(row[:5]) for row in rows if row.seen == number and row.stored_name]


def reasons_of_outputs(output_ids: Collection[int]) -> dict[int, str]:
    """Why names left the platform, by output; one query, none for none."""
    if not output_ids:
        return {}
    return dict(db.session.execute(select(O.id, O.reason).where(O.id.in_(output_ids))).all())
