"""One output as a file: which rows or blocks go through which writer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.evaluation.decisions import DECISIONS
from participation.kernel.clock import now, today
from participation.kernel.dates import day
from participation.openness.blocks import Block, Document, Items, Paragraph
from participation.openness.outputs import synopsis, whole, whole_document, words
from participation.openness.outputs.archive import write_archive
from participation.openness.outputs.kinds import KINDS, require_room
from participation.openness.outputs.scope import Scope
from participation.openness.sheets import Column, Sheet, write_xlsx
from participation.openness.tabular import write_csv, write_json, write_json_parts
from participation.openness.writing_docx import write_docx
from participation.openness.writing_odt import write_odt
from participation.openness.writing_pdf import write_pdf

DOCUMENTS = {"docx": write_docx, "odt": write_odt, "pdf": write_pdf}
LANGUAGE = "de"
NO_FONT = _l("Zeichen, für die es keine Schrift gibt, stehen als □.")


def write_output(target: Path, scope: Scope, kind: str, format_: str) -> None:
    """Write the file. Raises Invalid where it does not fit, Refused where nothing may be told, NotSet, SheetFull."""
    with force_locale(LANGUAGE):
        require_room(format_, scope.count())
        if kind == "archive":
            write_archive(target, scope, write_output)
        elif format_ in DOCUMENTS:
            DOCUMENTS[format_](target, _document(scope, kind, format_))
        elif format_ == "xlsx":
            tables = [_about(scope), *(_synopsis_sheets(scope) if kind == "synopsis" else _whole_sheets(scope))]
            write_xlsx(target, tables, title=_title(scope, kind), author=scope.procedure.tenant.name)
        else:
            with target.open("w", encoding="utf-8", newline="") as file:
                for piece in pieces(scope, kind, format_):
                    file.write(piece)


def pieces(scope: Scope, kind: str, format_: str) -> Iterator[str]:
    """CSV or JSON, piece by piece; CSV of a whole procedure is the table of its contributions."""
    if format_ == "csv":
        return write_csv(synopsis.rows(scope) if kind == "synopsis" else whole.one_part(scope, "contributions"))
    said = {"made_at": now(), "kind": kind, "names": scope.names, "procedure": whole.facts(scope)}
    if kind == "synopsis":
        return write_json(synopsis.rows(scope), said)
    return write_json_parts([(part.name, part.rows(scope)) for part in whole.parts(scope)], said)


def _title(scope: Scope, kind: str) -> str:
    return f"{KINDS[kind].title}: {scope.procedure.title}"


def _document(scope: Scope, kind: str, format_: str) -> Document:
    body = synopsis.blocks(scope) if kind == "synopsis" else whole_document.blocks(scope)
    return Document(
        title=_title(scope, kind),
        author=scope.procedure.tenant.name,
        subject=str(words.NAMES[scope.names]),
        blocks=_with_head(scope, body, str(NO_FONT) if format_ == "pdf" else ""),
    )


def _with_head(scope: Scope, body: Iterator[Block], last: str) -> Iterator[Block]:
    yield Items([f"{name}: {value}" for name, value in _head(scope)])
    yield from body
    yield Paragraph(last)


def _head(scope: Scope) -> list[tuple[str, str]]:
    return [
        (str(_("Behörde")), scope.procedure.tenant.name),
        (str(_("Stand")), day(today())),
        (str(_("Beiträge")), f"{scope.count():,}".replace(",", ".")),
        (str(_("Angaben zu Personen")), str(words.NAMES[scope.names])),
    ]


def _about(scope: Scope) -> Sheet:
    """The first sheet says what the others are."""
    heads = (("name", _("Angabe"), 26), ("value", _("Wert"), 90))
    columns = [Column(name=name, title=str(title), width=width) for name, title, width in heads]
    said = [(str(_("Verfahren")), scope.procedure.title), *_head(scope)]
    return Sheet(
        title=str(_("Angaben")), columns=columns, rows=[{"name": name, "value": value} for name, value in said]
    )


def _synopsis_sheets(scope: Scope) -> list[Sheet]:
    columns = [_spoken(column) for column in synopsis.columns(scope)]
    return [Sheet(title=str(_("Synopse")), columns=columns, rows=synopsis.readable(synopsis.rows(scope)))]


def _whole_sheets(scope: Scope) -> list[Sheet]:
    return [
        Sheet(title=str(part.title), columns=part.heads(scope), rows=map(_readable, part.rows(scope)))
        for part in whole.parts(scope)
    ]


def _spoken(column: Column) -> Column:
    return Column(name=column.name, title=str(column.title), width=column.width)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the whole with words for people."""
    found = dict(row)
    if "intake_channel" in row:
        found["intake_channel"], found["state"] = words.channel(row["intake_channel"]), words.state(row["state"])
    elif row.get("state") in ("published", "proposed"):
        found["state"] = str(_("veröffentlicht")) if row["state"] == "published" else str(_("Vorschlag"))
    if "decision" in row and row["decision"] in DECISIONS:
        found["decision"] = str(_(f"decision.{row['decision']}"))
    return found
