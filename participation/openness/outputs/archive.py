"""The archive package: a zip with everything of a procedure, for the records system.

Files go into the zip one by one, in pieces, and are hashed on the way; memory does not grow with the procedure. The
manifest names each file with its size and SHA-256. `flask export verify` reads it back.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask_babel import gettext as _
from sqlalchemy import func, select

from participation import __version__
from participation.contributions.intake_models import Intake
from participation.contributions.models import Attachment
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.kernel.files import RESERVED, UnknownFile, file_store
from participation.kernel.refusal import Invalid
from participation.kernel.seal import START, SealRow
from participation.openness.outputs import whole
from participation.openness.outputs.scope import AT_ONCE, C, Scope
from participation.openness.tabular import plain_value
from participation.results.models import Result

FORMAT = 1  # raised when the package changes
MANIFEST, README, EVENTS = "manifest.json", "LIESMICH.txt", "ereignisse.jsonl"
PIECE = 2**16
INSIDE = (("synopsis", "pdf"), ("synopsis", "json"), ("procedure", "json"), ("synopsis", "csv"))
Write = Callable[[Path, Scope, str, str], None]


def write_archive(target: Path, scope: Scope, write: Write) -> None:
    """Write the package; `write` makes the outputs that lie in it."""
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        archive = _Archive(file)
        archive.text(README, _readme(scope))
        archive.text("verfahren.json", _json(whole.facts(scope)))
        for part in whole.parts(scope):
            archive.lines(f"daten/{part.name}.jsonl", part.rows(scope))
        archive.lines(EVENTS, _events(scope))
        missing = [name for name, stored in _files(scope) if not archive.stored(name, stored)]
        refused = [_inside(archive, target, scope, write, kind, format_) for kind, format_ in INSIDE]
        left_out = [sentence for sentence in refused if sentence]
        archive.manifest(_said(scope) | {"missing": missing, "left_out": left_out})


class _Archive:
    """A zip that is being written, and what its manifest will say."""

    def __init__(self, file: ZipFile) -> None:
        self.file = file
        self.files: dict[str, dict[str, Any]] = {}

    def text(self, name: str, text: str) -> None:
        """A short text."""
        self._add(name, [text.encode()])

    def lines(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Rows as JSON, one a line."""
        self._add(name, ((json.dumps(row, ensure_ascii=False, default=plain_value) + "\n").encode() for row in rows))

    def stored(self, name: str, stored_name: str) -> bool:
        """A file of the file store; False where it is not there any more."""
        try:
            with file_store().open(stored_name) as source:
                self._add(name, iter(lambda: source.read(PIECE), b""), ZIP_STORED)
        except UnknownFile:
            return False
        return True

    def made(self, name: str, path: Path) -> None:
        """A file that lies on the disk."""
        with path.open("rb") as source:
            self._add(name, iter(lambda: source.read(PIECE), b""))

    def manifest(self, said: dict[str, Any]) -> None:
        """The last file: all others with their hashes."""
        self.file.writestr(MANIFEST, _json(said | {"files": self.files}))

    def _add(self, name: str, pieces: Iterable[bytes], how: int = ZIP_DEFLATED) -> None:
        digest, size = hashlib.sha256(), 0
        entry = self._entry(name, how)
        with self.file.open(entry, "w", force_zip64=True) as copy:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                copy.write(piece)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def _entry(self, name: str, how: int) -> ZipInfo:
        entry = ZipInfo(name, now().timetuple()[:6])
        entry.compress_type, entry.external_attr = how, 0o100600 << 16
        return entry


def _inside(archive: _Archive, target: Path, scope: Scope, write: Write, kind: str, format_: str) -> str:
    """An output in the package; why it is not there, where it does not fit."""
    name = {"synopsis": "synopse", "procedure": "verfahren"}[kind]
    made = target.with_name(f"inside.{format_}")
    try:
        write(made, scope, kind, format_)
        archive.made(f"ausgaben/{name}.{format_}", made)
    except Invalid as refused:
        return f"{name}.{format_}: {refused.sentence}"
    finally:
        made.unlink(missing_ok=True)
    return ""


def _files(scope: Scope) -> Iterator[tuple[str, str]]:
    """Attachments and result packages; scans of letters only with names, because names stand on them."""
    attachments = select(C.reference, Attachment.id, Attachment.name, Attachment.stored_name)
    attachments = attachments.join(C, C.id == Attachment.contribution_id).where(scope.visible)
    yield from _named("anhaenge", attachments, Attachment.id)
    if scope.names == "names":
        scans = select(C.reference, Intake.id, Intake.file_name, Intake.stored_name)
        scans = scans.join(C, C.id == Intake.contribution_id).where(scope.visible, Intake.stored_name.is_not(None))
        yield from _named("scans", scans, Intake.id)
    query = select(Result.number, Result.stored_name).where(
        Result.procedure_id == scope.procedure.id, Result.state == "published", Result.stored_name.is_not(None)
    )
    for number, stored_name in db.session.execute(query.order_by(Result.number)):
        yield f"ergebnisse/fassung-{number}.zip", str(stored_name)


def _named(folder: str, query: Any, order: Any) -> Iterator[tuple[str, str]]:
    for reference, number, name, stored_name in db.session.execute(
        query.order_by(order).execution_options(yield_per=AT_ONCE)
    ):
        yield f"{folder}/{reference}/{number}-{RESERVED.sub('-', name) or 'datei'}", stored_name


def _events(scope: Scope) -> Iterator[dict[str, Any]]:
    """The log with its seals. `before` is the seal before, so that each link can be checked alone."""
    earlier = SealRow.__table__.alias("earlier")
    before = select(earlier.c.hash).where(
        earlier.c.tenant_id == SealRow.tenant_id, earlier.c.position == SealRow.position - 1
    )
    query = (
        select(EventRow, SealRow.position, SealRow.hash, func.coalesce(before.scalar_subquery(), START))
        .outerjoin(SealRow, SealRow.event_id == EventRow.id)
        .where(EventRow.procedure_id == scope.procedure.id, EventRow.tenant_id == scope.procedure.tenant_id)
        .order_by(EventRow.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row, position, seal, link_before in db.session.execute(query):
        names = ("id", "tenant_id", "name", "at", "procedure_id", "actor_id", "data")
        found = {name: getattr(row, name) for name in names}
        db.session.expunge(row)
        yield found | {"position": position, "seal": seal, "before": link_before if position else None}


def _said(scope: Scope) -> dict[str, Any]:
    procedure = scope.procedure
    return {
        "format": FORMAT,
        "authority": procedure.tenant.name,
        "tenant": procedure.tenant.slug,
        "procedure": procedure.slug,
        "title": procedure.title,
        "names": scope.names,
        "contributions": scope.count(),
        "made_at": now().isoformat(),
        "code": __version__,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=plain_value) + "\n"


def _readme(scope: Scope) -> str:
    return str(
        _(
            "Archivpaket des Verfahrens „%(title)s“\n\n"
            "verfahren.json: was das Verfahren über sich sagt, mit Formaten und Phasen.\n"
            "daten/: eine Zeile JSON je Eintrag: Phasen, Texte in allen Fassungen, Beiträge, Fassungen der Beiträge, "
            "Argumente, Schlagwörter, Antworten, Ergebnisse.\n"
            "anhaenge/: Dateien zu Beiträgen. scans/: eingescannte Schreiben (nur in Paketen mit Namen).\n"
            "ergebnisse/: die Daten zum Nachzählen, wie sie veröffentlicht wurden.\n"
            "ausgaben/: die Synopse als PDF, CSV und JSON, das Verfahren als JSON.\n"
            "ereignisse.jsonl: das Protokoll mit der Kette der Siegel. Jedes Siegel ist SHA-256 über das Siegel davor "
            "(before) und das Ereignis.\n"
            "manifest.json: alle Dateien mit Größe und SHA-256.\n\n"
            "So prüfen Sie das Paket: flask --app app export verify DATEI\n"
            "Von geschwärzten Texten steht nur die geschwärzte Fassung im Paket, dazu die Prüfsumme des Wortlauts.\n",
            title=scope.procedure.title,
        )
    )
