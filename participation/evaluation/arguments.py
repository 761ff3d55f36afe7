"""Splitting a contribution into single arguments, each with a working copy, keywords and an answer of its own.

What the author sent stays as it was sent. A contribution with arguments is answered through them.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.contributions.models import Contribution
from participation.contributions.text_keys import text_key
from participation.documents.anchors import Span
from participation.evaluation.case_models import Argument, ArgumentVersion
from participation.evaluation.events import ArgumentChanged, ArgumentRemoved, ArgumentRestored
from participation.evaluation.models import ResponseTo
from participation.evaluation.passages import first_overlap, passage_of_quote, place_of, whole_words
from participation.evaluation.settling import settle
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.kernel.text import normalise

LONGEST = 20_000  # characters of a working copy
MOST = 100  # arguments of a contribution
CHANGED = _l("Diese Arbeitskopie wurde inzwischen geändert. Unten stehen beide Fassungen. Nichts ist verloren.")


def split(
    contribution: Contribution,
    *,
    quote: str = "",
    span: tuple[int, int] | None = None,
    version: int,
    actor_id: int | None,
) -> Argument:
    """Make a passage an argument of its own: by its words, or from `span[0]` to before `span[1]`.

    Raises Invalid (the words do not stand there, belong to another argument, too many), Conflict (the text changed
    since `version`), Refused (it has an answer as a whole already).
    """
    db.session.refresh(contribution, with_for_update=True)
    if contribution.versions != version:
        raise Conflict(_l("Der Beitrag wurde inzwischen geändert. Bitte sehen Sie sich den neuen Wortlaut an."))
    if _has_answer(contribution.id, None):
        raise Refused(
            _l("Dieser Beitrag hat als Ganzes schon eine Antwort. Ändern Sie diese, statt ihn zu zerlegen."), status=409
        )
    place = _checked(contribution, quote, span)
    argument = _new(contribution, place, version)
    _keep_version(argument, actor_id)
    if contribution.work == "new":
        contribution.work = "in_progress"
    db.session.flush()
    settle([contribution.id], actor_id=actor_id)
    return argument


def change(argument: Argument, *, source: str, number: int, actor_id: int | None) -> None:
    """Write the working copy anew on top of version `number`. Raises Invalid, Conflict (somebody was faster)."""
    text = normalise(source).strip()
    if not text:
        raise Invalid(_l("Bitte schreiben Sie, worum es geht."), field="source")
    if len(text) > LONGEST:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST), field="source")
    db.session.refresh(argument, with_for_update=True)
    if argument.versions != number:
        raise Conflict(CHANGED)
    if text == argument.source:
        return
    argument.source, argument.text_key = text, text_key(text)
    argument.versions += 1
    _keep_version(argument, actor_id)


def remove(argument: Argument, *, actor_id: int | None) -> None:
    """Join an argument with the rest again; it can be brought back. Raises Refused where it has an answer."""
    db.session.refresh(argument, with_for_update=True)
    if argument.removed_at is not None:
        return
    if _has_answer(argument.contribution_id, argument.id):
        raise Refused(_l("Dieses Argument hat schon eine Antwort. Ändern Sie die Antwort."), status=409)
    argument.removed_at = now()
    db.session.flush()
    _tell(ArgumentRemoved, argument, actor_id)
    settle([argument.contribution_id], actor_id=actor_id)


def restore(argument: Argument, *, actor_id: int | None) -> None:
    """Bring a removed argument back. Raises Refused where its words belong to another one by now, or are answered."""
    db.session.refresh(argument, with_for_update=True)
    if argument.removed_at is None:
        return
    contribution = db.session.get_one(Contribution, argument.contribution_id)
    if _has_answer(contribution.id, None):
        raise Refused(_l("Der Beitrag hat inzwischen als Ganzes eine Antwort."), status=409)
    words = first_words(argument.id)
    here = place_of(words, argument.start, contribution.source)
    other = first_overlap(here, spans_of(contribution)) if here else None
    if other is not None:
        raise Refused(_belongs(other), status=409)
    argument.removed_at = None
    db.session.flush()
    _tell(ArgumentRestored, argument, actor_id)
    settle([contribution.id], actor_id=actor_id)


def spans_of(contribution: Contribution) -> list[tuple[int, Span]]:
    """The arguments of a contribution by number, with where their words stand in its text now; one query."""
    query = (
        select(Argument.number, Argument.start, ArgumentVersion.source)
        .join(ArgumentVersion, ArgumentVersion.argument_id == Argument.id)
        .where(Argument.contribution_id == contribution.id, Argument.removed_at.is_(None), ArgumentVersion.number == 1)
    )
    places = [
        (number, place_of(words, start, contribution.source)) for number, start, words in db.session.execute(query)
    ]
    return [(number, place) for number, place in places if place is not None]


def first_words(argument_id: int) -> str:
    """The words that were marked: the first version of the working copy."""
    query = select(ArgumentVersion.source).where(
        ArgumentVersion.argument_id == argument_id, ArgumentVersion.number == 1
    )
    return db.session.scalars(query).one()


def argument_at(contribution: Contribution, number: int, *, removed: bool = False) -> Argument:
    """An argument by its number within its contribution. Raises Unknown; removed ones only where they are asked for."""
    query = select(Argument).where(Argument.contribution_id == contribution.id, Argument.number == number)
    found = db.session.scalar(query) if number < 2**31 else None
    if found is None or (found.removed_at is not None and not removed):
        raise Unknown
    return found


def _checked(contribution: Contribution, quote: str, span: tuple[int, int] | None) -> Span:
    place = whole_words(contribution.source, *span) if span else passage_of_quote(contribution.source, quote)
    if place is None:
        raise Invalid(
            _l("So steht es nicht im Beitrag. Bitte kopieren Sie die Worte aus dem Text daneben."), field="quote"
        )
    other = first_overlap(place, spans_of(contribution))
    if other is not None:
        raise Invalid(_belongs(other), field="quote")
    return place


def _belongs(number: int) -> object:
    return _l("Ein Teil dieser Worte gehört schon zu Argument %(number)s.", number=number)


def _new(contribution: Contribution, place: Span, version: int) -> Argument:
    last = db.session.scalar(select(func.max(Argument.number)).where(Argument.contribution_id == contribution.id)) or 0
    if last >= MOST:
        raise Invalid(_l("Mehr als %(most)s Argumente sind nicht möglich.", most=MOST), field="quote")
    words = contribution.source[place.start : place.end]
    argument = Argument(
        tenant_id=contribution.tenant_id,
        procedure_id=contribution.procedure_id,
        contribution_id=contribution.id,
        number=last + 1,
        version=version,
        start=place.start,
        end=place.end,
        source=words,
        text_key=text_key(words),
        versions=1,
    )
    db.session.add(argument)
    db.session.flush()
    return argument


def _keep_version(argument: Argument, actor_id: int | None) -> None:
    version = ArgumentVersion(
        tenant_id=argument.tenant_id,
        argument_id=argument.id,
        number=argument.versions,
        source=argument.source,
        author_id=actor_id,
        at=now(),
    )
    db.session.add(version)
    db.session.flush()
    _tell(ArgumentChanged, argument, actor_id, number=argument.versions)


def _has_answer(contribution_id: int, argument_id: int | None) -> bool:
    query = select(ResponseTo.id).where(
        ResponseTo.contribution_id == contribution_id, ResponseTo.argument_id.is_not_distinct_from(argument_id)
    )
    return db.session.scalar(query) is not None


def _tell(event: type[Event], argument: Argument, actor_id: int | None, **more: int) -> None:
    where: dict[str, Any] = {"tenant_id": argument.tenant_id, "procedure_id": argument.procedure_id}
    what = {"contribution_id": argument.contribution_id, "argument_id": argument.id}
    emit(event(**where, actor_id=actor_id, **what, **more))
