"""Finding. The index gives numbers, the rows they belong to are asked who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, column, false, func, literal_column, or_, select, table, true
from sqlalchemy.exc import DBAPIError

from participation.access.rules import Viewer
from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions, visible_procedures
from participation.interfaces import STAFF
from participation.kernel.db import db, is_sqlite
from participation.procedures.models import Activity, Participant, Procedure
from participation.search.models import SearchRow
from participation.search.stems import Term, terms
from participation.tenants.models import Tenant

KINDS = ("procedure", "text", "contribution")
PAGE = 20
MOST = 200  # hits that can be paged through; beyond, the question is too wide

S, C, P = SearchRow, Contribution, Procedure
FTS = table("fts_search", column("rowid"), column("rank"), column("fts_search"))
SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")


@dataclass(frozen=True, kw_only=True)
class Narrow:
    """What a search is narrowed to; None and "" narrow nothing."""

    kind: str | None = None
    tenant: str | None = None  # slugs
    procedure: str | None = None


class Hit(NamedTuple):
    """What a result shows, and what its address is made of."""

    id: int
    kind: str
    title: str
    text: str
    endpoint: str
    values: dict[str, Any]
    fragment: str
    changed_at: datetime
    tenant: str
    tenant_name: str
    procedure: str
    procedure_title: str
    activity: str | None
    reference: str | None
    sent_at: datetime | None
    pseudonym: str | None


class Found(NamedTuple):
    """A page of hits; `total` counts to 200, `is_more` says that there are more."""

    hits: list[Hit]
    total: int
    is_more: bool


NOTHING = Found([], 0, False)


class NoIndex(Exception):
    """The index is gone, broken or too slow; everything else goes on."""


class Address(NamedTuple):
    """Where a contribution stands."""

    tenant: str
    procedure: str
    reference: str


def found(asked: Sequence[Term], who: Viewer, narrow: Narrow, *, modules: Sequence[str], page: int = 1) -> Found:
    """The hits for all of these terms, best first. Texts of modules that are not installed cannot be shown.

    Two queries: the numbers of at most 201 hits in order, then the rows of the page. Raises NoIndex where the index
    does not answer; the read transaction is ended then.
    """
    if not asked:
        return NOTHING
    try:
        ids = list(db.session.scalars(_matching(asked, who, narrow, modules).limit(MOST + 1)))
        shown = ids[:MOST][(page - 1) * PAGE : page * PAGE]
        return Found(_hits(shown) if shown else [], min(len(ids), MOST), len(ids) > MOST)
    except DBAPIError as error:
        db.session.rollback()
        raise NoIndex from error


def _matching(asked: Sequence[Term], who: Viewer, narrow: Narrow, modules: Sequence[str]) -> Select[Any]:
    query = _ranked(asked).join(P, P.id == S.procedure_id).join(Tenant, Tenant.id == S.tenant_id)
    query = query.outerjoin(C, C.id == S.contribution_id).outerjoin(Activity, Activity.id == S.activity_id)
    query = query.where(visible_procedures(who), _is_shown(modules))
    if narrow.kind:
        query = query.where(S.kind == narrow.kind)
    if narrow.tenant:
        query = query.where(Tenant.slug == narrow.tenant)
    if narrow.procedure:
        query = query.where(P.slug == narrow.procedure)
    return query


def _is_shown(modules: Sequence[str]) -> ColumnElement[bool]:
    return or_(
        S.kind == "procedure",
        (S.kind == "text") & Activity.module.in_(modules),
        (S.kind == "contribution") & public_contributions(),
    )


def _ranked(asked: Sequence[Term]) -> Select[Any]:
    return ranked([asked])


def ranked(ways: Sequence[Sequence[Term]]) -> Select[Any]:
    """Ids of entries that hold all terms of one of these ways, best first, of equal ones the newest.

    The question is bound, never part of the SQL.
    """
    if is_sqlite():
        matches = FTS.c.fts_search.op("MATCH")(" OR ".join(f"({fts5_question(asked)})" for asked in ways))
        return select(S.id).join(FTS, FTS.c.rowid == S.id).where(matches).order_by(FTS.c.rank, S.id.desc())
    vector = func.to_tsvector(SIMPLE, S.stems)
    question = func.to_tsquery(SIMPLE, " | ".join(f"({postgres_question(asked)})" for asked in ways))
    return select(S.id).where(vector.op("@@")(question)).order_by(func.ts_rank(vector, question).desc(), S.id.desc())


def matches(words: str, procedure_id: int) -> ColumnElement[bool]:
    """Contributions of a procedure that hold all of these words, as a condition of a list of contributions.

    Without a word that can be searched it holds for none.
    """
    asked = terms(words)
    if not asked:
        return false()
    found = _ranked(asked).order_by(None).with_only_columns(S.contribution_id)
    return C.id.in_(found.where(S.procedure_id == procedure_id, S.contribution_id.is_not(None)))


def fts5_question(asked: Sequence[Term]) -> str:
    """Terms in the syntax of FTS5. They are letters and digits only, and quoted all the same."""
    return " ".join(f'"{term.stem}"' + "*" * term.is_beginning for term in asked)


def postgres_question(asked: Sequence[Term]) -> str:
    """Terms in the syntax of `to_tsquery`."""
    return " & ".join(f"'{term.stem}'" + ":*" * term.is_beginning for term in asked)


def _hits(ids: Sequence[int]) -> list[Hit]:
    own = (S.id, S.kind, S.title, S.text, S.endpoint, S.values, S.fragment, S.changed_at)
    above = (Tenant.slug, Tenant.name, P.slug, P.title, Activity.slug)
    query = select(*own, *above, C.reference, C.created_at, Participant.pseudonym)
    query = query.join(P, P.id == S.procedure_id).join(Tenant, Tenant.id == S.tenant_id)
    query = query.outerjoin(Activity, Activity.id == S.activity_id).outerjoin(C, C.id == S.contribution_id)
    query = query.outerjoin(Participant, Participant.id == C.participant_id).where(S.id.in_(ids))
    rows = {row.id: Hit(*row) for row in db.session.execute(query)}
    return [rows[number] for number in ids if number in rows]


def address_of(reference: str, who: Viewer, tenant: str | None = None) -> Address | None:
    """Where the contribution with a number stands, if this person may see it; None also where two have it."""
    query = select(Tenant.slug, P.slug, C.reference).join(P, P.tenant_id == Tenant.id)
    query = query.join(C, C.procedure_id == P.id).join(Participant, Participant.id == C.participant_id)
    query = query.where(C.reference == reference, visible_procedures(who), or_(*_may_open(who)))
    if tenant:
        query = query.where(Tenant.slug == tenant)
    rows = db.session.execute(query.limit(2)).all()
    return Address(*rows[0]) if len(rows) == 1 else None


def _may_open(who: Viewer) -> list[ColumnElement[bool]]:
    """Public ones, one's own, and all for those who work at the authority or on the procedure."""
    if who.person is None:
        return [public_contributions()]
    if who.operates:
        return [true()]
    staff = [(tenant, procedure) for role, tenant, procedure in who.grants if role in STAFF]
    worked_on = [
        and_(P.tenant_id == tenant, *([P.id == procedure] if procedure is not None else ()))
        for tenant, procedure in staff
    ]
    return [public_contributions(), Participant.person_id == who.person.id, *worked_on]
