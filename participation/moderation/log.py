"""The log of moderation: what was decided, why, and by whom as long as the account exists. It outlives accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.moderation.desk import Desk
from participation.moderation.models import ModerationAct
from participation.moderation.reasons import REASONS

ACTS = (
    "publish", "hide", "restore", "close_reports", "redact", "lift", "escalate", "merge", "split", "move",
    "categorise", "relocate", "mark", "unmark",
)  # fmt: skip
PAGE = 50
AT_ONCE = 500
C, M = Contribution, ModerationAct


class Line(NamedTuple):
    """One act. Without an actor the account is gone; that moderation acted stays."""

    id: int
    at: datetime
    act: str
    reason: str
    sentence: str
    reference: str
    procedure: str
    actor: str | None
    undone_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What of the log is looked at; an odd value counts as none."""

    act: str = ""
    reason: str = ""
    reference: str = ""

    @classmethod
    def of(cls, act: str, reason: str, reference: str) -> "Chosen":
        """From an address."""
        return cls(
            act=act if act in ACTS else "", reason=reason if reason in REASONS else "", reference=reference.strip()[:20]
        )


def log_page(desk: Desk, chosen: Chosen, *, after: int | None = None) -> tuple[list[Line], int | None]:
    """The newest acts at a desk, 50 a page, and the key of the next one; one query."""
    rows = [_line(desk, row) for row in db.session.execute(_query(desk, chosen, after).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def whole_log(desk: Desk, chosen: Chosen) -> Iterator[Line]:
    """All of them, newest first, read some hundred at a time."""
    after = None
    while rows := [_line(desk, row) for row in db.session.execute(_query(desk, chosen, after).limit(AT_ONCE))]:
        yield from rows
        after = rows[-1].id


def _query(desk: Desk, chosen: Chosen, after: int | None) -> Any:
    columns = (M.id, M.at, M.act, M.reason, M.sentence, C.reference, C.procedure_id, Person.display_name, M.undone_at)
    query: Any = (
        select(*columns)
        .join(C, C.id == M.contribution_id)
        .outerjoin(Person, Person.id == M.actor_id)
        .where(M.tenant_id == desk.tenant_id, desk.covers())
    )
    query = query.where(M.act == chosen.act) if chosen.act else query
    query = query.where(M.reason == chosen.reason) if chosen.reason else query
    query = query.where(C.reference == chosen.reference.upper()) if chosen.reference else query
    query = query.where(M.id < after) if after is not None else query
    return query.order_by(M.id.desc())


def _line(desk: Desk, row: Any) -> Line:
    id_, at, act, reason, sentence, reference, procedure_id, actor, undone_at = row
    title = desk.procedures[procedure_id].title
    return Line(id_, at, act, reason, sentence, reference, title, actor, undone_at)
