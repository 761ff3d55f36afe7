"""What a procedure still needs before it can be published: asked by the checklist page and before it is submitted.

Pure: reads what is loaded, and lets each module say what its activities lack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.interfaces import Check, Step
from participation.kernel.clock import last_day, local, now
from participation.procedures.lifecycle import INTERNAL, TAKING_PART
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.phases import schedule_findings
from participation.procedures.queries import dates_of, stage_of
from participation.procedures.schedule import Weight
from participation.registry import installed


@dataclass(frozen=True, kw_only=True)
class Point:
    """One line of the checklist. `sentence` says what is missing; `endpoint` and `anchor` lead to where it is done."""

    group: str  # about, reach, formats, dates
    title: Any
    done: bool
    sentence: Any = ""
    blocking: bool = True
    endpoint: str = "manage.facts"
    anchor: str = ""
    activity: Activity | None = None  # on whose page it is done


TEXTS = (
    ("about", "title", True, _l("Titel"), _l("Geben Sie dem Verfahren einen Titel.")),
    (
        "about", "summary", True, _l("Das Wichtigste in Kürze"),
        _l("Sagen Sie in einfachen Worten, worum es geht und was Menschen hier tun können."),
    ),
    ("about", "description", False, _l("Beschreibung"), _l("Erklären Sie den Hintergrund.")),
    ("about", "area", False, _l("Gebiet"), _l("Nennen Sie das Gebiet, für das das Verfahren gilt.")),
    ("reach", "fixed", False, _l("Was feststeht"), _l("Sagen Sie, was sich nicht mehr ändert.")),
    ("reach", "changeable", False, _l("Was sich ändern kann"), _l("Sagen Sie, worauf Beiträge wirken können.")),
    ("reach", "deciders", True, _l("Wer entscheidet"), _l("Nennen Sie die Stelle, die am Ende entscheidet.")),
    ("reach", "contact", True, _l("Kontakt"), _l("Nennen Sie eine Stelle, die Fragen beantwortet.")),
)  # fmt: skip

SAID = {"nothing", "before_announcement", "answers_too_early"}  # findings of the schedule that are points of their own


def missing(procedure: Procedure) -> list[Point]:
    """The points that keep a procedure from being submitted; each has a `sentence`."""
    return [point for point in points(procedure) if point.blocking and not point.done]


def points(procedure: Procedure) -> list[Point]:
    """All points, in the order of the page: done, missing, and those that somebody should look at."""
    return [*_about(procedure), *_reach(procedure), *_formats(procedure), *_dates(procedure)]


def phases_of(procedure: Procedure) -> list[Phase]:
    """All phases of all activities; both must be loaded."""
    return [phase for activity in procedure.activities for phase in activity.phases]


def _texts(procedure: Procedure, group: str) -> Iterator[Point]:
    for of, name, blocking, title, sentence in TEXTS:
        if of == group:
            done = bool(str(getattr(procedure, name)).strip())
            yield Point(group=of, title=title, done=done, sentence=sentence, blocking=blocking, anchor=name)


def _about(procedure: Procedure) -> Iterator[Point]:
    yield from _texts(procedure, "about")
    described = bool(procedure.picture_alt.strip())
    yield Point(
        group="about",
        title=_l("Bild mit Beschreibung"),
        done=procedure.has_picture and described,
        blocking=procedure.has_picture,
        sentence=_l("Beschreiben Sie das Bild für Menschen, die es nicht sehen.")
        if procedure.has_picture
        else _l("Ein Bild hilft, das Verfahren wiederzufinden. Es ist freiwillig."),
        endpoint="manage.picture",
    )


def _reach(procedure: Procedure) -> Iterator[Point]:
    yield Point(
        group="reach",
        title=_l("Wie weit die Beteiligung geht"),
        done=not (problem := level_problem(procedure)),
        sentence=problem,
        blocking=False,
        anchor="level",
    )
    yield from _texts(procedure, "reach")
    statutory = any(phase.statutory for phase in phases_of(procedure))
    yield Point(
        group="reach",
        title=_l("Rechtliche Grundlage"),
        done=bool(procedure.legal_basis.strip()),
        blocking=statutory,
        sentence=_l("Eine Phase hat eine gesetzliche Frist. Nennen Sie das Gesetz.")
        if statutory
        else _l("Nennen Sie das Gesetz oder den Beschluss, auf dem das Verfahren beruht."),
        anchor="legal_basis",
    )


def level_problem(procedure: Procedure) -> Any:
    """Where the level promises something else than the phases allow, in a sentence; else nothing."""
    steps = {Step(phase.step) for phase in phases_of(procedure)}
    if procedure.level == "inform" and steps & TAKING_PART:
        return _l("Angegeben ist „Informieren“. Die Phasen lassen aber Beiträge zu.")
    if procedure.level == "consult" and steps and not steps & TAKING_PART:
        return _l("Angegeben ist „Anhören“. Es gibt aber keine Phase, in der Menschen sich äußern können.")
    if procedure.level == "decide" and Step.VOTING not in steps:
        return _l("Angegeben ist „Gemeinsam entscheiden“. Es gibt aber keine Phase zum Abstimmen.")
    return ""


def _formats(procedure: Procedure) -> Iterator[Point]:
    yield Point(
        group="formats",
        title=_l("Mindestens ein Format"),
        done=bool(procedure.activities),
        sentence=_l("Wählen Sie, wie Menschen sich beteiligen: zum Beispiel mit Kommentaren zu einem Text."),
        endpoint="formats.index",
    )
    for activity in procedure.activities:
        yield from _of_module(activity)


def _of_module(activity: Activity) -> Iterator[Point]:
    module = installed().get(activity.module)
    if module is None:
        gone = _l("Das Format „%(name)s“ ist auf dieser Plattform nicht vorhanden.", name=activity.module)
        yield Point(group="formats", title=activity.title, done=False, sentence=gone, endpoint="formats.index")
        return
    checks = list(module.checks(activity)) if module.checks else []
    yield from (_asked_by(activity, check) for check in checks)
    if not checks:
        yield Point(group="formats", title=activity.title, done=True, endpoint="formats.index")


def _asked_by(activity: Activity, check: Check) -> Point:
    return Point(
        group="formats",
        title=activity.title,
        done=False,
        sentence=check.sentence,
        blocking=check.blocking,
        endpoint=f"{activity.module}.{check.endpoint}",
        activity=activity,
    )


def _dates(procedure: Procedure) -> Iterator[Point]:
    dates = dates_of(procedure)
    yield Point(
        group="dates",
        title=_l("Mindestens eine Phase"),
        done=dates.begins_at is not None,
        sentence=_l("Legen Sie fest, wann Menschen sich beteiligen können."),
        endpoint="schedule.show",
    )
    without = [activity.title for activity in procedure.activities if not activity.phases]
    if without:
        yield Point(
            group="dates",
            title=_l("Phasen für jedes Format"),
            done=False,
            blocking=False,
            sentence=_l("Ohne Phase bleibt „%(title)s“ nur zum Lesen.", title=without[0]),
            endpoint="schedule.show",
        )
    if dates.ends_at is not None and stage_of(procedure) in INTERNAL:
        over = dates.ends_at <= now()
        sentence = _l("Alle Phasen liegen in der Vergangenheit. Legen Sie neue Termine fest.")
        where = "schedule.show"
        yield Point(group="dates", title=_l("Termine in der Zukunft"), done=not over, sentence=sentence, endpoint=where)
    yield from _plan(procedure)
    answered = procedure.answers_by is not None
    yield Point(
        group="dates",
        title=_l("Tag, bis zu dem Antworten kommen"),
        done=answered,
        sentence=_l("Sagen Sie zu, bis wann die Behörde antwortet."),
        anchor="answers_by",
    )
    order = order_problem(procedure)
    if order:
        yield Point(group="dates", title=_l("Reihenfolge der Tage"), done=False, sentence=order[1], anchor=order[0])


def _plan(procedure: Procedure) -> Iterator[Point]:
    """What the schedule itself says: errors stop, warnings want a look. Later nobody can change it any more."""
    titles = {str(phase.id): phase.title for phase in phases_of(procedure)}
    found = schedule_findings(procedure) if stage_of(procedure) in INTERNAL else []
    for finding in found:
        if finding.weight is not Weight.NOTE and finding.name not in SAID:
            yield Point(
                group="dates",
                title=titles.get(finding.key, _l("Zeitplan")),
                done=False,
                blocking=finding.weight is Weight.ERROR,
                sentence=finding.sentence,
                endpoint="schedule.show",
            )


def order_problem(procedure: Procedure) -> tuple[str, Any] | None:
    """The first day that stands at the wrong place: name of the field and a sentence; None where all fit."""
    dates = dates_of(procedure)
    first = local(dates.begins_at).date() if dates.begins_at else None
    last = last_day(dates.ends_at) if dates.ends_at else None
    if procedure.announced_on and first and procedure.announced_on > first:
        return "announced_on", _l("Die Ankündigung liegt nach dem Beginn der ersten Phase.")
    if procedure.answers_by and last and procedure.answers_by <= last:
        return "answers_by", _l("Die Antworten sind zugesagt, bevor die letzte Phase endet.")
    if procedure.decision_on and last and procedure.decision_on <= last:
        return "decision_on", _l("Die Entscheidung liegt vor dem Ende der letzten Phase.")
    if procedure.retained_until and last and procedure.retained_until <= (procedure.answers_by or last):
        return "retained_until", _l("Das Verfahren käme ins Archiv, bevor die Antworten da sind.")
    return None
