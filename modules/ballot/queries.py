"""Reading the questions of a ballot, as pages, checks and the count need them."""

import hashlib
from typing import NamedTuple

from sqlalchemy import and_, func, select

from modules.ballot.kinds import YES_NO
from modules.ballot.models import Option, Question
from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.kernel.db import db
from participation.procedures.models import Activity


class OptionItem(NamedTuple):
    """Something to choose."""

    key: str
    title: str
    text: str = ""
    origin: str = ""  # the number of the contribution it comes from, while everybody may read that


class QuestionItem(NamedTuple):
    """A question with its options, in order."""

    id: int
    key: str
    kind: str
    title: str
    text: str
    html: str
    most: int
    options: tuple[OptionItem, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether its options are yes, no and abstain."""
        return self.kind == YES_NO

    def option(self, key: str) -> OptionItem | None:
        """An option by its key."""
        return next((option for option in self.options if option.key == key), None)

    @property
    def mark(self) -> str:
        """What tells one state of the question from another; not its place in the order."""
        options = [(option.key, option.title, option.text) for option in self.options]
        words = repr((self.kind, self.title, self.text, self.most, options))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def questions_of(activity: Activity) -> list[QuestionItem]:
    """All questions of a ballot with their options; two queries."""
    found = list(
        db.session.execute(
            select(
                Question.id, Question.key, Question.kind, Question.title, Question.text, Question.html, Question.most
            )
            .where(Question.activity_id == activity.id)
            .order_by(Question.position, Question.id)
        )
    )
    options = _options([row.id for row in found])
    return [QuestionItem(*row, options.get(row.id, ())) for row in found]


def _options(question_ids: list[int]) -> dict[int, tuple[OptionItem, ...]]:
    origin = and_(Contribution.id == Option.origin_id, public_contributions())
    columns = (Option.question_id, Option.key, Option.title, Option.text, func.coalesce(Contribution.reference, ""))
    query = select(*columns).outerjoin(Contribution, origin).where(Option.question_id.in_(question_ids))
    rows = db.session.execute(query.order_by(Option.position, Option.id))
    found: dict[int, tuple[OptionItem, ...]] = {}
    for question_id, *option in rows:
        found[question_id] = (*found.get(question_id, ()), OptionItem(*option))
    return found


def question_row(activity: Activity, key: str) -> Question | None:
    """The row of a question of this very activity, kept from others until the end of the transaction."""
    query = select(Question).where(Question.activity_id == activity.id, Question.key == key)
    return db.session.scalar(query.with_for_update())
