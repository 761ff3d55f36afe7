"""What the page of a result shows: three figures, charts, days in words; for everybody and for the preview."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import render_template
from flask_babel import format_decimal, format_timedelta, ngettext
from flask_babel import gettext as _

from participation.kernel.dates import day_with_weekday
from participation.pages.result_charts import (
    Chart,
    chart_of_channels,
    chart_of_days,
    chart_of_decisions,
    chart_of_sections,
    chart_of_tally,
)
from participation.procedures.models import Procedure
from participation.results.models import Result
from participation.results.queries import Version
from participation.web.language import number

EFFECTS = ("opinion", "recommendation", "commitment")


class Vote(NamedTuple):
    """What was voted on in one activity."""

    title: str
    effect: str  # in words, as people read it before the first question
    charts: list[Chart]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A result as its page shows it."""

    result: Result
    numbers: list[tuple[str, str]]  # the three that matter, with their words
    people: int
    votes: list[Vote]  # by activity
    decisions: Chart | None
    late: int
    course: list[Chart]  # when, how and where contributions came in
    next_steps: list[tuple[str, str]]  # the day in words, or nothing; the sentence
    package_name: str
    size: str


def page_of(procedure: Procedure, result: Result, versions: list[Version], *, preview: bool = False) -> str:
    """The page of a version, for everybody or as a preview."""
    return render_template(
        "pages/results/show.html",
        procedure=procedure,
        shown=shown_of(procedure, result),
        result=result,
        versions=versions,
        newest=versions[0].number if versions else result.number,
        preview=preview,
        moderation_waited=_waited(result.figures),
    )


def _waited(figures: dict[str, Any]) -> str:
    """In words, how long moderation mostly took; nothing where there were too few decisions."""
    seconds = figures.get("moderation", {}).get("median_seconds")
    return str(format_timedelta(timedelta(seconds=seconds))) if seconds is not None else ""


def package_name(procedure: Procedure, result: Result) -> str:
    """How the file is called when it is saved."""
    return f"{procedure.tenant.slug}-{procedure.slug}-{result.number}.zip"


def shown_of(procedure: Procedure, result: Result) -> Shown:
    """The figures of a version as words and charts."""
    figures = result.figures
    return Shown(
        result=result,
        numbers=_numbers(figures),
        people=int(figures.get("people", 0)),
        votes=_votes(figures),
        decisions=chart_of_decisions(figures["answers"]) if figures.get("answers") else None,
        late=sum(entry.get("late", {}).get("late", 0) for entry in figures.get("activities", ())),
        course=_course(figures),
        next_steps=[(_day(step["on"]), step["sentence"]) for step in result.next_steps],
        package_name=package_name(procedure, result),
        size=_size(result.size),
    )


def _size(size: int) -> str:
    """In the unit that fits."""
    return f"{max(round(size / 1000), 1)} kB" if size < 1_000_000 else f"{format_decimal(round(size / 1e6, 1))} MB"


def _day(iso: str) -> str:
    return day_with_weekday(date.fromisoformat(iso)) if iso else ""


def _votes(figures: dict[str, Any]) -> list[Vote]:
    found = []
    for position, activity in enumerate(figures.get("activities", ())):
        tallies = enumerate(activity.get("tallies", ()))
        charts = [chart_of_tally(f"vote-{position}-{row}", tally) for row, tally in tallies]
        found += [Vote(activity["title"], _effect(activity), charts)] if charts else []
    return found


def _course(figures: dict[str, Any]) -> list[Chart]:
    """Over all activities; results that were frozen before packages told of it have none."""
    sums: dict[str, Counter[str]] = {"days": Counter(), "channels": Counter(), "sections": Counter()}
    for activity in figures.get("activities", ()):
        for name, found in sums.items():
            found.update(activity.get(name, {}))
    if not sums["days"]:
        return []
    days = {date.fromisoformat(day): count for day, count in sums["days"].items()}
    charts = [chart_of_days(days), chart_of_channels(sums["channels"])]
    return charts + ([chart_of_sections(sums["sections"])] if set(sums["sections"]) != {""} else [])


def _effect(activity: dict[str, Any]) -> str:
    effect = activity.get("effect")
    return str(_(f"effect.{effect}", body=activity.get("body", ""))) if effect in EFFECTS else ""


def _numbers(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """At most three: people, ballots where there was a vote, contributions, answers."""
    activities, people = figures.get("activities", ()), int(figures.get("people", 0))
    ballots = sum(entry.get("ballots", 0) for entry in activities)
    contributions = sum(entry["contributions"] for entry in activities)
    answers = figures.get("answered", sum(figures.get("answers", {}).values()))
    found = [(people, ngettext("Person hat teilgenommen", "Personen haben teilgenommen", people))]
    found += [(ballots, ngettext("abgegebene Stimme", "abgegebene Stimmen", ballots))] * bool(ballots)
    found += [(contributions, ngettext("Beitrag", "Beiträge", contributions))] * bool(contributions or not ballots)
    found += [(answers, _("davon beantwortet"))] * bool(answers and contributions)
    return [(number(value), str(words)) for value, words in found[:3]]
