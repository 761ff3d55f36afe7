"""The worker makes a file: outside any transaction, from one moment of the database, never half.

The file is written beside the store and moved in whole. Each turn has a number: a worker that was thought dead and
comes back finds another turn begun, and throws its file away. Where a worker was killed, the lease of its delivery runs
out and the file is made from the beginning.
"""

import logging
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from participation.kernel.clock import now
from participation.kernel.db import db, ledger, transaction
from participation.kernel.events import Delivery, Effect, Event, Handler
from participation.kernel.files import StoredName, file_store
from participation.kernel.outbox import renew
from participation.kernel.refusal import Refused, Unknown
from participation.kernel.versions import version_of
from participation.openness.outputs.events import OutputRequested
from participation.openness.outputs.files import write_output
from participation.openness.outputs.kinds import KEPT, TRIES, passes
from participation.openness.outputs.models import Output
from participation.openness.outputs.scope import Scope
from participation.openness.outputs.services import OFFERING, UNDER_WAY, fail
from participation.openness.sheets import SheetFull
from participation.procedures.queries import procedure_by_id
from participation.results.container import hash_of
from participation.results.freezing import at_one_moment
from participation.results.store import keep, workplace

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between two notes of the progress
BROKEN = _l(
    "Die Datei ließ sich nicht erstellen. Die Daten sind unverändert. Versuchen Sie es noch einmal, "
    "oder wenden Sie sich an den Betrieb."
)
FULL = _l("Die Tabelle hat mehr Zeilen, als eine XLSX-Datei fasst. Bitte nehmen Sie CSV oder JSON.")
NO_SPACE = _l("Auf dem Speicher ist nicht genug Platz für die Datei. Bitte wenden Sie sich an den Betrieb.")


def _run(delivery: Delivery) -> Iterable[Effect]:
    return [partial(make, delivery.event.output_id, delivery.id)]


def make(output_id: int, delivery_id: int | None = None) -> None:
    """Make the file of an output, once; one that has ended already stays as it is. Errors come again, three times."""
    turn = _begin(output_id)
    if turn == 0:
        return
    try:
        _finish(output_id, turn, *_write(output_id, delivery_id))
    except Refused as refused:
        _give_up(output_id, turn, refused.sentence)
    except SheetFull:
        _give_up(output_id, turn, FULL)
    except Exception as error:
        db.session.rollback()
        log.exception("output %s failed at try %s", output_id, turn)
        if turn >= TRIES or isinstance(error, OSError):
            _give_up(output_id, turn, NO_SPACE if _is_disk_full(error) else BROKEN)
        else:
            _wait(output_id, turn)
            raise


def _begin(output_id: int) -> int:
    """The number of this turn; 0 where there is nothing to do any more."""
    with transaction():
        output = db.session.get(Output, output_id, with_for_update=True)
        if output is None or output.state not in UNDER_WAY:
            return 0
        if output.attempts >= TRIES:
            fail(output, BROKEN)  # the worker was killed each time, whatever killed it
            return 0
        output.attempts += 1
        output.state, output.started_at, output.done = "running", now(), 0
        return output.attempts


def _write(output_id: int, delivery_id: int | None) -> tuple[StoredName, int, str, int]:
    output = db.session.get_one(Output, output_id)
    kind, format_, names = output.kind, output.format, output.names
    procedure = procedure_by_id(output.procedure_id)
    if procedure is None:
        raise Unknown
    procedure = at_one_moment(procedure)
    seen, progress = version_of(f"procedure:{procedure.id}"), _Progress(output_id, delivery_id)
    scope = Scope(procedure=procedure, names=names, tell=progress)
    progress.total = scope.count() * passes(kind, format_, names)
    progress.note()
    with workplace() as place:
        target = place / f"output.{format_}"
        write_output(target, scope, kind, format_)
        db.session.rollback()
        return (*_kept(target), seen)


def _kept(target: Path) -> tuple[StoredName, int, str]:
    size, digest = target.stat().st_size, hash_of(target)
    return keep(target), size, digest


class _Progress:
    """Notes how far it is in a book of its own, and that the work still goes on."""

    def __init__(self, output_id: int, delivery_id: int | None) -> None:
        self.output_id, self.delivery_id = output_id, delivery_id
        self.done = self.total = 0
        self.noted = 0.0

    def __call__(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.noted >= EVERY:
            self.note()

    def note(self) -> None:
        """Write it down."""
        self.noted = time.monotonic()
        values = {"done": self.done, "total": self.total}
        with ledger() as connection:
            connection.execute(update(Output).where(Output.id == self.output_id).values(**values))
        if self.delivery_id is not None:
            renew(self.delivery_id)


def _finish(output_id: int, turn: int, stored_name: StoredName, size: int, digest: str, seen: int) -> None:
    with transaction():
        output = db.session.get(Output, output_id, with_for_update=True)
        mine = output is not None and output.state == "running" and output.attempts == turn
        if mine and output is not None:
            output.state, output.finished_at, output.done = "done", now(), output.total
            output.stored_name, output.size, output.hash, output.seen = stored_name, size, digest, seen
            output.expires_at = None if output.offered else now() + KEPT
    if not mine:
        file_store().delete(stored_name)


def _give_up(output_id: int, turn: int, sentence: object) -> None:
    db.session.rollback()
    with transaction():
        output = db.session.get(Output, output_id, with_for_update=True)
        if output is not None and output.attempts == turn and output.state == "running":
            fail(output, sentence)


def _wait(output_id: int, turn: int) -> None:
    """The outbox tries again in a minute."""
    with transaction():
        values = {"state": "waiting"}
        db.session.execute(update(Output).where(Output.id == output_id, Output.attempts == turn).values(**values))


def _is_disk_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == 28  # ENOSPC


HANDLERS: dict[type[Event], tuple[Handler, ...]] = {
    OutputRequested: (Handler(name="outputs.make", run=_run, outside=True, long=True),),
    **OFFERING,
}
