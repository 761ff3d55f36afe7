"""A notice that also goes out by mail: once, on its day, to everybody who follows the procedure. A correction is a new
notice."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler, emit
from participation.kernel.refusal import Conflict, Refused
from participation.notices.events import MailingOrdered, NoticeDue
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.notices.queries import key_of, number_of_readers, readers_of, subscriber
from participation.procedures.entries import Entry
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id

CHANGED = _l("Diese Mitteilung wurde inzwischen geändert. Bitte sehen Sie sich den neuen Stand an.")


def readers_of_notice(entry: Entry) -> int:
    """How many people would get it now."""
    return number_of_readers(entry.procedure_id, institutions=entry.audience == "institutions")


def order_mailing(procedure: Procedure, entry: Entry, *, version: int, actor_id: int | None = None) -> None:
    """Have a notice sent as soon as it is public. Raises Refused, and Conflict where it is not what was looked at."""
    db.session.refresh(entry, with_for_update=True)
    if entry.kind != "notice" or entry.publish_on is None:
        raise Refused(_l("Nur Mitteilungen mit einem Tag lassen sich per E-Mail senden."), status=422)
    if entry.mailed_at is not None:
        raise Conflict(_l("Diese Mitteilung ist schon gesendet. Für eine Berichtigung schreiben Sie eine neue."))
    if entry.version != version:
        raise Conflict(CHANGED)
    entry.by_mail = True
    _tell(procedure, entry, ordered=True, actor_id=actor_id)


def cancel_mailing(procedure: Procedure, entry: Entry, *, actor_id: int | None = None) -> None:
    """Not send it after all. Raises Conflict where it is on its way already."""
    db.session.refresh(entry, with_for_update=True)
    if entry.mailed_at is not None:
        raise Conflict(_l("Diese Mitteilung ist schon gesendet. Für eine Berichtigung schreiben Sie eine neue."))
    entry.by_mail = False
    _tell(procedure, entry, ordered=False, actor_id=actor_id)


def _tell(procedure: Procedure, entry: Entry, *, ordered: bool, actor_id: int | None) -> None:
    db.session.flush()
    emit(
        MailingOrdered(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            actor_id=actor_id,
            entry_id=entry.id,
            ordered=ordered,
        )
    )


def send_due_notices() -> int:
    """Hand over every notice that is public by now and was ordered by mail; each once."""
    due = select(Entry).where(Entry.by_mail.is_(True), Entry.mailed_at.is_(None), Entry.public_from <= now())
    found = list(db.session.scalars(due.order_by(Entry.id).with_for_update(skip_locked=True)))
    for entry in found:
        entry.mailed_at = now()
        emit(NoticeDue(tenant_id=entry.tenant_id, procedure_id=entry.procedure_id, entry_id=entry.id))
    return len(found)


def targets(delivery: Delivery) -> Iterable[str]:
    """Everybody who follows the whole procedure, or of them only public bodies."""
    entry = _entry(delivery)
    if entry is None:
        return []
    return readers_of(entry.procedure_id, institutions=entry.audience == "institutions")


def run(delivery: Delivery) -> Iterable[Effect]:
    """The notice to one reader; none where it was taken off again meanwhile."""
    entry, found = _entry(delivery), subscriber(delivery.target)
    procedure = procedure_by_id(delivery.event.procedure_id)
    if entry is None or found is None or procedure is None or not can_be_written_to(found[1]):
        return []
    subscription, person = found
    tenant, language, where = procedure.tenant, person.language, {"procedure": procedure.slug}
    mail = letter(
        delivery,
        "notice",
        to=person.email,
        language=language,
        tenant=tenant,
        procedure=procedure,
        entry=entry,
        url=link("procedures.show", tenant, language, **where),
        manage=link("subscriptions.mine", tenant, language, key=key_of(tenant.id, person.id)),
        unsubscribe=link("subscriptions.end", tenant, language, key=subscription.key, **where),
    )
    return [mail]


def _entry(delivery: Delivery) -> Entry | None:
    """The notice while it is public."""
    entry = db.session.get(Entry, delivery.event.entry_id)
    procedure = procedure_by_id(delivery.event.procedure_id)
    is_public = entry is not None and entry.public_from is not None and entry.public_from <= now()
    return entry if is_public and procedure is not None and procedure.visible_to == "public" else None


HANDLER = Handler(name="notices.notice", run=run, outside=True, targets=targets)
