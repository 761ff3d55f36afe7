"""What comes out of a ballot, after the end. The core asks through its one door; the urn would refuse before."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from modules.ballot.counting import count, totals_of
from modules.ballot.kinds import GERMAN, YES_NO
from modules.ballot.queries import QuestionItem, questions_of
from modules.ballot.settings import THRESHOLD
from participation.access.rules import Viewer
from participation.interfaces import Export, Figure, Package
from participation.procedures.models import Activity
from participation.voting.urn import ballots, number_of_ballots

RULES = ("secrecy", "effect", "body", "decided_on", "link", "tie")


def collect(activity: Activity) -> Package:
    """Questions, options and rules, with all ballots; below the threshold with their totals only. Raises Embargo."""
    cast = ballots(activity)
    questions = [described(question) for question in questions_of(activity)]
    threshold = int(activity.settings.get("threshold", THRESHOLD))
    parameters = {name: activity.settings.get(name, "") for name in RULES} | {
        "questions": questions,
        "threshold": threshold,
    }
    rows = {"totals": totals_of(questions, cast)} if len(cast) < threshold else {"ballots": cast}
    return Package(parameters=parameters, rows=rows)


def described(question: QuestionItem) -> dict[str, Any]:
    """A question as the package holds it."""
    options = list(GERMAN.items()) if question.kind == YES_NO else [(o.key, o.title) for o in question.options]
    return {
        "key": question.key,
        "kind": question.kind,
        "title": question.title,
        "text": question.text,
        "most": question.most,
        "options": [{"key": key, "title": title} for key, title in options],
    }


def numbers(activity: Activity) -> Iterator[Figure]:
    """How many ballots were cast."""
    yield Figure(name="ballots", title=_l("Abgegebene Stimmzettel"), value=number_of_ballots(activity))


def counted(activity: Activity, _viewer: Viewer) -> Iterator[Mapping[str, Any]]:
    """A row per option with its votes."""
    for tally in count(collect(activity)).tallies:
        for bar in tally.bars:
            yield {
                "question_key": tally.key,
                "question": tally.title,
                "option_key": bar.key,
                "option": bar.label,
                "votes": bar.value,
                "answers": tally.total,
                "chosen": bar.chosen,
                "tie": tally.tie,
            }


def single_ballots(activity: Activity, _viewer: Viewer) -> Iterator[Mapping[str, Any]]:
    """A row per ballot in no order, without anything that leads to a person; none below the threshold."""
    package = collect(activity)
    keys = [question["key"] for question in package.parameters["questions"]]
    for ballot in package.rows.get("ballots", ()):
        yield {key: ", ".join(ballot.get(key, ())) for key in keys}


COUNTED = Export(name="results", title=_l("Auszählung"), rows=counted)
BALLOTS = Export(name="ballots", title=_l("Stimmzettel ohne Namen"), rows=single_ballots)
