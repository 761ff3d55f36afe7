"""Contents of a procedure besides its formats: notices, questions with answers, documents. One table, three kinds."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint, false, func, select
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now, start_of_day, today
from participation.kernel.db import Base, db, owned_by
from participation.kernel.events import emit
from participation.kernel.files import UnknownFile, file_store
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import normalise, render_rich
from participation.procedures.content import Part
from participation.procedures.events import EntryChanged
from participation.procedures.models import Procedure
from participation.procedures.services import note_change

KINDS = ("notice", "question", "document")
AUDIENCES = ("both", "public", "institutions")
LONGEST_TITLE, LONGEST = 200, 20_000  # characters
CHANGED = _l(
    "Jemand anderes hat diesen Eintrag inzwischen geändert. Unten stehen beide Fassungen. Nichts ist verloren."
)


class Entry(Base):
    """A notice, a question with its answer, or a document; public from its day on, for those it is meant for."""

    __tablename__ = "procedure_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(None, "procedure_id", "kind", "position"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="both")
    publish_on: Mapped[date | None]  # None: not yet decided, so only staff see it
    public_from: Mapped[datetime | None]  # the instant at which it is (or was) new: its day, or later that day
    by_mail: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # also to subscribers
    mailed_at: Mapped[datetime | None]  # once: a correction is a new notice
    position: Mapped[int] = mapped_column(default=0)
    stored_name: Mapped[str | None]
    file_name: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)


class StoredFile(NamedTuple):
    """A file that lies in the store already."""

    stored_name: str
    file_name: str
    media_type: str
    size: int


class Fields(NamedTuple):
    """What staff say of an entry."""

    title: str
    source: str
    audience: str
    publish_on: date | None


def add_entry(
    procedure: Procedure, kind: str, fields: Fields, *, file: StoredFile | None = None, actor_id: int | None = None
) -> Entry:
    """Add an entry at the end of its kind. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid(_l("Diese Art von Eintrag gibt es nicht."))
    if kind == "document" and file is None:
        raise Invalid(_l("Bitte wählen Sie eine Datei."), field="file")
    last = select(func.max(Entry.position)).where(Entry.procedure_id == procedure.id, Entry.kind == kind)
    entry = Entry(
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        kind=kind,
        position=(db.session.scalar(last) or 0) + 1,
        version=0,
    )
    _set(entry, fields, file, actor_id)
    db.session.add(entry)
    _tell(procedure, entry, "added", actor_id)
    return entry


def change_entry(
    procedure: Procedure,
    entry: Entry,
    fields: Fields,
    *,
    version: int,
    file: StoredFile | None = None,
    actor_id: int | None = None,
) -> None:
    """Change an entry on top of the version that was read. Raises Invalid, Conflict, and Refused while LP-10 holds."""
    db.session.refresh(entry, with_for_update=True)
    if entry.version != version:
        raise Conflict(CHANGED)
    if file is not None:
        _require_replaceable(procedure, entry)
    _set(entry, fields, file, actor_id)
    _tell(procedure, entry, "changed", actor_id)


def remove_entry(procedure: Procedure, entry: Entry, *, actor_id: int | None = None) -> None:
    """Take an entry away; its file is swept. Raises Refused for a document that lies open in a statutory period."""
    if entry.kind == "document":
        _require_replaceable(procedure, entry)
    db.session.delete(entry)
    _tell(procedure, entry, "removed", actor_id)


def move_entry(procedure: Procedure, entry: Entry, *, up: bool) -> None:
    """Swap an entry with its neighbour; at the edge nothing happens."""
    beside = select(Entry).where(Entry.procedure_id == procedure.id, Entry.kind == entry.kind)
    if up:
        query = beside.where(Entry.position < entry.position).order_by(Entry.position.desc())
    else:
        query = beside.where(Entry.position > entry.position).order_by(Entry.position)
    other = db.session.scalar(query.limit(1))
    if other is not None:
        entry.position, other.position = other.position, entry.position
        note_change(procedure)


def entries_of(procedure: Procedure) -> list[Entry]:
    """Everything staff prepared, by kind and order; notices the newest first. One query."""
    query = select(Entry).where(Entry.procedure_id == procedure.id).order_by(Entry.kind, Entry.position, Entry.id)
    return _newest_notices_first(list(db.session.scalars(query)))


def public_entries(procedure: Procedure, *, institution: bool, on: date | None = None) -> list[Entry]:
    """What somebody sees today: published by now, and meant for them. One query."""
    audiences = AUDIENCES if institution else ("both", "public")
    query = select(Entry).where(
        Entry.procedure_id == procedure.id, Entry.publish_on <= (on or today()), Entry.audience.in_(audiences)
    )
    return _newest_notices_first(list(db.session.scalars(query.order_by(Entry.kind, Entry.position, Entry.id))))


def entry_in(procedure: Procedure, number: int) -> Entry | None:
    """An entry of a procedure by its number."""
    return db.session.scalar(select(Entry).where(Entry.procedure_id == procedure.id, Entry.id == number))


def _newest_notices_first(found: list[Entry]) -> list[Entry]:
    notices = [entry for entry in found if entry.kind == "notice"]
    notices.sort(key=lambda entry: (entry.publish_on or date.max, entry.id), reverse=True)
    return notices + [entry for entry in found if entry.kind != "notice"]


def _set(entry: Entry, fields: Fields, file: StoredFile | None, actor_id: int | None) -> None:
    title, source = normalise(fields.title).strip(), normalise(fields.source).strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(
            _l("Bitte schreiben Sie einen Titel mit höchstens %(most)s Zeichen.", most=LONGEST_TITLE), field="title"
        )
    if len(source) > LONGEST:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST), field="source")
    if entry.kind != "document" and not source:
        raise Invalid(_l("Bitte schreiben Sie einen Text."), field="source")
    if fields.audience not in AUDIENCES:
        raise Invalid(_l("Bitte wählen Sie, für wen der Eintrag ist."), field="audience")
    entry.title, entry.source, entry.html = title, source, render_rich(source)
    if entry.publish_on != fields.publish_on:
        entry.public_from = max(start_of_day(fields.publish_on), now()) if fields.publish_on else None
    entry.audience, entry.publish_on = fields.audience, fields.publish_on
    if file is not None:
        entry.stored_name, entry.file_name, entry.media_type, entry.size = file
    entry.changed_at, entry.changed_by_id, entry.version = now(), actor_id, (entry.version or 0) + 1


def _require_replaceable(procedure: Procedure, entry: Entry) -> None:
    """While a statutory period runs, what lies open stays as it is (LP-10)."""
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    if (
        entry.kind == "document"
        and entry.publish_on is not None
        and any(phase.statutory and phase.is_on(now()) for phase in phases)
    ):
        raise Invalid(_l("Eine gesetzliche Frist läuft. Darum bleibt dieses Dokument, wie es ist."), field="file")


def _tell(procedure: Procedure, entry: Entry, act: str, actor_id: int | None) -> None:
    db.session.flush()
    note_change(procedure)
    emit(
        EntryChanged(
            tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id, entry_id=entry.id, act=act
        )
    )


COPIED = ("kind", "title", "source", "audience", "stored_name", "file_name", "media_type", "size")


def _dump(procedure: Procedure) -> list[dict[str, Any]]:
    return [{name: getattr(entry, name) for name in COPIED} for entry in entries_of(procedure)]


def _load(procedure: Procedure, content: Collection[Mapping[str, Any]]) -> None:
    """Copies are not published yet. A file is copied; an entry whose file is gone stays out."""
    for data in content:
        with suppress(UnknownFile, Invalid):
            fields = Fields(str(data["title"]), str(data["source"]), str(data["audience"]), None)
            add_entry(procedure, str(data["kind"]), fields, file=_copied(data))


def _copied(data: Mapping[str, Any]) -> StoredFile | None:
    if not data.get("stored_name"):
        return None
    with file_store().open(str(data["stored_name"])) as stream:
        stored = file_store().put(stream.read())
    return StoredFile(stored, str(data["file_name"]), str(data["media_type"]), int(data["size"]))


PART = Part(name="contents", dump=_dump, load=_load)
