"""Writing: the questions before the opening, and a ballot while the vote is open."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from modules.ballot.actions import VOTE
from modules.ballot.choosing import read
from modules.ballot.kinds import KINDS, SEVERAL, YES_NO
from modules.ballot.models import Option, Question
from modules.ballot.queries import OptionItem, question_row, questions_of
from participation.access.rules import Viewer
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise_name, render_rich
from participation.procedures.events import ProcedureChanged
from participation.procedures.models import Activity
from participation.procedures.services import note_change
from participation.voting.embargo import has_opened
from participation.voting.models import Ballot
from participation.voting.services import cast

QUESTIONS, OPTIONS = 30, 30  # so that a ballot fits on a page, and choices into a cookie
LONGEST = 300  # of a title
OPTION = ("key", "title", "text")  # what is copied of an option


class QuestionConflict(Conflict):
    """Somebody changed the question, or took it out, since the page was shown."""

    def __init__(self) -> None:
        super().__init__(_l("Jemand anderes hat diese Frage inzwischen geändert. Ihre Änderung ist nicht gespeichert."))


class QuestionDraft(NamedTuple):
    """What staff typed for a question."""

    kind: str
    title: str
    text: str = ""
    most: int = 1
    options: tuple[OptionItem, ...] = ()  # an empty key: a new one


def cast_ballot(activity: Activity, *, who: Viewer, choices: Mapping[str, Sequence[str]]) -> Ballot:
    """Cast a ballot or change it. Raises Invalid for choices that do not fit the questions, Refused as `cast`."""
    reading = read(questions_of(activity), choices)
    for key, sentence in reading.problems.items():
        raise Invalid(sentence, field=key)
    for sentence in reading.general:
        raise Invalid(sentence)
    return cast(activity, who=who, action=VOTE, choices=reading.choices)


def save_question(
    activity: Activity, key: str, draft: QuestionDraft, *, seen: str | None = None, actor_id: int | None = None
) -> Question:
    """Add a question (key "") or change one. Raises Conflict after the opening, Invalid, Unknown.

    `seen` is the mark of the question that was changed: raises QuestionConflict where it is another one by now.
    """
    _require_unopened(activity)
    clean = _checked(draft)
    question = _new_question(activity) if not key else _question_as_seen(activity, key, seen)
    question.kind, question.title, question.text = clean.kind, clean.title, clean.text
    question.html, question.most = render_rich(clean.text), clean.most
    db.session.add(question)
    db.session.flush()
    _keep_options(question, clean.options)
    _note(activity, actor_id)
    return question


def remove_question(activity: Activity, key: str, *, seen: str | None = None, actor_id: int | None = None) -> None:
    """Take a question out. Raises Conflict after the opening, QuestionConflict as `save_question`, Unknown."""
    _require_unopened(activity)
    db.session.delete(_question_as_seen(activity, key, seen))
    db.session.flush()
    _note(activity, actor_id)


def move_question(activity: Activity, key: str, by: int, *, actor_id: int | None = None) -> None:
    """Move a question up (-1) or down (1); at the edge nothing happens. Raises Conflict after the opening, Unknown."""
    _require_unopened(activity)
    query = select(Question).where(Question.activity_id == activity.id).order_by(Question.position, Question.id)
    rows = list(db.session.scalars(query))
    place = next((index for index, row in enumerate(rows) if row.key == key), None)
    if place is None:
        raise Unknown
    rows.insert(max(place + by, 0), rows.pop(place))
    for position, row in enumerate(rows):
        row.position = position
    _note(activity, actor_id)


def _question_as_seen(activity: Activity, key: str, seen: str | None) -> Question:
    """The row of a question that is as it was when the page was shown. Raises QuestionConflict, Unknown."""
    question = question_row(activity, key)
    if question is None:
        raise Unknown if seen is None else QuestionConflict
    stored = next(entry for entry in questions_of(activity) if entry.key == key)
    if seen not in (None, stored.mark):
        raise QuestionConflict
    return question


def _require_unopened(activity: Activity) -> None:
    if has_opened(activity):
        raise Conflict(_l("Die Abstimmung hat begonnen. Fragen und Möglichkeiten bleiben jetzt, wie sie sind."))


def _note(activity: Activity, actor_id: int | None) -> None:
    """Pages, search and the log know of it."""
    db.session.flush()
    note_change(activity.procedure)
    procedure = activity.procedure
    emit(ProcedureChanged(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id))


def _checked(draft: QuestionDraft) -> QuestionDraft:
    """The draft, normalised. Raises Invalid with the field."""
    title = normalise_name(draft.title)
    if not title or len(title) > LONGEST:
        raise Invalid(_l("Bitte schreiben Sie die Frage mit höchstens 300 Zeichen."), field="title")
    if draft.kind not in KINDS:
        raise Invalid(_l("Bitte wählen Sie, wie man antworten kann."), field="kind")
    options = tuple(_option(option) for option in draft.options if normalise_name(option.title))
    if draft.kind == YES_NO:
        return QuestionDraft(draft.kind, title, draft.text, 1, ())
    if not 2 <= len(options) <= OPTIONS or len({option.title for option in options}) < len(options):
        raise Invalid(_l("Bitte geben Sie 2 bis 30 verschiedene Möglichkeiten an."), field="options")
    most = draft.most if draft.kind == SEVERAL else 1
    if draft.kind == SEVERAL and not 2 <= most <= len(options):
        raise Invalid(_l("Bitte geben Sie eine Zahl von 2 bis zur Zahl der Möglichkeiten an."), field="most")
    return QuestionDraft(draft.kind, title, draft.text, most, options)


def _option(option: OptionItem) -> OptionItem:
    return OptionItem(option.key, normalise_name(option.title)[:LONGEST], normalise_name(option.text)[:1_000])


def _new_question(activity: Activity) -> Question:
    here = select(Question.key, Question.position).where(Question.activity_id == activity.id)
    rows = db.session.execute(here).all()
    if len(rows) >= QUESTIONS:
        raise Invalid(_l("Eine Abstimmung kann höchstens 30 Fragen haben."), field="title")
    return Question(
        tenant_id=activity.tenant_id,
        activity_id=activity.id,
        key=_fresh_key("q", {row.key for row in rows}),
        position=max((row.position for row in rows), default=-1) + 1,
    )


def _fresh_key(letter: str, taken: set[str]) -> str:
    numbers = [int(key[1:]) for key in taken if key[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def _keep_options(question: Question, options: Sequence[OptionItem]) -> None:
    """Known keys stay; what is not named any more goes."""
    kept = {row.key: row for row in db.session.scalars(select(Option).where(Option.question_id == question.id))}
    for position, option in enumerate(options):
        row = kept.pop(option.key, None)
        if row is None:
            taken = set(db.session.scalars(select(Option.key).where(Option.question_id == question.id)))
            key = option.key if option.key and option.key not in taken else _fresh_key("o", taken)
            row = Option(tenant_id=question.tenant_id, question_id=question.id, key=key)
            db.session.add(row)
        row.position, row.title, row.text = position, option.title, option.text
        db.session.flush()
    db.session.execute(delete(Option).where(Option.id.in_([row.id for row in kept.values()])))


def dump(activity: Activity) -> dict[str, Any]:
    """The questions, without a word about ballots: for copies and templates."""
    names = ("key", "kind", "title", "text", "most")
    return {
        "questions": [
            {name: getattr(question, name) for name in names}
            | {"options": [{name: getattr(option, name) for name in OPTION} for option in question.options]}
            for question in questions_of(activity)
        ]
    }


def load(activity: Activity, content: Mapping[str, Any]) -> None:
    """Give an activity the questions of a dump, in place of its own; keys stay. Raises Conflict after the opening."""
    if not db.session.scalar(select(func.count(Question.id)).where(Question.activity_id == activity.id)):
        _write(activity, content)
        return
    _require_unopened(activity)
    db.session.execute(delete(Question).where(Question.activity_id == activity.id))
    _write(activity, content)


def _write(activity: Activity, content: Mapping[str, Any]) -> None:
    for position, entry in enumerate(content.get("questions", ())):
        options = tuple(OptionItem(**option) for option in entry.get("options", ()))
        clean = _checked(QuestionDraft(entry["kind"], entry["title"], entry["text"], entry["most"], options))
        question = Question(
            tenant_id=activity.tenant_id, activity_id=activity.id, key=entry["key"], position=position,
            kind=clean.kind, title=clean.title, text=clean.text, html=render_rich(clean.text), most=clean.most,
        )  # fmt: skip
        db.session.add(question)
        db.session.flush()
        _keep_options(question, clean.options)
