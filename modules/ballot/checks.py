"""What is missing before a ballot can open."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from modules.ballot.kinds import YES_NO
from modules.ballot.queries import QuestionItem, questions_of
from participation.interfaces import Check
from participation.procedures.models import Activity


def missing(activity: Activity) -> Iterator[Check]:
    """Questions with enough options, and an effect that is named in full."""
    questions = questions_of(activity)
    if not questions:
        yield Check(sentence=_l("Die Abstimmung hat noch keine Frage."), endpoint="setup")
    for question in questions:
        if _is_thin(question):
            yield Check(
                sentence=_l("Die Frage „%(title)s“ braucht mindestens zwei Möglichkeiten.", title=question.title),
                endpoint="setup",
            )
    yield from _effect(activity)
    if any("form_token" in phase.identity for phase in activity.phases):
        yield Check(sentence=_l("Ohne Konto kann niemand abstimmen. Bitte ändern Sie, wie man teilnehmen kann."))


def _is_thin(question: QuestionItem) -> bool:
    return question.kind != YES_NO and len(question.options) < 2


def _effect(activity: Activity) -> Iterator[Check]:
    effect, body = activity.settings.get("effect", ""), activity.settings.get("body", "")
    if not effect:
        yield Check(sentence=_l("Es fehlt, welche Wirkung die Abstimmung hat."))
    elif effect != "opinion" and not body:
        yield Check(sentence=_l("Es fehlt, welche Stelle das Ergebnis bekommt."))
    if effect == "commitment" and not (activity.settings.get("decided_on") and activity.settings.get("link")):
        yield Check(sentence=_l("Zur Zusage fehlen der Tag und der Link zum Beschluss."))
