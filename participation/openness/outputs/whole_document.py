"""The whole procedure as a document to read: what it is about, its text, what came in, was answered, decided."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.openness.blocks import Block, Heading, Items, Paragraph, Table
from participation.openness.outputs import words
from participation.openness.outputs.cases import Case, cases_of
from participation.openness.outputs.scope import AT_ONCE, Scope
from participation.openness.outputs.whole import one_part


def blocks(scope: Scope) -> Iterator[Block]:
    """The document, part by part."""
    yield from _about(scope)
    yield from _texts(scope)
    yield Heading(str(_("Beiträge und Antworten")), 1)
    for _number, lines in groupby(cases_of(scope), key=lambda case: case.row.id):
        yield from _contribution(list(lines), scope)
    yield from _results(scope)


def _about(scope: Scope) -> Iterator[Block]:
    procedure = scope.procedure
    said = (
        (_("Zuständig"), procedure.tenant.name),
        (_("Thema"), procedure.topic),
        (_("Gebiet"), procedure.area),
        (_("Rechtsgrundlage"), procedure.legal_basis),
        (_("Wer entscheidet"), procedure.deciders),
    )
    yield Heading(str(_("Angaben")), 1)
    yield from (Paragraph(text) for text in (procedure.summary, procedure.description) if text)
    yield Items([f"{name}: {value}" for name, value in said if value])
    heads = [str(_("Format")), str(_("Phase")), str(_("Beginn")), str(_("Ende"))]
    yield Heading(str(_("Phasen")), 2)
    yield Table(str(_("Phasen")), heads, [4, 4, 2, 2], map(_phase, one_part(scope, "phases")))


def _phase(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["activity"], row["title"], words.day(row["begins_at"]), words.day(row["ends_at"])


def _texts(scope: Scope) -> Iterator[Block]:
    """The text as everybody reads it now."""
    query = (
        select(Document.title, Node.kind, Node.label, Node.text)
        .join(Node, Node.version_id == Document.current_version_id)
        .where(Document.procedure_id == scope.procedure.id)
        .order_by(Document.id, Node.position)
    )
    rows = db.session.execute(query.execution_options(yield_per=AT_ONCE))
    for title, nodes in groupby(rows, key=lambda row: row[0]):
        yield Heading(str(_("Text: %(title)s", title=title)), 1)
        for _title, kind, label, text in nodes:
            line = text if not label or text.startswith(label) else f"{label} {text}"
            yield Heading(line, 2) if kind == "heading" else Paragraph(line)


def _contribution(lines: list[Case], scope: Scope) -> Iterator[Block]:
    own, person = lines[0].row, lines[0].person
    yield Heading(f"{own.reference}: {words.place(lines[0])}", 2)
    about = [
        (_("Von"), words.author(person)),
        (_("E-Mail-Adresse"), person.get("email", "")),
        (_("Anschrift"), person.get("address", "")),
        (_("Eingegangen"), f"{words.day(own.received_at)}, {words.channel(own.intake_channel)}"),
        (_("Stand"), words.state(own.state) if own.state != "published" else ""),
        (_("flag.late"), _("ja") if own.late else ""),
        (_("Antwort auf"), own.parent or ""),
        (_("Fassungen"), str(own.versions) if own.versions > 1 and not scope.is_public else ""),
        (_("Schlagwörter"), ", ".join(lines[0].keywords) if lines[0].number is None else ""),
    ]
    yield Items([f"{name}: {value}" for name, value in about if value])
    yield Paragraph("\n".join(filter(None, (own.title, own.source))))
    for case in lines:
        yield from _answered(case)


def _answered(case: Case) -> Iterator[Block]:
    if case.number is not None:
        yield Paragraph(str(_("Argument %(number)s: %(text)s", number=case.number, text=case.text)))
    if case.recommendation:
        yield Paragraph(str(_("Empfehlung: %(text)s", text=case.recommendation)))
    if case.answer is not None:
        said = {"decision": words.decision(case.answer), "text": case.answer.text}
        yield Paragraph(str(_("Antwort der Verwaltung: %(decision)s. %(text)s", **said)))
    if case.changes:
        yield Paragraph(words.change(case.changes))


def _results(scope: Scope) -> Iterator[Block]:
    rows = list(one_part(scope, "results"))
    if rows:
        yield Heading(str(_("Ergebnis")), 1)
    for row in rows:
        yield Heading(str(_("Fassung %(number)s", number=row["number"])), 2)
        yield from (Paragraph(text) for text in (row["decision"], row["changed"]) if text)
        yield Paragraph(str(_("Prüfsumme über alle Daten: %(root)s", root=row["root"])))
