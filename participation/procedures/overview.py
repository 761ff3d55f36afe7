"""Lists of procedures: one row per card, in the order of `ranking`.

Who may see what is not public is handed in as a `Sight`: the room that knows roles stands above this one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
    true,
    tuple_,
)

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Activity, Procedure
from participation.procedures.ranking import GROUPS, NAMES, ranked_procedures
from participation.tenants.models import Tenant

PAGE = 20
# Kept by the room of contributions, which stands above this one: named here by its columns only.
COUNTS = table("place_count", column("activity_id"), column("place"), column("shown", BigInteger))


class ProcedureCard(NamedTuple):
    """What a list shows of a procedure; `stage` is the present one, `closes_at` the next end of an open phase."""

    id: int
    slug: str
    tenant_id: int
    tenant_slug: str
    tenant_name: str
    title: str
    summary: str
    topic: str
    stage: Stage
    begins_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None
    answers_by: date | None
    resumes_on: date | None
    practice: bool
    contributions: int
    group: str


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Whose procedures somebody sees besides the public ones, because they work there."""

    everything: bool = False
    tenants: frozenset[int] = frozenset()
    procedures: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a list is narrowed to; every word must stand in title or summary."""

    tenant_id: int | None = None
    group: str | None = None
    topic: str | None = None
    words: tuple[str, ...] = ()
    only: frozenset[int] | None = None  # ids: those somebody works on


class Facet(NamedTuple):
    """How many visible procedures of an authority are at a stage and on a topic."""

    tenant_id: int
    stage: Stage
    topic: str
    number: int

    @property
    def group(self) -> str:
        """The group its stage belongs to."""
        return next(name for name, stages in GROUPS.items() if self.stage in stages)


def stages_now(at: datetime | None = None) -> dict[int, Stage]:
    """The present stage of every procedure, by id: what the lists compute, for jobs and for comparison."""
    ranked = ranked_procedures(at or now())
    return {number: Stage(stage) for number, stage in db.session.execute(select(ranked.c.id, ranked.c.stage))}


def front_page(limits: Mapping[str, int], sight: Sight, tenant_id: int | None = None) -> dict[str, list[ProcedureCard]]:
    """The first cards of each group, in the order of `ranking`. One query."""
    ranked = ranked_procedures(now())
    order = func.row_number().over(partition_by=ranked.c.rank, order_by=(ranked.c.position, ranked.c.id))
    query = select(ranked.c.id, order.label("place")).where(*_narrowed(ranked, sight, Filter(tenant_id=tenant_id)))
    places = query.subquery("places")
    limit = case({rank: limits.get(name, 0) for rank, name in enumerate(NAMES)}, value=ranked.c.rank)
    shown = _cards(ranked).join(places, places.c.id == ranked.c.id).where(places.c.place <= limit)
    groups: dict[str, list[ProcedureCard]] = {name: [] for name in GROUPS}
    for card in _fetch(shown, ranked):
        groups[card.group].append(card)
    return groups


def page_of_procedures(
    narrow: Filter, sight: Sight, after: str | None = None
) -> tuple[list[ProcedureCard], str | None]:
    """Twenty cards, running ones first, and the key after which the next page begins (None on the last)."""
    ranked = ranked_procedures(now())
    key = (ranked.c.rank, ranked.c.position, ranked.c.id)
    query = _cards(ranked).add_columns(ranked.c.position).where(*_narrowed(ranked, sight, narrow))
    if (start := _read_key(after)) is not None:
        query = query.where(tuple_(*key) > tuple_(*(literal(number, BigInteger) for number in start)))
    rows = list(db.session.execute(query.order_by(*key).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    cards = [_card(tuple(row)[:-1]) for row in rows[:PAGE]]
    return cards, f"{NAMES.index(cards[-1].group)}_{last[-1]}_{last[0]}" if last else None


def facets(sight: Sight, narrow: Filter | None = None) -> list[Facet]:
    """Counts of everything visible by authority, stage and topic; one query."""
    ranked = ranked_procedures(now())
    by = (ranked.c.tenant_id, ranked.c.stage, ranked.c.topic)
    query = select(*by, func.count()).where(*_narrowed(ranked, sight, narrow or Filter())).group_by(*by)
    return [Facet(tenant, Stage(stage), topic, number) for tenant, stage, topic, number in db.session.execute(query)]


def contributions_by_activity(procedure_id: int) -> dict[int, int]:
    """How many contributions each activity of a procedure shows; one query of kept counters."""
    query = select(COUNTS.c.activity_id, COUNTS.c.shown).join(Activity, Activity.id == COUNTS.c.activity_id)
    query = query.where(Activity.procedure_id == procedure_id, COUNTS.c.place == "*")
    return {activity_id: int(shown) for activity_id, shown in db.session.execute(query)}


def picture_of(procedure_id: int) -> bytes | None:
    """The bytes of a procedure's picture, which no page loads."""
    return db.session.scalar(select(Procedure.picture).where(Procedure.id == procedure_id))


def _narrowed(ranked: FromClause, sight: Sight, narrow: Filter) -> Iterator[ColumnElement[bool]]:
    yield _seen(ranked, sight)
    if narrow.tenant_id is not None:
        yield ranked.c.tenant_id == narrow.tenant_id
    if narrow.group is not None:
        yield ranked.c.rank == NAMES.index(narrow.group)
    if narrow.topic is not None:
        yield ranked.c.topic == narrow.topic
    if narrow.only is not None:
        yield ranked.c.id.in_(narrow.only)
    for word in narrow.words:
        yield or_(*_contains(ranked, word))


def _seen(ranked: FromClause, sight: Sight) -> ColumnElement[bool]:
    """The rule of `access.rules.can_see` for whole lists."""
    if sight.everything:
        return true()
    published = and_(ranked.c.stage.not_in(INTERNAL), ranked.c.visible_to == "public")
    return or_(published, ranked.c.tenant_id.in_(sight.tenants), ranked.c.id.in_(sight.procedures))


def _contains(ranked: FromClause, word: str) -> Iterator[ColumnElement[bool]]:
    """SQLite knows no capital umlauts, so the spellings of a word are asked for one by one."""
    for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
        yield ranked.c.title.icontains(spelling, autoescape=True)
        yield ranked.c.summary.icontains(spelling, autoescape=True)


def _cards(ranked: FromClause) -> Select[Any]:
    """The columns of `ProcedureCard`."""
    c = ranked.c
    counted = select(func.coalesce(func.sum(COUNTS.c.shown), 0)).join(Activity, Activity.id == COUNTS.c.activity_id)
    number = counted.where(Activity.procedure_id == c.id, COUNTS.c.place == "*").correlate(ranked).scalar_subquery()
    columns = (c.id, c.slug, c.tenant_id, Tenant.slug, Tenant.name, c.title, c.summary, c.topic, c.stage)
    dates = (c.begins_at, c.ends_at, c.closes_at, c.answers_by, c.resumes_on)
    return select(*columns, *dates, c.practice, number, c.rank).join(Tenant, Tenant.id == c.tenant_id)


def _fetch(query: Select[Any], ranked: FromClause) -> Iterator[ProcedureCard]:
    ordered = query.order_by(ranked.c.rank, ranked.c.position, ranked.c.id)
    return (_card(tuple(row)) for row in db.session.execute(ordered))


def _card(row: tuple[Any, ...]) -> ProcedureCard:
    card = ProcedureCard(*row)
    return card._replace(stage=Stage(card.stage), contributions=int(card.contributions), group=NAMES[int(row[-1])])


def _read_key(after: str | None) -> tuple[int, int, int] | None:
    """A key from the address; an odd one counts as none."""
    try:
        rank, position, number = (int(part) for part in (after or "").split("_"))
    except ValueError:
        return None
    return (rank, position, number) if _fits((rank, position, number)) else None


def _fits(numbers: Collection[int]) -> bool:
    return all(abs(number) < 2**63 for number in numbers)
