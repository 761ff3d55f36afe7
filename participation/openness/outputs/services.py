"""Asking for outputs, taking them away, and letting them go. The file itself is made by the worker (`making`)."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Text, cast, func, literal, select

from participation.accounts.events import PersonErased
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import Delivery, Event, Handler, emit
from participation.kernel.files import file_store
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import normalise_name
from participation.kernel.versions import ScopeVersion
from participation.openness.outputs.events import OutputFailed, OutputFetched, OutputRequested
from participation.openness.outputs.kinds import KINDS, REASON, checked, require_room
from participation.openness.outputs.models import Output
from participation.openness.outputs.scope import Scope
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id
from participation.results.events import ResultPublished

OFFERED = (("synopsis", "pdf"), ("synopsis", "docx"))  # beside a published result, for everybody
UNDER_WAY = ("waiting", "running")
SHORTEST = 8  # characters of a reason
REASON_NEEDED = _l("Bitte schreiben Sie, wozu die Angaben gebraucht werden. Es steht im Protokoll.")
GONE = _l("Diese Datei gibt es nicht mehr. Bitte fordern Sie die Ausgabe neu an.")


def request_output(
    procedure: Procedure, *, kind: str, format_: str, names: str, actor_id: int | None, reason: str = ""
) -> Output:
    """Ask for a file; the same one that is under way for the same person is not made twice. Raises Invalid, Refused."""
    checked(kind, format_, names)
    reason = normalise_name(reason)
    if names == "names" and len(reason) < SHORTEST:
        raise Invalid(REASON_NEEDED, field="reason")
    if len(reason) > REASON:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=REASON), field="reason")
    require_room(format_, Scope(procedure=procedure, names=names).count())
    same = {"procedure_id": procedure.id, "kind": kind, "format": format_, "names": names, "asked_by_id": actor_id}
    under_way = select(Output).filter_by(**same).where(Output.state.in_(UNDER_WAY), ~Output.offered)
    return db.session.scalar(under_way.limit(1)) or _new(procedure, same, reason)


def _new(procedure: Procedure, values: dict[str, Any], reason: str = "", *, offered: bool = False) -> Output:
    output = Output(tenant_id=procedure.tenant_id, reason=reason, asked_at=now(), offered=offered, **values)
    output.state = "waiting"
    db.session.add(output)
    db.session.flush()
    tell(OutputRequested, output, output.asked_by_id)
    return output


def tell(event: type[Event], output: Output, actor_id: int | None) -> None:
    """Write a fact about an output into the log."""
    where = {"tenant_id": output.tenant_id, "procedure_id": output.procedure_id, "actor_id": actor_id}
    what = {"output_id": output.id, "kind": output.kind, "format": output.format, "names": output.names}
    emit(event(**where, **what))  # type: ignore[arg-type]


def try_again(output: Output, *, actor_id: int) -> None:
    """Make a file that failed after all. Raises Conflict where it did not fail."""
    db.session.refresh(output, with_for_update=True)
    if output.state != "failed":
        raise Conflict(_l("Diese Ausgabe läuft schon wieder."))
    output.state, output.attempts, output.done, output.sentence = "waiting", 0, 0, ""
    output.finished_at = None
    db.session.flush()
    tell(OutputRequested, output, actor_id)


def fetch(output: Output, *, actor_id: int) -> str:
    """Note that somebody takes the file away, before it leaves. Returns where it lies. Raises Refused."""
    db.session.refresh(output, with_for_update=True)
    if output.state != "done" or output.stored_name is None or _is_over(output):
        raise Refused(GONE, status=410)
    tell(OutputFetched, output, actor_id)
    return output.stored_name


def _is_over(output: Output) -> bool:
    return output.expires_at is not None and output.expires_at <= now()


def discard(output: Output) -> None:
    """Remove the file before its time; the row stays and tells who took it."""
    db.session.refresh(output, with_for_update=True)
    if output.state in UNDER_WAY:
        raise Conflict(_l("Diese Ausgabe wird gerade erstellt."))
    output.state, output.stored_name = "expired", None


def fail(output: Output, sentence: Any) -> None:
    """The end of an output that cannot be made."""
    output.state, output.finished_at, output.sentence = "failed", now(), str(sentence)
    tell(OutputFailed, output, output.asked_by_id)


def forget_old_outputs() -> int:
    """Remove the files whose time is over, at once. Returns how many."""
    with transaction():
        query = select(Output).where(Output.state == "done", Output.expires_at <= now()).with_for_update()
        over = list(db.session.scalars(query))
        names = [output.stored_name for output in over if output.stored_name]
        for output in over:
            output.state, output.stored_name = "expired", None
    for name in names:
        file_store().delete(name)
    return len(names)


def _offer(delivery: Delivery) -> None:
    """With a published result its synopsis is made for everybody."""
    procedure = procedure_by_id(delivery.event.procedure_id)
    if procedure is not None and procedure.visible_to == "public":
        for kind, format_ in OFFERED:
            offer(procedure, kind, format_)


def offer(procedure: Procedure, kind: str, format_: str) -> None:
    """Make a public file anew; nobody is offered the one before any more."""
    assert "public" in KINDS[kind].names
    same = {"procedure_id": procedure.id, "kind": kind, "format": format_, "names": "public"}
    for older in db.session.scalars(select(Output).filter_by(**same).where(Output.offered)):
        older.offered = False
        if older.state == "done":
            older.expires_at = now()
    _new(procedure, same | {"asked_by_id": None}, offered=True)


def renew_offered() -> int:
    """Make public files anew where what everybody may read has changed since. Returns how many."""
    scope = literal("procedure:") + cast(Output.procedure_id, Text)
    query = select(Output).outerjoin(ScopeVersion, ScopeVersion.scope == scope)
    stale = query.where(Output.offered, Output.state == "done", Output.finished_at < now() - CALM)
    found = db.session.scalars(stale.where(func.coalesce(ScopeVersion.number, 0) != Output.seen)).all()
    for output in found:
        procedure = procedure_by_id(output.procedure_id)
        assert procedure is not None, "an output goes with its procedure"
        offer(procedure, output.kind, output.format)
    return len(found)


def _forget_stale(_delivery: Delivery) -> None:
    """Somebody was erased: what was made before and no longer says what the pages say goes at once."""
    scope = literal("procedure:") + cast(Output.procedure_id, Text)
    query = select(Output).outerjoin(ScopeVersion, ScopeVersion.scope == scope).where(Output.state == "done")
    for output in db.session.scalars(query.where(func.coalesce(ScopeVersion.number, 0) != Output.seen)):
        output.state, output.stored_name = "expired", None
        if output.offered:
            procedure = procedure_by_id(output.procedure_id)
            assert procedure is not None, "an output goes with its procedure"
            offer(procedure, output.kind, output.format)


CALM = timedelta(minutes=5)  # somebody who works through many contributions causes one new file, not hundreds
OFFERING: dict[type[Event], tuple[Handler, ...]] = {
    ResultPublished: (Handler(name="outputs.offer", run=_offer),),
    PersonErased: (Handler(name="outputs.erased", run=_forget_stale),),
}
