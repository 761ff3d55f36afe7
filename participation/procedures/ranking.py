"""All procedures with their present stage and their place in the lists, computed by the database.

The stage is exactly what `lifecycle.stage_at` says; tests compare the two.
"""

from datetime import datetime

from sqlalchemy import CTE, BigInteger, ColumnElement, Subquery, and_, case, cast, extract, func, select

from participation.kernel.clock import local
from participation.procedures.lifecycle import TAKING_PART, Stage
from participation.procedures.models import Activity, Phase, Procedure

GROUPS: dict[str, tuple[Stage, ...]] = {
    "running": (Stage.RUNNING,),
    "paused": (Stage.PAUSED,),
    "coming": (Stage.ANNOUNCED,),
    "ended": (Stage.EVALUATION, Stage.COMPLETED, Stage.CANCELLED, Stage.ARCHIVED),
    "preparing": (Stage.DRAFT, Stage.REVIEW, Stage.RELEASED),
}
NAMES = tuple(GROUPS)
P = Procedure


def ranked_procedures(at: datetime) -> CTE:
    """All procedures with stage, rank of their group, and position in it.

    The position counts seconds: running by end, paused and coming by begin, ended backwards by end.
    """
    spans = _spans(at)
    names = (P.id, P.tenant_id, P.slug, P.title, P.summary, P.topic, P.answers_by, P.resumes_on, P.practice)
    dates = (P.visible_to, P.stage_since, P.created_at, spans.c.begins_at, spans.c.ends_at, spans.c.closes_at)
    dated = (
        select(*names, *dates, _stage(spans, at).label("stage"))
        .outerjoin(spans, spans.c.procedure_id == P.id)
        .subquery("dated")
    )
    ranks = {stage.value: rank for rank, name in enumerate(NAMES) for stage in GROUPS[name]}
    rank = case(ranks, value=dated.c.stage)
    return select(dated, rank.label("rank"), _position(dated, rank).label("position")).cte("ranked")


def _spans(at: datetime) -> Subquery:
    """First begin and last end of taking part for each procedure, and the next end of a phase that is on."""
    is_on = and_(Phase.begins_at <= at, Phase.ends_at > at)
    return (
        select(
            Activity.procedure_id,
            func.min(Phase.begins_at).label("begins_at"),
            func.max(Phase.ends_at).label("ends_at"),
            func.min(case((is_on, Phase.ends_at))).label("closes_at"),
        )
        .join(Phase, Phase.activity_id == Activity.id)
        .where(Phase.step.in_(TAKING_PART))
        .group_by(Activity.procedure_id)
        .subquery("spans")
    )


def _stage(spans: Subquery, at: datetime) -> ColumnElement[str]:
    """`lifecycle.stage_at` in the words of the database."""
    begun, ended = spans.c.begins_at <= at, spans.c.ends_at <= at
    waiting, open_ = P.stage.in_((Stage.RELEASED, Stage.ANNOUNCED)), P.stage.in_((Stage.RUNNING, Stage.PAUSED))
    final = P.stage.in_((Stage.COMPLETED, Stage.CANCELLED))
    return case(
        (and_(waiting, begun, ended), Stage.EVALUATION.value),
        (and_(waiting, begun), Stage.RUNNING.value),
        (and_(P.stage == Stage.RELEASED, P.announced_at <= at), Stage.ANNOUNCED.value),
        (and_(open_, ended), Stage.EVALUATION.value),
        (and_(final, P.retained_until <= local(at).date()), Stage.ARCHIVED.value),
        else_=P.stage,
    )


def _position(dated: Subquery, rank: ColumnElement[int]) -> ColumnElement[int]:
    ends = func.coalesce(dated.c.ends_at, dated.c.stage_since)
    begins = func.coalesce(dated.c.begins_at, dated.c.stage_since)
    seconds = case(
        (rank == NAMES.index("running"), extract("epoch", func.coalesce(dated.c.closes_at, ends))),
        (rank.in_((NAMES.index("paused"), NAMES.index("coming"))), extract("epoch", begins)),
        (rank == NAMES.index("ended"), -extract("epoch", ends)),
        else_=-extract("epoch", dated.c.created_at),
    )
    return cast(seconds, BigInteger)
