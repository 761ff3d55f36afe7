"""A whole procedure: facts, phases, texts, contributions with their versions, arguments, keywords, answers, results."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select

from participation.contributions.models import Contribution, ContributionVersion
from participation.documents.models import Document, DocumentVersion, Node
from participation.evaluation.case_models import Keyword
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.kernel.db import db
from participation.openness.outputs.cases import RATINGS, cases_of
from participation.openness.outputs.scope import AT_ONCE, C, Scope
from participation.openness.rows import procedure_facts
from participation.openness.sheets import Column
from participation.results.models import Result

Rows = Iterator[dict[str, Any]]
STREAM = {"yield_per": AT_ONCE}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table of the whole: its name in JSON, its title, its columns, and its rows."""

    name: str
    title: Any
    columns: tuple[tuple[str, Any, int], ...]
    rows: Callable[[Scope], Rows] = field(compare=False)
    internal: bool = False

    def heads(self, scope: Scope) -> list[Column]:
        """The columns for people; what is known of people only where it is told."""
        known = (("email", _l("E-Mail-Adresse"), 24), ("address", _l("Anschrift"), 28))
        more = known if self.name == "contributions" and scope.names == "names" else ()
        return [Column(name=name, title=str(title), width=width) for name, title, width in (*self.columns, *more)]


def parts(scope: Scope) -> list[Part]:
    """The tables of an output."""
    return [part for part in PARTS if not (part.internal and scope.is_public)]


def facts(scope: Scope) -> dict[str, Any]:
    """What the procedure says about itself."""
    return procedure_facts(scope.procedure)


def _phases(scope: Scope) -> Rows:
    for activity in scope.procedure.activities:
        for phase in activity.phases:
            names = ("title", "kind", "step", "begins_at", "ends_at", "round", "audience", "visible_to")
            yield {"activity": activity.title, "module": activity.module} | {
                name: getattr(phase, name) for name in names
            }


def _texts(scope: Scope) -> Rows:
    """The nodes of every version; in public those of versions everybody can read."""
    columns = (Document.title, DocumentVersion.number, DocumentVersion.published_at, DocumentVersion.summary)
    query = (
        select(*columns, Node.key, Node.kind, Node.level, Node.label, Node.citation, Node.text)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Node, Node.version_id == DocumentVersion.id)
        .where(Document.procedure_id == scope.procedure.id)
        .order_by(Document.id, DocumentVersion.number, Node.position)
    )
    if scope.is_public:
        public = or_(DocumentVersion.published_at.is_not(None), DocumentVersion.id == Document.current_version_id)
        query = query.where(public)
    names = ("document", "version", "published_at", "summary", "key", "kind", "level", "label", "citation", "text")
    return _streamed(query, names)


def _contributions(scope: Scope) -> Rows:
    """Each contribution once, whole; its arguments are a part of their own."""
    names = (
        "reference", "type", "module", "activity", "phase", "round", "place", "citation", "passage", "title",
        "language", "state", "late", "redacted", "intake_channel", "received_at", "edited_at", "parent", *RATINGS,
    )  # fmt: skip
    internal = () if scope.is_public else ("work", "district", "versions")
    last = None
    for case in cases_of(scope):
        if case.row.id != last:
            last = case.row.id
            yield (
                {name: getattr(case.row, name) for name in (*names, *internal)}
                | {"text": case.row.source, "decision": case.row.decision}
                | {"answer": case.answer.text if case.answer else ""}
                | case.person
                | ({} if scope.is_public else {"keywords": ", ".join(case.keywords) if case.number is None else ""})
            )


def _versions(scope: Scope) -> Rows:
    """Every state of every text with its checksum; of a redacted one only the checksum."""
    V = ContributionVersion  # noqa: N806
    for numbers in scope.batches():
        query = (
            select(C.reference, V.number, V.at, V.text_hash, C.redacted, V.title, V.source)
            .join(C, C.id == V.contribution_id)
            .where(V.contribution_id.in_(numbers))
            .order_by(V.contribution_id, V.number)
        )
        for row in db.session.execute(query):
            shown = {} if row.redacted else {"title": row.title, "text": row.source}
            names = ("reference", "number", "at", "text_hash", "redacted")
            yield {name: getattr(row, name) for name in names} | {"title": "", "text": None} | shown


def _arguments(scope: Scope) -> Rows:
    for case in cases_of(scope):
        if case.number is not None:
            yield {
                "reference": case.row.reference,
                "argument": case.number,
                "text": case.text,
                "keywords": ", ".join(case.keywords),
                "decision": case.answer.decision if case.answer else "",
            }


def _keywords(scope: Scope) -> Rows:
    query = select(Keyword.title).where(Keyword.procedure_id == scope.procedure.id).order_by(Keyword.title)
    return _streamed(query, ("title",))


def _answers(scope: Scope) -> Rows:
    """Each answer with what it answers; in public what is public of both."""
    R, V, T = Response, ResponseVersion, ResponseTo  # noqa: N806
    public = V.number == R.published_number
    number = public if scope.is_public else or_(public, and_(R.published_number.is_(None), V.number == R.number))
    query = (
        select(R.id, C.reference, T.argument_id, V.decision, V.source, R.published_number, R.published_at)
        .join(V, and_(V.response_id == R.id, number))
        .join(T, T.response_id == R.id)
        .join(Contribution, C.id == T.contribution_id)
        .where(R.procedure_id == scope.procedure.id, scope.visible)
        .order_by(R.id, T.id)
    )
    for row in db.session.execute(query.execution_options(**STREAM)):
        yield {
            "answer": row[0], "reference": row[1], "to_argument": row[2] is not None, "decision": row[3],
            "text": row[4], "state": "proposed" if row[5] is None else "published", "published_at": row[6],
        }  # fmt: skip


def _results(scope: Scope) -> Rows:
    """The published versions. What is counted before the end of a vote is in none of them."""
    R = Result  # noqa: N806
    columns = (R.number, R.reason, R.published_at, R.decision, R.changed, R.next_steps, R.annex, R.annex_url, R.press)
    query = select(*columns, R.figures, R.root).where(R.procedure_id == scope.procedure.id, R.state == "published")
    names = ("number", "reason", "published_at", "decision", "changed", "next_steps", "annex", "annex_url", "press")
    return _streamed(query.order_by(R.number), (*names, "figures", "root"))


def _streamed(query: Any, names: Iterable[str]) -> Rows:
    for row in db.session.execute(query.execution_options(**STREAM)):
        yield dict(zip(names, row, strict=True))


def one_part(scope: Scope, name: str) -> Iterator[Mapping[str, Any]]:
    """The rows of one table."""
    return next(part for part in PARTS if part.name == name).rows(scope)


REFERENCE = ("reference", _l("receipt.number"), 13)
TEXT = ("text", _l("Text"), 60)
DECISION = ("decision", _l("Entscheidung"), 20)
PARTS = (
    Part(
        name="phases",
        title=_l("Phasen"),
        columns=(
            ("activity", _l("Format"), 24), ("title", _l("Phase"), 24), ("begins_at", _l("Beginn"), 16),
            ("ends_at", _l("Ende"), 16), ("round", _l("Durchgang"), 10), ("audience", _l("Für wen"), 12),
        ),
        rows=_phases,
    ),
    Part(
        name="texts",
        title=_l("Texte"),
        columns=(
            ("document", _l("Dokument"), 24), ("version", _l("Fassung"), 9),
            ("published_at", _l("Veröffentlicht"), 16), ("citation", _l("Stelle"), 20), TEXT,
        ),
        rows=_texts,
    ),
    Part(
        name="contributions",
        title=_l("Beiträge"),
        columns=(
            REFERENCE, ("activity", _l("Format"), 18), ("citation", _l("Stelle"), 16), ("title", _l("Titel"), 20), TEXT,
            ("author", _l("Von"), 18), ("organisation", _l("Organisation"), 18), ("state", _l("Stand"), 14),
            ("decision", _l("Entscheidung"), 20), ("received_at", _l("Eingegangen"), 16), ("late", _l("flag.late"), 10),
            ("intake_channel", _l("Eingangsweg"), 12), ("parent", _l("Antwort auf"), 13),
            ("agree", _l("rate.agree"), 9), ("neutral", _l("rate.neutral"), 9), ("disagree", _l("rate.disagree"), 9),
        ),
        rows=_contributions,
    ),
    Part(
        name="versions",
        title=_l("Fassungen der Beiträge"),
        columns=(
            REFERENCE, ("number", _l("Fassung"), 9), ("at", _l("Zeit"), 16), TEXT,
            ("text_hash", _l("receipt.text_hash"), 30),
        ),
        rows=_versions,
        internal=True,
    ),
    Part(
        name="arguments",
        title=_l("Argumente"),
        columns=(REFERENCE, ("argument", _l("Argument"), 9), TEXT, ("keywords", _l("Schlagwörter"), 20), DECISION),
        rows=_arguments,
    ),
    Part(
        name="keywords",
        title=_l("Schlagwörter"),
        columns=(("title", _l("Schlagwort"), 30),),
        rows=_keywords,
        internal=True,
    ),
    Part(
        name="answers",
        title=_l("Antworten"),
        columns=(
            ("answer", _l("Antwort Nr."), 10), REFERENCE, DECISION, TEXT, ("state", _l("Stand"), 14),
            ("published_at", _l("Veröffentlicht"), 16),
        ),
        rows=_answers,
    ),
    Part(
        name="results",
        title=_l("Ergebnisse"),
        columns=(
            ("number", _l("Fassung"), 9), ("published_at", _l("Veröffentlicht"), 16), ("decision", _l("Ergebnis"), 40),
            ("changed", _l("Was sich geändert hat"), 60), ("figures", _l("Zahlen"), 40), ("root", _l("Prüfsumme"), 30),
        ),
        rows=_results,
    ),
)  # fmt: skip
