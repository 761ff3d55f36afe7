"""The comments of the demo, with answers and ratings, in the order in which they came in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from participation.access.rules import COMMENT, RATE
from participation.commands.answers import registry
from participation.commands.demo_people import residents
from participation.commands.demo_stage import Demo, Entry
from participation.contributions import services
from participation.contributions.locations import put_location, where_of
from participation.contributions.models import Contribution, RatingRow
from participation.evaluation import services as answering
from participation.interfaces import ContributionType
from participation.kernel.clock import standing_at
from participation.kernel.db import db
from participation.moderation.services import Seen, publish
from participation.procedures.models import Activity, Participant, Phase, Procedure
from participation.procedures.participants import participant_for

READ_AFTER = timedelta(hours=2)  # a moderator has seen it


@dataclass(eq=False)
class Saying:
    """A comment that is going to be made."""

    at: datetime
    entry: Entry
    parent: "Saying | None" = None
    made: Contribution | None = None


def plant_contributions(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    """What people wrote in each activity, and how others rated it."""
    for activity, written in zip(procedure.activities, entry["activities"], strict=True):
        sayings = sorted(_sayings(demo, written.get("comments", [])), key=lambda saying: saying.at)
        for saying in sayings:
            saying.made = say(demo, activity, saying)
        for saying in sayings:
            _answered(demo, procedure, saying)
        rows = [row for saying in sayings for row in _ratings(demo, activity, saying)]
        if rows:
            db.session.execute(insert(RatingRow), rows)


def _answered(demo: Demo, procedure: Procedure, saying: Saying) -> None:
    """What the authority answered, where the entry says so: written by one, published by a second."""
    words, made = saying.entry.get("answer"), saying.made
    if not words or made is None:
        return
    with standing_at(demo.at_ten(words["day"])):
        values = {"decision": words["decision"], "source": words["text"], "actor_id": demo.submitter.id}
        response = answering.answer(procedure, [made], **values)
        answering.publish_many([(response, response.number)], actor_id=demo.decider.id)


def _sayings(demo: Demo, entries: list[Entry], parent: Saying | None = None) -> Iterator[Saying]:
    for entry in entries:
        at = demo.moment(entry["day"], not_before=parent.at if parent else None)
        saying = Saying(at=at, entry=entry, parent=parent)
        yield saying
        yield from _sayings(demo, entry.get("replies", []), saying)


def say(demo: Demo, activity: Activity, saying: Saying) -> Contribution:
    """One comment on its day; where a phase is moderated, a moderator has read and published it."""
    kind, entry = type_of(activity), saying.entry
    phase = phase_on(activity, COMMENT.name if saying.parent else kind.action, saying.at)
    with standing_at(saying.at):
        contribution = services.add(
            phase,
            by=participant(demo, activity.procedure, entry["by"], entry.get("organisation", "")),
            kind=kind.name,
            source=entry["text"],
            title=entry.get("title", ""),
            place=entry.get("at", ""),
            parent=saying.parent.made if saying.parent else None,
            passage=_passage(activity, kind, entry),
            identity=phase.identity[0],
        )
        if kind.drawn and not saying.parent:
            put_location(contribution, activity, where_of(entry, activity, kind.drawn))
    if contribution.state == "pending" and entry.get("state") != "pending":
        with standing_at(saying.at + READ_AFTER):
            publish(
                contribution,
                actor_id=demo.moderator.id,
                seen=Seen(state=contribution.state, version=contribution.versions),
            )
    return contribution


def type_of(activity: Activity) -> ContributionType:
    """What the module of an activity lets people add."""
    module = registry().get(activity.module)
    assert module is not None
    return module.contributions[0]


def participant(demo: Demo, procedure: Procedure, name: str, organisation: str = "") -> Participant:
    """Who somebody of the demo is in a procedure."""
    return participant_for(procedure, demo.people[name], organisation)


def phase_on(activity: Activity, action: str, at: datetime) -> Phase:
    """The phase that opens an action on a day. Raises ValueError: then the demo's days do not fit its phases."""
    for phase in activity.phases:
        if phase.is_on(at) and action in phase.opens:
            return phase
    raise ValueError(f"{activity.procedure.slug}: no phase opens {action} at {at}.")


def _passage(activity: Activity, kind: ContributionType, entry: Entry) -> Any:
    if "quote" not in entry or kind.passage is None:
        return None
    found = kind.passage(activity, entry["at"], entry["quote"])
    if found is None:
        raise ValueError(f"{activity.procedure.slug}: {entry['at']} does not say {entry['quote']!r}.")
    return found


def _ratings(demo: Demo, activity: Activity, saying: Saying) -> Iterator[Entry]:
    """Rows by other residents, and the counters on the comment; one row each, spread over the time that was left."""
    made, wanted = saying.made, saying.entry.get("ratings", {})
    assert made is not None
    values = [value for value in ("agree", "neutral", "disagree") for _ in range(wanted.get(value, 0))]
    others = [person for person in residents(demo) if person.display_name != saying.entry["by"]]
    made.agree, made.neutral, made.disagree = (values.count(value) for value in ("agree", "neutral", "disagree"))
    made.score = made.agree - made.disagree
    for person, value in zip(demo.random.sample(others, len(values)), values, strict=True):
        phase, at = _when(demo, activity, saying.at)
        with standing_at(at):
            by = participant_for(activity.procedure, person)
        yield {
            "tenant_id": activity.tenant_id,
            "contribution_id": made.id,
            "participant_id": by.id,
            "phase_id": phase.id,
            "value": value,
            "identity": phase.identity[0],
            "at": at,
        }


def _when(demo: Demo, activity: Activity, after: datetime) -> tuple[Phase, datetime]:
    """Some time within three days, in the phase for ratings."""
    phase = next(phase for phase in activity.phases if RATE.name in phase.opens)
    first = max(after, phase.begins_at)
    last = min(first + timedelta(days=3), phase.ends_at, demo.planted_at)
    seconds = max(int((last - first).total_seconds()), 1)
    return phase, first + timedelta(seconds=demo.random.randrange(seconds))
