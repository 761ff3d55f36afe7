"""Who listens to which event, and what comes again and again: put together from the rooms and the modules."""

from collections.abc import Callable
from datetime import timedelta

from participation.accounts.api_tokens import forget_old_tokens_of_programs
from participation.accounts.events import PersonErased
from participation.accounts.sessions import forget_old_sessions
from participation.accounts.tokens import forget_old_tokens
from participation.contributions.carrying import carry_late
from participation.contributions.drafts import forget_old_drafts
from participation.documents.events import DraftPublished
from participation.evaluation import handlers as evaluation
from participation.evaluation.releasing import publish_due as publish_due_answers
from participation.evaluation.reminding import remind
from participation.kernel.db import transaction
from participation.kernel.events import Delivery, Event, Handler
from participation.kernel.limits import forget_old_limits
from participation.kernel.orphans import sweep_files
from participation.kernel.outbox import Periodic
from participation.kernel.proof import forget_spent
from participation.kernel.seal import seal_events
from participation.kernel.uploads import forget_old_uploads
from participation.moderation.digest import send_due
from participation.notices import handlers as notices
from participation.notices.mailings import forget_old_mailings
from participation.notices.newsletter import send_due_notices
from participation.notices.planning import plan_digests
from participation.openness.outputs import making as outputs
from participation.openness.outputs.services import forget_old_outputs, renew_offered
from participation.procedures import entries
from participation.procedures.advancing import tick
from participation.procedures.content import Part
from participation.procedures.guests import forget_old_guest_sessions
from participation.registry import Registry
from participation.results.services import publish_due
from participation.search import handlers as search


def _sweep(_delivery: Delivery) -> None:
    sweep_files()


FILES: dict[type[Event], tuple[Handler, ...]] = {PersonErased: (Handler(name="files.sweep", run=_sweep),)}
TEXTS: dict[type[Event], tuple[Handler, ...]] = {
    DraftPublished: (Handler(name="contributions.carry_late", run=carry_late),)
}
ROOMS = (notices.HANDLERS, search.HANDLERS, evaluation.HANDLERS, outputs.HANDLERS, FILES, TEXTS)

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
        Periodic(name="mailings", every=timedelta(hours=6), run=_in_transaction(forget_old_mailings)),
        Periodic(name="results", every=timedelta(minutes=5), run=_in_transaction(publish_due)),
        Periodic(name="answers", every=timedelta(minutes=5), run=_in_transaction(publish_due_answers)),
        Periodic(name="assignments", every=timedelta(hours=1), run=_in_transaction(remind)),
        Periodic(name="moderation", every=timedelta(minutes=10), run=_in_transaction(send_due)),
        Periodic(name="seal", every=timedelta(seconds=30), run=seal_events),
        Periodic(name="limits", every=timedelta(hours=1), run=forget_old_limits),
        Periodic(name="sessions", every=timedelta(hours=1), run=_in_transaction(forget_old_sessions)),
        Periodic(name="guests", every=timedelta(hours=1), run=_in_transaction(forget_old_guest_sessions)),
        Periodic(name="proofs", every=timedelta(hours=1), run=_in_transaction(forget_spent)),
        Periodic(name="tokens", every=timedelta(hours=6), run=_in_transaction(forget_old_tokens)),
        Periodic(name="api_tokens", every=timedelta(hours=6), run=_in_transaction(forget_old_tokens_of_programs)),
        Periodic(name="drafts", every=timedelta(hours=6), run=_in_transaction(forget_old_drafts)),
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
