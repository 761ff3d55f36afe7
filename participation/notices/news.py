"""What happened since somebody was last told, in what they follow: read when the mail is written, public things only.

Counts of contributions and answers are no counts of ratings; of ratings no mail tells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, union, union_all

from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.evaluation.models import Response, ResponseTo
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.moderation.models import ModerationAct
from participation.notices.models import Subscription
from participation.procedures.entries import Entry
from participation.procedures.models import Activity, Participant, Phase, Procedure

MOST = 5  # excerpts of each thing that is followed
LENGTH = 160  # characters of an excerpt

C, P, S = Contribution, Participant, Subscription


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """The first words of a contribution that is public now."""

    reference: str
    pseudonym: str
    words: str


@dataclass(kw_only=True)
class Section:
    """What happened in one thing that somebody follows."""

    procedure: Procedure
    followed: Subscription
    title: str = ""  # of the format or the contribution; "" = the whole procedure
    reference: str = ""  # of the contribution
    transition: str = ""  # the last step of the life cycle that readers are told of
    opened: list[tuple[Activity, Phase]] = field(default_factory=list)
    ending: list[tuple[Activity, Phase]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)  # title and what is new in it
    has_result: bool = False
    answers: int = 0
    decision: str = ""  # on the contribution
    count: int = 0  # new contributions, or replies
    excerpts: list[Excerpt] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (
            self.transition
            or self.opened
            or self.ending
            or self.entries
            or self.texts
            or self.has_result
            or self.answers
            or self.count
        )


def add_contributions(sections: Sequence[Section], until: datetime, person_id: int) -> None:
    """How many contributions (or replies) of others became public, and the newest of them; one query."""
    by_number = {section.followed.id: section for section in sections}
    for number, total, reference, pseudonym, html in _rows(_newest(one, until, person_id) for one in sections):
        section = by_number[number]
        section.count = total
        section.excerpts.append(Excerpt(reference=reference, pseudonym=pseudonym, words=excerpt(plain(html), LENGTH)))


def _newest(section: Section, until: datetime, person_id: int) -> Any:
    number = literal(section.followed.id).label("number")
    total = func.count().over().label("total")
    query = (
        select(number, total, C.reference, P.pseudonym, C.html)
        .join(P, P.id == C.participant_id)
        .where(public_contributions(), P.person_id.is_distinct_from(person_id), _is_new(section, until))
    )
    return query.order_by(C.id.desc()).limit(MOST)


def _is_new(section: Section, until: datetime) -> Any:
    """Below the contribution, or anywhere in the formats; sent or published by moderation since the last digest."""
    one, since = section.followed, section.followed.told_at
    act = (ModerationAct.act == "publish", ModerationAct.undone_at.is_(None))
    late = select(ModerationAct.contribution_id).where(
        ModerationAct.tenant_id == one.tenant_id, *act, ModerationAct.at > since, ModerationAct.at <= until
    )
    if one.contribution_id:
        below = or_(C.parent_id == one.contribution_id, C.root_id == one.contribution_id)
        return and_(below, or_(and_(C.created_at > since, C.created_at <= until), C.id.in_(late)))
    formats = [one.activity_id] if one.activity_id else [activity.id for activity in section.procedure.activities]
    sent = select(C.id).where(C.activity_id.in_(formats), C.created_at > since, C.created_at <= until)
    return and_(C.activity_id.in_(formats), C.id.in_(union(sent, late).subquery().select()))


def add_answers(sections: Sequence[Section], until: datetime, person_id: int) -> None:
    """How many contributions got a public answer, and which decision it was; one query.

    Whoever wrote the contribution had a mail of its own with the answer.
    """
    by_number = {section.followed.id: section for section in sections}
    for number, total, decision in _rows(_answered(one, until, person_id) for one in sections):
        section = by_number[number]
        section.answers = total
        section.decision = (decision or "") if section.followed.contribution_id and total else ""


def _answered(section: Section, until: datetime, person_id: int) -> Any:
    one = section.followed
    query = (
        select(
            literal(one.id).label("number"),
            func.count(C.id.distinct()).label("total"),
            func.max(C.decision).label("decision"),
        )
        .select_from(Response)
        .join(ResponseTo, ResponseTo.response_id == Response.id)
        .join(C, C.id == ResponseTo.contribution_id)
        .join(P, P.id == C.participant_id)
        .where(
            Response.procedure_id == one.procedure_id,
            Response.published_number.is_not(None),
            Response.published_at > one.told_at,
            Response.published_at <= until,
            P.person_id.is_distinct_from(person_id),
            public_contributions(),
        )
    )
    if one.contribution_id:
        return query.where(C.id == one.contribution_id)
    return query.where(C.activity_id == one.activity_id) if one.activity_id else query


def _rows(queries: Iterable[Any]) -> Iterable[Any]:
    """All of them as one statement."""
    parts = [select(query.subquery()) for query in queries]
    return db.session.execute(union_all(*parts)).all() if parts else ()
