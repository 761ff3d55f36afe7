"""What became of each mail about a procedure: written down before it is handed over, and after.

A mail that was handed over is not sent again, whatever happens to the worker. One that was being handed over when the
worker was killed may have arrived: where it went to many (it can be ended with one click) it is not sent again by
itself, staff see it as unclear; a receipt or an answer goes out again with the same Message-ID.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import insert, select, update

from participation.accounts.queries import person_by_email
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import Delivery, Final
from participation.kernel.mail import Undeliverable, answer_of
from participation.notices.models import Mailing
from participation.procedures.models import Procedure

KEPT = timedelta(days=90)


class Interrupted(Final):
    """The worker was killed while this mail was handed over; nobody knows whether it arrived."""


class Note(NamedTuple):
    """What is written down of a mail: one row for each procedure it is about, none for mails about accounts."""

    delivery_id: int
    purpose: str
    procedure_ids: Collection[int]
    person_id: int | None
    contribution_id: int | None
    recipient: str
    to_many: bool


def note_for(
    delivery: Delivery, to: str, *, procedure_ids: Collection[int], contribution_id: int | None, to_many: bool
) -> Note:
    """What to write down of a mail that a handler composes; reads whose address it is."""
    person = person_by_email(to) if procedure_ids else None
    purpose = delivery.handler.removeprefix("notices.")
    owner = person.id if person else None
    return Note(delivery.id, purpose, procedure_ids, owner, contribution_id, shortened(to), to_many)


def shortened(email: str) -> str:
    """Enough of an address to recognise one's own: "an…@beispiel.de"."""
    name, _, host = email.rpartition("@")
    return f"{name[:2] if len(name) > 2 else name[:1]}…@{host}"


def hand_over(note: Note, send: Callable[[], object]) -> None:
    """Send a mail, and write down how that went. Raises what `send` raises, and Interrupted."""
    if not note.procedure_ids:
        send()
        return
    if not _begin(note):
        return
    try:
        send()
    except Exception as error:
        _end(note, "failed" if isinstance(error, Undeliverable) else "waiting", answer_of(error))
        raise
    _end(note, "sent")


def _begin(note: Note) -> bool:
    """Whether the mail is to be sent now. Raises Interrupted."""
    mine = Mailing.delivery_id == note.delivery_id
    with transaction():
        before = db.session.scalars(select(Mailing.state).where(mine)).first()
        if before is None:
            _write(note)
        elif before == "sending" and note.to_many:
            db.session.execute(update(Mailing).where(mine).values(state="unclear"))
        elif before != "sent":
            again = {"state": "sending", "attempts": Mailing.attempts + 1, "tried_at": now()}
            db.session.execute(update(Mailing).where(mine).values(**again))
    if before == "sending" and note.to_many:
        raise Interrupted
    return before != "sent"


def _write(note: Note) -> None:
    """One row for each procedure that is still there."""
    found = db.session.execute(
        select(Procedure.tenant_id, Procedure.id).where(Procedure.id.in_(note.procedure_ids))
    ).all()
    common = note._asdict()
    for name in ("procedure_ids", "to_many"):
        common.pop(name)
    values = [
        common | {"tenant_id": tenant, "procedure_id": number, "state": "sending", "attempts": 1, "tried_at": now()}
        for tenant, number in found
    ]
    if values:
        db.session.execute(insert(Mailing), values)


def _end(note: Note, state: str, answer: str = "") -> None:
    with transaction():
        values = {"state": state, "answer": answer, "sent_at": now() if state == "sent" else None}
        db.session.execute(update(Mailing).where(Mailing.delivery_id == note.delivery_id).values(**values))
