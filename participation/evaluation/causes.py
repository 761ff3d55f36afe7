"""Because of which answers a text was changed: staff link them while they prepare a version, everybody reads it after.

A row of a comparison is named by its key: of the new node, or `gone:…` for one that is gone.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, delete, func, insert, select

from participation.contributions.models import Contribution
from participation.contributions.references import SHAPE
from participation.documents.comparing import Row
from participation.documents.models import Document, DocumentVersion
from participation.documents.versions import Comparison, Version, comparison_of
from participation.documents.worddiff import Piece
from participation.evaluation.case_models import ChangeCause
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Procedure

C, R, T, V, K, D = Contribution, Response, ResponseTo, ResponseVersion, ChangeCause, DocumentVersion
CHANGING = ("followed", "partly_followed")  # decisions that change a text
MOST = 50  # answers behind one change


class Answered(NamedTuple):
    """An answer as the page of causes offers it: newest words, whether public, and which contributions it answers."""

    response_id: int
    decision: str
    source: str
    is_public: bool
    references: tuple[str, ...]


class Cause(NamedTuple):
    """A public answer behind a change, and the contributions it answers."""

    response_id: int
    decision: str
    references: tuple[str, ...]


class Change(NamedTuple):
    """A sentence that was changed because of the answer to a contribution."""

    document_id: int
    number: int  # of the version
    row_key: str
    citation: str
    kind: str  # as in `documents.comparing`
    pieces: tuple[Piece, ...]


def link(
    version: DocumentVersion, procedure: Procedure, row_key: str, response_ids: Collection[int], typed: str = ""
) -> None:
    """Say which answers are behind a change, in place of what was said before; `typed` names contributions.

    Raises Invalid for a contribution without an answer.
    """
    wanted = {*response_ids, *_answers_to(procedure, typed)}
    mine = select(R.id).where(R.procedure_id == procedure.id, R.id.in_(wanted))
    found = sorted(db.session.scalars(mine))[:MOST]
    db.session.execute(delete(K).where(K.version_id == version.id, K.node_key == row_key))
    if found:
        common = {"tenant_id": version.tenant_id, "version_id": version.id, "node_key": row_key}
        db.session.execute(insert(K), [{**common, "response_id": number} for number in found])
    raise_version(f"procedure:{procedure.id}")


def _answers_to(procedure: Procedure, typed: str) -> set[int]:
    """The answers to contributions that somebody named by their numbers."""
    references = [entry.strip(".,;") for entry in typed.upper().split() if entry.strip(".,;")]
    found: set[int] = set()
    for reference in references[:MOST]:
        known = select(T.response_id).join(C, C.id == T.contribution_id)
        known = known.where(C.procedure_id == procedure.id, C.reference == reference)
        numbers = set(db.session.scalars(known)) if SHAPE.fullmatch(reference) else set()
        if not numbers:
            sentence = _l("Zu „%(number)s“ gibt es keine Antwort. Bitte prüfen Sie die Nummer.", number=reference)
            raise Invalid(sentence, field="references")
        found |= numbers
    return found


def linked(version_id: int) -> dict[str, set[int]]:
    """Row key -> the answers that staff linked, public or not."""
    found: dict[str, set[int]] = {}
    for key, number in db.session.execute(select(K.node_key, K.response_id).where(K.version_id == version_id)):
        found.setdefault(key, set()).add(number)
    return found


def answers_at(procedure: Procedure, places: Collection[str], activities: Iterable[Activity]) -> list[Answered]:
    """The answers that change a text, to contributions at these places; one query."""
    ids = [entry.id for entry in activities]
    at = and_(C.activity_id.in_(ids), C.place.in_(places))
    return _answered(procedure, at, V.decision.in_(CHANGING))


def answers_named(procedure: Procedure, ids: Collection[int]) -> list[Answered]:
    """These answers; one query, none for none."""
    return _answered(procedure, R.id.in_(ids)) if ids else []


def changing_places(procedure: Procedure, activities: Iterable[Activity]) -> dict[str, int]:
    """Place -> how many answers change a text there; one query."""
    ids = [entry.id for entry in activities]
    query = (
        select(C.place, func.count(R.id.distinct()))
        .join(T, T.contribution_id == C.id)
        .join(R, R.id == T.response_id)
        .join(V, and_(V.response_id == R.id, V.number == R.number))
        .where(C.procedure_id == procedure.id, C.activity_id.in_(ids), V.decision.in_(CHANGING))
        .group_by(C.place)
    )
    return dict(db.session.execute(query).all())


def _answered(procedure: Procedure, *which: object) -> list[Answered]:
    query = (
        select(R.id, V.decision, V.source, R.published_number, C.reference)
        .join(V, and_(V.response_id == R.id, V.number == R.number))
        .join(T, T.response_id == R.id)
        .join(C, C.id == T.contribution_id)
        .where(R.procedure_id == procedure.id, *which)  # type: ignore[arg-type]
        .order_by(R.id, C.id)
        .limit(1_000)
    )
    found: dict[int, Answered] = {}
    for number, decision, source, published, reference in db.session.execute(query):
        before = found.get(number)
        names = (*before.references, reference) if before and reference not in before.references else None
        if before is None:
            found[number] = Answered(number, decision, source, published is not None, (reference,))
        elif names:
            found[number] = before._replace(references=names)
    return list(found.values())


def causes_of(version_id: int) -> dict[str, list[Cause]]:
    """Row key -> the public answers behind the change, with the contributions everybody may read; one query."""
    query = (
        select(K.node_key, R.id, V.decision, C.reference)
        .join(R, R.id == K.response_id)
        .join(V, and_(V.response_id == R.id, V.number == R.published_number))
        .join(T, T.response_id == R.id)
        .join(C, and_(C.id == T.contribution_id, C.state == "published"))
        .where(K.version_id == version_id)
        .order_by(K.node_key, R.id, C.id)
    )
    found: dict[str, dict[int, Cause]] = {}
    for key, number, decision, reference in db.session.execute(query):
        behind = found.setdefault(key, {})
        names = behind[number].references if number in behind else ()
        behind[number] = Cause(number, decision, tuple(dict.fromkeys((*names, reference))))
    return {key: list(behind.values()) for key, behind in found.items()}


def changes_for(contribution_ids: Collection[int]) -> dict[int, list[Change]]:
    """What was changed because of the public answers to these contributions, word by word; public versions only."""
    if not contribution_ids:
        return {}
    columns = (T.contribution_id, K.node_key, D.id, D.document_id, D.number, D.created_at, D.published_at)
    query = (
        select(*columns, D.before_id, D.summary, D.source_name, D.revision)
        .join(K, K.response_id == T.response_id)
        .join(R, and_(R.id == K.response_id, R.published_number.is_not(None)))
        .join(D, and_(D.id == K.version_id, D.published_at.is_not(None)))
        .join(Document, Document.id == D.document_id)
        .where(T.contribution_id.in_(contribution_ids))
        .order_by(D.number, K.id)
    )
    found: dict[int, list[Change]] = {}
    for number, key, *rest in db.session.execute(query):
        version = Version(*rest)
        row = row_at(comparison_of(version), key)
        if row is not None:
            found.setdefault(number, []).append(_change(version, key, row))
    return {number: list(dict.fromkeys(changes)) for number, changes in found.items()}


def _change(version: Version, key: str, row: Row) -> Change:
    return Change(version.document_id, version.number, key, row.part.citation, row.kind, row.pieces)


def row_at(comparison: Comparison, key: str) -> Row | None:
    """The row of a comparison with a key."""
    return next((row for row in comparison.rows if row.key == key), None)


def places_of(row: Row) -> tuple[str, ...]:
    """Where comments on a changed paragraph stand before it is published."""
    return tuple(part.key for part in row.before)


def unlinked(rows: Sequence[Row], causes: Collection[str]) -> int:
    """How many changes nobody gave a reason for; other numbers alone need none."""
    return sum(1 for row in rows if row.kind in ("changed", "new", "gone") and row.key not in causes)
