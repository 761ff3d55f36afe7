"""A threat or a cry for help: hidden, preserved and given on in one step; every look at the copy is told."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.moderation.acts import Seen, Verdict, carry_out, hold, tell
from participation.moderation.desk import Desk
from participation.moderation.events import ContributionEscalated, EscalationClosed, EscalationOpened
from participation.moderation.models import Escalation
from participation.moderation.queries import reports_on, surroundings
from participation.moderation.reasons import checked_note
from participation.moderation.redaction import as_written

KINDS = ("threat", "help")
PAGE = 50
ESCALATE = Verdict(act="escalate", states=("published", "pending", "hidden"), target="hidden", undo=timedelta(0))


class EscalationRow(NamedTuple):
    """An escalation in a list, without the words."""

    id: int
    reference: str
    procedure_id: int
    kind: str
    at: datetime
    opened_by: str | None
    closed_at: datetime | None


def escalate(contribution: Contribution, *, actor_id: int, seen: Seen, kind: str, note: str = "") -> Escalation:
    """Hide at once, keep what was written as it stands, tell those the authority named. Raises Invalid, Conflict.

    The author is told nothing by mail: those who are called decide how to speak with them.
    """
    if kind not in KINDS:
        raise Invalid(_l("Bitte wählen Sie, worum es geht."), field="kind")
    note = checked_note(note, "note")
    hold(contribution, seen, ESCALATE)
    copy = _preserved(contribution)
    act = carry_out([contribution], ESCALATE, actor_id=actor_id)[0]
    row = Escalation(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        kind=kind,
        note=note,
        copy=copy,
        at=act.at,
        opened_by_id=actor_id,
    )
    db.session.add(row)
    db.session.flush()
    tell(ContributionEscalated, contribution, act, escalation_id=row.id)
    return row


def _preserved(contribution: Contribution) -> dict[str, Any]:
    """The words, and what stood around them, as plain values."""
    around = surroundings(contribution)
    return {
        "reference": contribution.reference,
        "title": contribution.title,
        "text": as_written(contribution),
        "state": contribution.state,
        "version": contribution.versions,
        "received_at": contribution.received_at.isoformat(),
        "edited_at": contribution.edited_at.isoformat() if contribution.edited_at else None,
        "author": around.author.pseudonym,
        "organisation": around.author.organisation_name,
        "identity": contribution.identity,
        "activity": around.activity,
        "place": contribution.place,
        "quote": around.quote,
        "answers": around.parent_reference,
        "answers_author": around.parent_author,
        "answers_text": around.parent_text,
        "reports": [
            {"reason": row.reason, "note": row.note, "at": row.at.isoformat()} for row in reports_on(contribution.id)
        ],
    }


def escalation_at(desk: Desk, number: int) -> Escalation:
    """An escalation of the desk. Raises Unknown for every other."""
    query = select(Escalation).join(Contribution, Contribution.id == Escalation.contribution_id)
    found = db.session.scalar(query.where(Escalation.id == number, desk.covers()))
    if found is None:
        raise Unknown
    return found


def open_copy(escalation: Escalation, *, actor_id: int) -> dict[str, Any]:
    """The preserved copy; that somebody looked is written into the log."""
    emit(EscalationOpened(tenant_id=escalation.tenant_id, actor_id=actor_id, escalation_id=escalation.id))
    return escalation.copy


def close_escalation(escalation: Escalation, *, actor_id: int, note: str) -> None:
    """Say what was done. Raises Invalid without a note, Conflict when it is closed."""
    note = checked_note(note, "note", required=_l("Bitte schreiben Sie, was veranlasst wurde."))
    db.session.refresh(escalation, with_for_update=True)
    if escalation.closed_at is not None:
        raise Conflict(_l("Jemand anderes hat das schon abgeschlossen."))
    escalation.closed_at, escalation.closed_by_id, escalation.closing_note = now(), actor_id, note
    emit(EscalationClosed(tenant_id=escalation.tenant_id, actor_id=actor_id, escalation_id=escalation.id))


def escalations(desk: Desk, *, after: int | None = None) -> tuple[list[EscalationRow], int | None]:
    """The escalations of a desk, newest first, a page of 50; open ones are marked by their missing end."""
    E = Escalation  # noqa: N806
    columns = (E.id, Contribution.reference, Contribution.procedure_id, E.kind, E.at, Person.display_name, E.closed_at)
    query = (
        select(*columns)
        .join(Contribution, Contribution.id == E.contribution_id)
        .outerjoin(Person, Person.id == E.opened_by_id)
        .where(desk.covers())
    )
    query = query.where(E.id < after) if after is not None else query
    rows = [EscalationRow(*row) for row in db.session.execute(query.order_by(E.id.desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
