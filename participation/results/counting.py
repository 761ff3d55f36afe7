"""From a frozen package to its figures: pure, the same at freezing and at recounting, on every machine."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import IO, Any

from participation.interfaces import Package, Results
from participation.results.container import lines

Open = Callable[[str], IO[bytes]]  # a file of the package by its name
Count = Callable[[Package], Results]
PARAMETERS, FIGURES, ANSWERS = "parameters.json", "figures.json", "answers.jsonl"
SHOWN = ("published", "removed")  # what is removed was published, and its ratings still count
EFFECT = ("effect", "body")  # what the vote was said to bring about, as people read it before
RATINGS = ("agree", "neutral", "disagree")
COURSE = ("days", "channels", "sections", "late")


class NotInstalled(Exception):
    """The package was counted by modules that this installation does not have; the message names them."""


def figures_of(parameters: Mapping[str, Any], read: Open, counts: Mapping[str, Count]) -> dict[str, Any]:
    """All figures of a package. `counts` are the pure functions by module. Raises NotInstalled."""
    missing = sorted({entry["module"] for entry in parameters["activities"] if entry["rows"] is not None} - set(counts))
    if missing:
        raise NotInstalled(f"Not installed here, but needed to count: {', '.join(missing)}.")
    activities = [_activity(entry, read, counts) for entry in parameters["activities"]]
    kept = {name: parameters[name] for name in ("moderation",) if name in parameters}  # packages of before have none
    return {"people": parameters["people"], "activities": activities} | _answers(read) | kept


def _activity(entry: Mapping[str, Any], read: Open, counts: Mapping[str, Count]) -> dict[str, Any]:
    folder = f"activities/{entry['folder']}"
    figures: dict[str, Any] = {"activity": entry["folder"], "title": entry["title"]}
    with read(f"{folder}/contributions.jsonl") as file:
        figures |= _contributions(file)
    if entry["rows"] is None:
        return figures
    rows = {}
    for name in entry["rows"]:
        with read(f"{folder}/{name}.jsonl") as file:
            rows[name] = list(lines(file))
    counted = entry["counted"]
    said = {name: counted[name] for name in EFFECT if counted.get(name)}
    return figures | said | asdict(counts[entry["module"]](Package(parameters=counted, rows=rows)))


def _contributions(file: IO[bytes]) -> dict[str, Any]:
    states: Counter[str] = Counter()
    ratings = dict.fromkeys(RATINGS, 0)
    course: dict[str, Counter[str]] = {name: Counter() for name in COURSE}
    for row in lines(file):
        states["published" if row["state"] in SHOWN else row["state"]] += 1
        if row["state"] in SHOWN:
            for name in RATINGS:
                ratings[name] += row[name]
            _follow(row, course)
    found = {"contributions": states["published"], "not_shown": states.total() - states["published"]}
    return found | {"ratings": ratings} | {name: dict(counts) for name, counts in course.items() if counts}


def _follow(row: Mapping[str, Any], course: Mapping[str, Counter[str]]) -> None:
    """When, how and where it came in. Packages made before rows said how have none of it, and still count the same."""
    if "channel" not in row:
        return
    course["days"][row["received_on"]] += 1
    course["channels"][row["channel"]] += 1
    course["sections"][row["citation"]] += 1
    course["late"]["late" if row["late"] else "in_time"] += 1


def _answers(read: Open) -> dict[str, Any]:
    """How many contributions got which decision; where some were split, also how many have an answer at all."""
    decisions: Counter[str] = Counter()
    answered: set[str] = set()
    split = False
    with read(ANSWERS) as file:
        for row in lines(file):
            decisions[row["decision"]] += len(row["to"])
            answered.update(row["to"])
            split = split or "passages" in row
    return {"answers": dict(decisions)} | ({"answered": len(answered)} if split else {})
