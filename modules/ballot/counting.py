"""The count: from a package to figures. Pure: it needs the package and nothing else, on any machine.

A package holds the ballots, or below a threshold only their totals; the figures are the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from participation.interfaces import Bar, Package, Results, Tally

Row = Mapping[str, Any]
WHOLE = ""  # in totals: all ballots, or all answers to a question


def count(package: Package) -> Results:
    """The figures of a ballot: votes for each option, what the rule picks, ties."""
    questions = package.parameters["questions"]
    totals = package.rows.get("totals")
    if totals is None:
        totals = totals_of(questions, package.rows.get("ballots", ()))
    votes = {(row["question"], row["option"]): int(row["votes"]) for row in totals}
    tie = package.parameters.get("tie", "stated")
    ballots = votes.get((WHOLE, WHOLE), 0)
    return Results(
        ballots=ballots,
        tallies=tuple(_tally(question, votes, tie) for question in questions),
        figures={"ballots": ballots},
    )


def totals_of(questions: Sequence[Row], ballots: Iterable[Row]) -> list[dict[str, Any]]:
    """How often each option was chosen, in the order of the questions; nobody can be found in it."""
    known = {question["key"]: {option["key"] for option in question["options"]} for question in questions}
    counts = Counter[tuple[str, str]]()
    for ballot in ballots:
        counts[WHOLE, WHOLE] += 1
        for question, options in known.items():
            chosen = options & set(ballot.get(question, ()))
            counts.update([(question, option) for option in chosen] + [(question, WHOLE)] * bool(chosen))
    keys = [(question["key"], option["key"]) for question in questions for option in question["options"]]
    lines = [(WHOLE, WHOLE), *((question, WHOLE) for question in known), *keys]
    return [{"question": question, "option": option, "votes": counts[question, option]} for question, option in lines]


def _tally(question: Row, votes: Mapping[tuple[str, str], int], tie: str) -> Tally:
    key = question["key"]
    values = {option["key"]: votes.get((key, option["key"]), 0) for option in question["options"]}
    picked, is_tie = _picked(question["kind"], values, tie)
    bars = tuple(
        Bar(key=option["key"], label=option["title"], value=values[option["key"]], chosen=option["key"] == picked)
        for option in question["options"]
    )
    return Tally(key=key, title=question["title"], bars=bars, total=votes.get((key, WHOLE), 0), tie=is_tie)


def _picked(kind: str, values: Mapping[str, int], tie: str) -> tuple[str | None, bool]:
    """The option with the most votes; those who abstain do not count for either side. Second: nobody could pick."""
    rivals = {key: value for key, value in values.items() if kind != "yes_no_abstain" or key != "abstain"}
    most = max(rivals.values(), default=0)
    leaders = [key for key, value in rivals.items() if value == most]
    if most == 0:
        return None, False
    if len(leaders) == 1:
        return leaders[0], False
    return ("no", False) if kind == "yes_no_abstain" and tie == "no" else (None, True)
