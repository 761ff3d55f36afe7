"""The answers of the authority as the result page shows them: section by section."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

MOST = 200  # answers in full on the page; all of them are in the package
NAMED = 5  # contributions named below an answer


def sections_of(answers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry a section: how it is cited, how many got which decision, and the answers themselves."""
    found, room = [], MOST
    for (activity, place), group in groupby(answers, key=lambda row: (row["activity"], row["place"])):
        section = _section(activity, place, group, room)
        room -= len(section["answers"])
        found.append(section)
    return found


def _section(activity: str, place: str, answers: Iterable[Mapping[str, Any]], room: int) -> dict[str, Any]:
    section: dict[str, Any] = {"activity": activity, "place": place, "citation": "", "answers": [], "more": 0}
    decisions: Counter[str] = Counter()
    for row in answers:
        section["citation"] = row["citation"]
        decisions[row["decision"]] += len(row["to"])
        if len(section["answers"]) < room:
            shown = {"decision": row["decision"], "html": row["html"], "to": row["to"][:NAMED]}
            section["answers"].append(shown | {"number": len(row["to"])} | _passages(row))
        else:
            section["more"] += 1
    return section | {"decisions": dict(decisions)}


def _passages(row: Mapping[str, Any]) -> dict[str, Any]:
    """The words that are answered, of the contributions that are named and were split."""
    found = {name: words for name, words in row.get("passages", {}).items() if name in row["to"][:NAMED]}
    return {"passages": found} if found else {}
