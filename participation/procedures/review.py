"""What the second person looks at: a procedure as it was, as it is, and what changed in between."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.kernel.db import db
from participation.kernel.refusal import Conflict
from participation.procedures.content import dump
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure
from participation.procedures.step_models import StepTaken

KEPT = ("submit", "release")  # the steps at which the content is kept
NAMES = ("slug", "key", "name", "title", "kind")  # what tells the members of a list apart, the best first
SHOWN = ("citation", "label", "title", "name")  # how people call them, the best first
MADE = {"html", "format", "begins_on", "section_key"}  # what follows from the rest, or is no content


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value that is not what it was. The path leads there: keys, and the words for members of lists."""

    path: tuple[str, ...]
    before: Any = None
    after: Any = None


def kept_content(procedure: Procedure) -> dict[str, Any]:
    """The content of a procedure as JSON can hold it, with its real days."""
    whole: dict[str, Any] = json.loads(json.dumps(dump(procedure), default=str))
    first = date.fromisoformat(whole["begins_on"])
    whole["days"] = {name: (first + timedelta(days=number)).isoformat() for name, number in whole["days"].items()}
    for activity in whole["activities"]:
        activity["phases"] = [_dated(phase, first) for phase in activity["phases"]]
    return whole


def _dated(phase: dict[str, Any], first: date) -> dict[str, Any]:
    edges = {
        edge: f"{first + timedelta(days=phase.pop(f'{edge}_day'))}T{phase.pop(f'{edge}_time')}"
        for edge in ("begins", "ends")
    }
    return edges | phase


def fingerprint(content: Mapping[str, Any]) -> str:
    """The same for the same content: a page carries it, so that what was looked at is what is released."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def check_seen(procedure: Procedure, seen: str) -> None:
    """Raise Conflict when the content is not the one whose fingerprint was seen."""
    if fingerprint(kept_content(procedure)) != seen:
        raise Conflict(_l("Der Inhalt wurde inzwischen geändert. Bitte sehen Sie sich den neuen Stand an."))


def step_before(procedure: Procedure) -> StepTaken | None:
    """The last release or submission to compare with, None the first time.

    While a submission waits for its decision, the one before it.
    """
    query = select(StepTaken).where(StepTaken.procedure_id == procedure.id, StepTaken.transition.in_(KEPT))
    rows = list(db.session.scalars(query.order_by(StepTaken.id.desc()).limit(3)))
    if procedure.stage == Stage.REVIEW:
        rows = rows[1:]
    if procedure.stage == Stage.RELEASED:
        rows = rows[2:]
    return rows[0] if rows else None


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Change]:
    """What changed, value by value, in the order of the content. Pure; nothing, "" and [] are the same."""
    if _is_empty(before) and _is_empty(after):
        return
    if isinstance(before or {}, Mapping) and isinstance(after or {}, Mapping):
        yield from _by_key(before or {}, after or {}, path)
    elif _has_members(before) and _has_members(after):
        yield from _by_member(_named(before or []), _named(after or []), path)
    elif before != after:
        yield Change(path=path, before=before, after=after)


def _by_key(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Change]:
    for key in {**after, **before}:
        if key not in MADE:
            yield from differences(before.get(key), after.get(key), (*path, key))


def _by_member(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Change]:
    for key in {**after, **before}:
        entry = after.get(key) or before[key]
        shown = next((str(entry[name]) for name in SHOWN if entry.get(name)), key)
        yield from differences(before.get(key), after.get(key), (*path, shown))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _has_members(value: Any) -> bool:
    """Whether this is a list of things with names (or nothing)."""
    return _is_empty(value) or (isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value))


def _named(members: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The members by their names; the second of the same name is "name (2)"."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in members:
        names = ("kind",) if "begins" in entry else NAMES  # the title of a phase may change
        name = next((str(entry[key]) for key in names if entry.get(key)), "–")
        number = sum(1 for other in found if other == name or other.startswith(f"{name} ("))
        found[f"{name} ({number + 1})" if number else name] = entry
    return found
