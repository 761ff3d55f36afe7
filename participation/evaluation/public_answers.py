"""What is public of the answers: to contributions as a whole, and to the passages of those that were split.

A passage is shown in the words that stand in the text now: what was blacked out or changed since is not said again.
The working copies of arguments are for staff only.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select

from participation.contributions.models import Contribution
from participation.documents.models import Document, Node
from participation.evaluation.case_models import Argument, ArgumentVersion
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.evaluation.passages import place_of
from participation.kernel.db import db
from participation.procedures.models import Procedure

READABLE = ("published", "pending")  # of what is hidden or withdrawn nothing is quoted
C, R, V, T, A, W = Contribution, Response, ResponseVersion, ResponseTo, Argument, ArgumentVersion


class Answer(NamedTuple):
    """What is public of an answer: to a contribution as a whole, or to the passages it is about."""

    response_id: int
    decision: str
    html: str
    source: str
    at: datetime
    passages: tuple[str, ...] = ()  # none: the whole; "" where the words are not to be shown


class Placed(NamedTuple):
    """A public answer, and a contribution or a passage of it that it answers, at its place."""

    activity_id: int
    place: str
    citation: str
    reference: str
    response_id: int
    decision: str
    html: str
    source: str
    at: datetime
    argument: int | None = None  # its number; None = the whole contribution
    passage: str = ""


def responses_for(contribution_ids: Collection[int]) -> dict[int, Answer]:
    """The public answers to these contributions as a whole; one query, none for none."""
    if not contribution_ids:
        return {}
    query = _public(T.contribution_id).where(T.contribution_id.in_(contribution_ids), T.argument_id.is_(None))
    return {row[0]: Answer(*row[1:]) for row in db.session.execute(query)}


def answers_to(contribution_ids: Collection[int]) -> dict[int, list[Answer]]:
    """All public answers to these contributions, those to passages in the order of the text; one query, none for none.

    An answer to several passages of one contribution comes once, with all of them.
    """
    if not contribution_ids:
        return {}
    query = (
        _public(T.contribution_id, T.argument_id, C.state, C.source, A.start, W.source)
        .join(C, C.id == T.contribution_id)
        .outerjoin(A, A.id == T.argument_id)
        .outerjoin(W, and_(W.argument_id == A.id, W.number == 1))
        .where(T.contribution_id.in_(contribution_ids))
        .order_by(T.contribution_id, A.start, R.id)
    )
    found: dict[int, dict[int, Answer]] = {}
    for contribution_id, argument_id, state, text, start, words, *said in db.session.execute(query):
        here = found.setdefault(contribution_id, {})
        answer = here.get(said[0]) or Answer(*said)
        more = (_shown(text, start, words) if state in READABLE else "",) if argument_id else ()
        here[answer.response_id] = answer._replace(passages=answer.passages + more)
    return {contribution_id: list(here.values()) for contribution_id, here in found.items()}


def answers_of(procedure: Procedure) -> Iterator[Placed]:
    """Every public answer with each contribution or passage it answers, by place; streams, for results and exports."""
    columns = (C.activity_id, C.place, citation_of(), C.reference, R.id, V.decision, V.html, V.source, R.published_at)
    query = (
        select(*columns, A.number, C.source, A.start, W.source)
        .join(T, T.contribution_id == C.id)
        .join(R, R.id == T.response_id)
        .join(V, and_(V.response_id == R.id, V.number == R.published_number))
        .outerjoin(A, A.id == T.argument_id)
        .outerjoin(W, and_(W.argument_id == A.id, W.number == 1))
        .where(C.procedure_id == procedure.id, C.state == "published")
        .order_by(C.activity_id, C.place, R.id, C.id, A.start)
        .execution_options(yield_per=500)
    )
    for *said, number, text, start, words in db.session.execute(query):
        said[2] = said[2] or ""
        yield Placed._make((*said, number, _shown(text, start, words) if number else ""))


def citation_of() -> Any:
    """How the place of a contribution is cited in the newest text, as a column."""
    names = select(func.min(Node.citation)).join(Document, Document.current_version_id == Node.version_id)
    return names.where(Document.procedure_id == C.procedure_id, Node.key == C.place).correlate(C).scalar_subquery()


def passages_by_reference(rows: Collection[Placed]) -> dict[str, list[str]]:
    """The passages that an answer is about, by contribution; nothing for those that are answered as a whole."""
    ordered = sorted((row for row in rows if row.argument), key=lambda row: (row.reference, row.argument or 0))
    groups = groupby(ordered, key=lambda row: row.reference)
    return {reference: [row.passage for row in group] for reference, group in groups}


def _shown(text: str, start: int, words: str) -> str:
    place = place_of(words, start, text)
    return text[place.start : place.end] if place else ""


def _public(*columns: Any) -> Select[Any]:
    return (
        select(*columns, R.id, V.decision, V.html, V.source, R.published_at)
        .select_from(T)
        .join(R, R.id == T.response_id)
        .join(V, and_(V.response_id == R.id, V.number == R.published_number))
    )
