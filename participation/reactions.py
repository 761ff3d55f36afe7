"""Who listens to which event, and what comes again and again: put together from the rooms and the modules."""

from collections.abc import Callable
from datetime import timedelta

from participation.accounts.events import PersonErased
from participation.accounts.sessions import forget_old_sessions
from participation.accounts.tokens import forget_old_tokens
from participation.contributions.drafts import forget_old_drafts
from participation.kernel.db import transaction
from participation.kernel.events import Delivery, Event, Handler
from participation.kernel.limits import forget_old_limits
from participation.kernel.orphans import sweep_files
from participation.kernel.outbox import Periodic
from participation.kernel.seal import seal_events
from participation.notices import handlers as notices
from participation.procedures.advancing import tick
from participation.registry import Registry
from participation.search import handlers as search


def _sweep(_delivery: Delivery) -> None:
    sweep_files()


FILES: dict[type[Event], tuple[Handler, ...]] = {PersonErased: (Handler(name="files.sweep", run=_sweep),)}
ROOMS = (notices.HANDLERS, search.HANDLERS, FILES)


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
        Periodic(name="seal", every=timedelta(seconds=30), run=seal_events),
        Periodic(name="limits", every=timedelta(hours=1), run=forget_old_limits),
        Periodic(name="sessions", every=timedelta(hours=1), run=_in_transaction(forget_old_sessions)),
        Periodic(name="tokens", every=timedelta(hours=6), run=_in_transaction(forget_old_tokens)),
        Periodic(name="drafts", every=timedelta(hours=6), run=_in_transaction(forget_old_drafts)),
        Periodic(name="files", every=timedelta(hours=6), run=_in_transaction(sweep_files)),
    )


def _in_transaction(run: Callable[[], object]) -> Callable[[], None]:
    def do() -> None:
        with transaction():
            run()

    return do
