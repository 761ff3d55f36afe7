"""Who listens to which event, and what comes again and again: put together from the rooms and the modules."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from participation.accounts.events import CHANGES_OF_ACCESS, PersonErased
from participation.contributions.carrying import carry_late
from participation.contributions.counters import watch_counters
from participation.documents.events import DraftPublished
from participation.evaluation import handlers as evaluation
from participation.evaluation.releasing import publish_due as publish_due_answers
from participation.evaluation.reminding import remind
from participation.kernel.db import transaction
from participation.kernel.erased import Erased, note_erased
from participation.kernel.events import Delivery, Effect, Event, Handler
from participation.kernel.forgetting import forget_due
from participation.kernel.heads import note_heads
from participation.kernel.orphans import sweep_files
from participation.kernel.outbox import Periodic
from participation.kernel.proof import forget_spent
from participation.kernel.seal import seal_events
from participation.kernel.uploads import forget_old_uploads
from participation.moderation.digest import send_due
from participation.notices import handlers as notices
from participation.notices.inactive import forget_unused
from participation.notices.newsletter import send_due_notices
from participation.notices.planning import plan_digests
from participation.openness.outputs import making as outputs
from participation.openness.outputs.services import forget_old_outputs, renew_offered
from participation.procedures import entries
from participation.procedures.advancing import tick
from participation.procedures.contact_data import forget_contacts
from participation.procedures.content import Part
from participation.registry import Registry
from participation.results.services import publish_due
from participation.search import handlers as search
from participation.web.security_log import note_fact


def _sweep(_delivery: Delivery) -> None:
    sweep_files()


def _note(delivery: Delivery) -> list[Effect]:
    erased = Erased(delivery.at, delivery.event.mark, delivery.event.withdrawn)
    return [partial(note_erased, erased)] if erased.mark else []


def _line(delivery: Delivery) -> list[Effect]:
    event = delivery.event
    return [partial(note_fact, event.name, delivery.at, person=event.person_id, by=event.actor_id or "-")]


SECURITY: dict[type[Event], tuple[Handler, ...]] = {
    event: (Handler(name="security.line", run=_line, outside=True),) for event in CHANGES_OF_ACCESS
}
FILES: dict[type[Event], tuple[Handler, ...]] = {
    PersonErased: (Handler(name="files.sweep", run=_sweep), Handler(name="erased.note", run=_note, outside=True))
}
TEXTS: dict[type[Event], tuple[Handler, ...]] = {
    DraftPublished: (Handler(name="contributions.carry_late", run=carry_late),)
}
ROOMS = (SECURITY, notices.HANDLERS, search.HANDLERS, evaluation.HANDLERS, outputs.HANDLERS, FILES, TEXTS)

PARTS: tuple[Part, ...] = (entries.PART,)  # what rooms keep with a procedure besides its formats


def handlers(registry: Registry) -> dict[type[Event], tuple[Handler, ...]]:
    """One table for the app: the rooms' reactions first, then the modules'."""
    table: dict[type[Event], tuple[Handler, ...]] = {}
    for group in (*ROOMS, *(module.handlers for module in registry)):
        for event, found in group.items():
            table[event] = table.get(event, ()) + found
    return table


def periodics() -> tuple[Periodic, ...]:
    """What the worker does again and again."""
    return (
        Periodic(name="tick", every=timedelta(minutes=1), run=_in_transaction(tick)),
        Periodic(name="notices", every=timedelta(minutes=1), run=_in_transaction(send_due_notices)),
        Periodic(name="digests", every=timedelta(minutes=10), run=_in_transaction(plan_digests)),
        Periodic(name="results", every=timedelta(minutes=5), run=_in_transaction(publish_due)),
        Periodic(name="answers", every=timedelta(minutes=5), run=_in_transaction(publish_due_answers)),
        Periodic(name="assignments", every=timedelta(hours=1), run=_in_transaction(remind)),
        Periodic(name="moderation", every=timedelta(minutes=10), run=_in_transaction(send_due)),
        Periodic(name="seal", every=timedelta(seconds=30), run=seal_events),
        Periodic(name="heads", every=timedelta(days=1), run=note_heads),
        Periodic(name="retention", every=timedelta(hours=1), run=_in_transaction(forget_due)),
        Periodic(name="contact_data", every=timedelta(hours=1), run=_in_transaction(forget_contacts)),
        Periodic(name="unused_accounts", every=timedelta(hours=1), run=_in_transaction(forget_unused)),
        Periodic(name="counters", every=timedelta(hours=24), run=watch_counters),
        Periodic(name="proofs", every=timedelta(hours=1), run=_in_transaction(forget_spent)),
        Periodic(name="uploads", every=timedelta(hours=6), run=_in_transaction(forget_old_uploads)),
        Periodic(name="outputs", every=timedelta(hours=1), run=forget_old_outputs),
        Periodic(name="offered_outputs", every=timedelta(minutes=5), run=_in_transaction(renew_offered)),
        Periodic(name="files", every=timedelta(hours=6), run=_in_transaction(sweep_files)),
    )


def _in_transaction(run: Callable[[], object]) -> Callable[[], None]:
    def do() -> None:
        with transaction():
            run()

    return do
