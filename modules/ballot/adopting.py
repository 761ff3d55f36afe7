"""Contributions become the options of a question; each keeps where it comes from."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from modules.ballot.kinds import SEVERAL
from modules.ballot.models import Option, Question
from modules.ballot.queries import OptionItem, QuestionItem, questions_of
from modules.ballot.services import LONGEST, OPTIONS, QuestionDraft, save_question
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.kernel.text import excerpt, plain
from participation.procedures.models import Activity

WORDS = 300  # characters of a contribution that stand below its title


def adopt(activity: Activity, contributions: Sequence[Contribution]) -> None:
    """Make contributions options of a question, in their order: of the one that has such options, else of a new one.

    What is an option already stays as it is. Raises Invalid for fewer than two or more than 30 options, Conflict after
    the opening.
    """
    question = _question_of_origins(activity)
    kept = question.options if question else ()
    fresh = _fresh(activity, contributions)
    if not 2 <= len(kept) + len(fresh) <= OPTIONS:
        sentence = _l(
            "Eine Frage braucht 2 bis %(most)s Möglichkeiten. Bitte wählen Sie mehr oder weniger.", most=OPTIONS
        )
        raise Invalid(sentence, field="chosen")
    new = [OptionItem("", title, excerpt(plain(row.html), WORDS)) for title, row in _titled(fresh, kept)]
    row = save_question(activity, question.key if question else "", _draft(question, [*kept, *new]))
    options = db.session.scalars(select(Option).where(Option.question_id == row.id).order_by(Option.position))
    for option, origin in zip(list(options)[len(kept) :], fresh, strict=True):
        option.origin_id = origin.id
    db.session.flush()


def adopted(activity: Activity, contribution_id: int) -> bool:
    """Whether an option of this vote comes from a contribution."""
    query = select(Option.id).join(Question, Question.id == Option.question_id)
    query = query.where(Question.activity_id == activity.id, Option.origin_id == contribution_id)
    return db.session.scalar(query.limit(1)) is not None


def _question_of_origins(activity: Activity) -> QuestionItem | None:
    query = select(Question.key).join(Option, Option.question_id == Question.id)
    query = query.where(Question.activity_id == activity.id, Option.origin_id.is_not(None))
    key = db.session.scalar(query.order_by(Question.position, Question.id).limit(1))
    return next((question for question in questions_of(activity) if question.key == key), None)


def _fresh(activity: Activity, contributions: Iterable[Contribution]) -> list[Contribution]:
    return [row for row in contributions if not adopted(activity, row.id)]


def _titled(fresh: Sequence[Contribution], kept: Iterable[OptionItem]) -> list[tuple[str, Contribution]]:
    """Each with a title that no other option has: its own, with its number where that is needed."""
    taken, found = {option.title for option in kept}, []
    for row in fresh:
        title = row.title or excerpt(plain(row.html), LONGEST)
        title = f"{title[: LONGEST - 14]} ({row.reference})" if title in taken else title
        taken.add(title)
        found.append((title, row))
    return found


def _draft(question: QuestionItem | None, options: Sequence[OptionItem]) -> QuestionDraft:
    """The question as it stands with these options; a new one asks which of them people want."""
    if question is not None:
        return QuestionDraft(question.kind, question.title, question.text, question.most, tuple(options))
    title = _("Welche dieser Vorschläge sollen umgesetzt werden?")
    return QuestionDraft(SEVERAL, title, "", len(options), tuple(options))
