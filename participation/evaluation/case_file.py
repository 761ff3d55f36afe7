"""Reading the file of one contribution: its arguments, keywords, answers, what was done when, what is next to it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from participation.accounts.models import Person
from participation.contributions.models import Anchor, Contribution
from participation.documents.anchors import Span
from participation.evaluation.case_models import Argument, ArgumentVersion, Keyword, Tag
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.evaluation.passages import Piece, pieces, place_of
from participation.evaluation.public_answers import citation_of
from participation.evaluation.services import ANSWERABLE, MOST
from participation.kernel.db import db
from participation.procedures.models import Participant, Phase, Procedure

C, A, W, R, V, T, P = Contribution, Argument, ArgumentVersion, Response, ResponseVersion, ResponseTo, Participant
NEWEST = aliased(ResponseVersion)


class Given(NamedTuple):
    """The answer to a contribution or an argument as staff see it: its newest version, public or not."""

    response_id: int
    number: int
    published_number: int | None
    publish_on: date | None
    decision: str
    html: str

    @property
    def waits(self) -> bool:
        """Whether its newest words are not public yet."""
        return self.number != self.published_number


class Single(NamedTuple):
    """An argument. Where its words were blacked out or changed in the contribution, they are not shown."""

    id: int
    number: int
    words: str  # that were marked; "" where they do not stand in the text any more
    place: Span | None  # where they stand now
    source: str  # the working copy; "" with them
    versions: int
    removed_at: datetime | None
    answer: Given | None

    @property
    def is_covered(self) -> bool:
        """Whether the words do not stand in the text any more."""
        return not self.words


class About(NamedTuple):
    """What stands around a contribution."""

    author: str
    organisation: str
    citation: str
    quote: str | None
    phase: str
    round: int


class Kept(NamedTuple):
    """A version of a working copy, and who wrote it."""

    number: int
    source: str
    author: str | None
    at: datetime


class Step(NamedTuple):
    """What somebody did with the answer: a key of the words on the page, who, when."""

    what: str  # written, published
    number: int
    response_id: int
    argument: int | None  # number within the contribution
    who: str | None
    at: datetime


def case_at(procedure: Procedure, reference: str) -> Contribution | None:
    """A contribution with a file, by its number; of a merged one it can be read."""
    states = (*ANSWERABLE, "merged")
    query = select(C).where(C.procedure_id == procedure.id, C.reference == reference, C.state.in_(states))
    return db.session.scalar(query)


def about(contribution: Contribution) -> About:
    """Who sent it, to which place, in which phase; one query."""
    query = (
        select(P.pseudonym, P.organisation_name, citation_of(), Anchor.exact, Phase.kind, Phase.round)
        .select_from(C)
        .join(P, P.id == C.participant_id)
        .join(Phase, Phase.id == C.phase_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .where(C.id == contribution.id)
    )
    author, organisation, citation, *rest = db.session.execute(query).one()
    return About(author, organisation, citation or "", *rest)


def arguments_of(contribution: Contribution) -> list[Single]:
    """The arguments of a contribution in the order of its text, removed ones too; one query."""
    query = (
        select(A.id, A.number, A.start, W.source, A.source, A.versions, A.removed_at, *_given())
        .join(W, and_(W.argument_id == A.id, W.number == 1))
        .outerjoin(T, T.argument_id == A.id)
        .outerjoin(R, R.id == T.response_id)
        .outerjoin(NEWEST, and_(NEWEST.response_id == R.id, NEWEST.number == R.number))
        .where(A.contribution_id == contribution.id)
        .order_by(A.start, A.number)
    )
    return [_single(contribution.source, *row) for row in db.session.execute(query)]


def _single(text: str, id_: int, number: int, start: int, words: str, source: str, *rest: Any) -> Single:
    versions, removed_at, *given = rest
    place = place_of(words, start, text)
    answer = Given(*given) if given[0] is not None else None
    return Single(id_, number, words if place else "", place, source if place else "", versions, removed_at, answer)


def _given() -> tuple[Any, ...]:
    return R.id, R.number, R.published_number, R.publish_on, NEWEST.decision, NEWEST.html


def given_to(contribution: Contribution) -> Given | None:
    """The answer to a contribution as a whole; one query."""
    query = (
        select(*_given())
        .join(T, T.response_id == R.id)
        .join(NEWEST, and_(NEWEST.response_id == R.id, NEWEST.number == R.number))
        .where(T.contribution_id == contribution.id, T.argument_id.is_(None))
    )
    row = db.session.execute(query).one_or_none()
    return Given(*row) if row else None


def marked(contribution: Contribution, singles: Collection[Single]) -> list[Piece]:
    """The text of a contribution cut at its arguments. Pure."""
    spans = [(one.number, one.place) for one in singles if one.place is not None and one.removed_at is None]
    return pieces(contribution.source, spans)


def keywords_on(contribution: Contribution) -> dict[int | None, list[tuple[int, str]]]:
    """Number and title of the keywords, for each argument and (None) for the whole; one query."""
    query = (
        select(Tag.argument_id, Keyword.id, Keyword.title)
        .join(Keyword, Keyword.id == Tag.keyword_id)
        .where(Tag.contribution_id == contribution.id)
        .order_by(func.lower(Keyword.title))
    )
    found: dict[int | None, list[tuple[int, str]]] = {}
    for argument_id, keyword_id, title in db.session.execute(query):
        found.setdefault(argument_id, []).append((keyword_id, title))
    return found


def kept_versions(argument: Argument) -> list[Kept]:
    """The versions of a working copy, newest first; one query."""
    query = (
        select(W.number, W.source, Person.display_name, W.at)
        .outerjoin(Person, Person.id == W.author_id)
        .where(W.argument_id == argument.id)
    )
    return [Kept(*row) for row in db.session.execute(query.order_by(W.number.desc()))]


def steps_of(contribution: Contribution) -> list[Step]:
    """Who wrote and published answers to a contribution and its arguments, newest first, at most 50; one query."""
    query = (
        select(V.number, R.id, A.number, Person.display_name, V.at, R.published_number, R.published_at)
        .join(R, R.id == V.response_id)
        .join(T, T.response_id == R.id)
        .outerjoin(A, A.id == T.argument_id)
        .outerjoin(Person, Person.id == V.author_id)
        .where(T.contribution_id == contribution.id)
        .order_by(V.id.desc())
        .limit(50)
    )
    found = []
    for number, response_id, argument, who, at, published_number, published_at in db.session.execute(query):
        found.append(Step("written", number, response_id, argument, who, at))
        if number == published_number and published_at is not None:
            found.append(Step("published", number, response_id, argument, None, published_at))
    return sorted(found, key=lambda step: step.at, reverse=True)


def neighbours(contribution: Contribution) -> tuple[str | None, str | None]:
    """The numbers of the contributions before and after, of those without a public answer; one query."""
    here = (C.procedure_id == contribution.procedure_id, C.state.in_(ANSWERABLE), C.decision == "")
    before = select(C.reference).where(*here, C.id < contribution.id).order_by(C.id.desc()).limit(1)
    after = select(C.reference).where(*here, C.id > contribution.id).order_by(C.id).limit(1)
    row = db.session.execute(select(before.scalar_subquery(), after.scalar_subquery())).one()
    return row[0], row[1]


def arguments_named(procedure: Procedure, ids: Collection[int]) -> list[Argument]:
    """The arguments of a procedure with these ids that can be answered, in the order they were made."""
    query = (
        select(A)
        .join(C, C.id == A.contribution_id)
        .where(A.procedure_id == procedure.id, A.id.in_(list(ids)[:MOST]), A.removed_at.is_(None))
        .where(C.state.in_(ANSWERABLE))
    )
    return list(db.session.scalars(query.order_by(A.id)))


def copies_to_show(argument_ids: Collection[int]) -> dict[int, str]:
    """The working copies; "" where the words were blacked out or changed in the contribution. At most one query."""
    query = (
        select(A.id, A.start, A.source, W.source, C.source)
        .join(W, and_(W.argument_id == A.id, W.number == 1))
        .join(C, C.id == A.contribution_id)
        .where(A.id.in_(argument_ids))
    )
    rows = db.session.execute(query) if argument_ids else ()
    return {id_: copy if place_of(words, start, text) else "" for id_, start, copy, words, text in rows}


def keywords_of(contribution_ids: Collection[int], argument_ids: Collection[int]) -> set[int]:
    """The keywords that some contributions (as a whole) or arguments have; one query, none for none."""
    if not contribution_ids and not argument_ids:
        return set()
    whole = and_(Tag.argument_id.is_(None), Tag.contribution_id.in_(contribution_ids))
    return set(db.session.scalars(select(Tag.keyword_id).where(or_(whole, Tag.argument_id.in_(argument_ids)))))
