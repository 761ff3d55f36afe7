"""Freezing: everything a result is counted from becomes one file. Reads only; takes place before the writing."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from participation import __version__
from participation.interfaces import Package
from participation.kernel.clock import today
from participation.kernel.db import db, is_sqlite
from participation.kernel.files import StoredName
from participation.kernel.refusal import Refused, Unknown
from participation.moderation.figures import figures as moderation_figures
from participation.moderation.figures import plain_figures
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import procedure_by_id, require_closed, stage_of
from participation.registry import Registry, load_callable
from participation.results import records
from participation.results.container import hash_of, pack, plain, write_lines
from participation.results.counting import ANSWERS, FIGURES, PARAMETERS, Count, figures_of
from participation.results.explained import README
from participation.results.sections import sections_of
from participation.results.store import keep, workplace
from participation.voting.door import package_of
from participation.voting.embargo import require_lifted, voting_span

OVER = (Stage.EVALUATION, Stage.COMPLETED)
RESERVED = {"contributions"}


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A package in the store, and what was counted from it."""

    number: int  # of the version it was made for
    reason: str
    stored_name: StoredName
    size: int
    package_hash: str
    root: str
    figures: dict[str, Any]
    answers: list[dict[str, Any]]
    basis: str


def require_over(procedure: Procedure) -> None:
    """Raise Refused while people take part, and Embargo while any of its votes is under embargo."""
    for activity in procedure.activities:
        require_lifted(activity)
    require_closed(procedure)
    if stage_of(procedure) not in OVER:
        raise Refused(_l("Das Ergebnis lässt sich berechnen, sobald niemand mehr mitmachen kann."))


def freeze(
    procedure: Procedure,
    registry: Registry,
    number: int,
    *,
    reason: str = "",
    replaces: str = "",
    key: bytes | None = None,
) -> Frozen:
    """Freeze a procedure for a version of its result, as one moment of the database.

    `replaces` is the root of the version before. Ends the read transaction, so that objects reload. Raises Refused
    where it is too early or a module is missing. The same data and `key` give the same bytes.
    """
    whole = at_one_moment(procedure)
    require_over(whole)
    basis = records.basis_of(whole)
    with workplace() as place:
        folder, target = place / "package", place / "package.zip"
        leaves = _write(whole, registry, folder)
        figures = _count(folder, registry)
        (folder / FIGURES).write_bytes(plain(figures))
        said = manifest_of(whole, number, reason, replaces)
        root = pack(folder, target, said, contributions=leaves, key=key or secrets.token_bytes(32))
        answers = sections_of(records.answer_records(whole))
        return kept(target, number=number, reason=reason, root=root, figures=figures, answers=answers, basis=basis)


def kept(target: Path, **values: Any) -> Frozen:
    """Put a finished package into the store."""
    size, package_hash = target.stat().st_size, hash_of(target)
    return Frozen(stored_name=keep(target), size=size, package_hash=package_hash, **values)


def manifest_of(procedure: Procedure, number: int, reason: str, replaces: str) -> dict[str, Any]:
    """What the manifest says besides hashes."""
    return {
        "tenant": procedure.tenant.slug,
        "tenant_name": procedure.tenant.name,
        "procedure": procedure.slug,
        "title": procedure.title,
        "version": number,
        "reason": reason,
        "replaces": replaces,
        "created_on": today().isoformat(),
        "code": __version__,
    }


def counts_of(registry: Registry) -> Mapping[str, Count]:
    """The pure counting functions of the modules that have one."""
    return {module.name: load_callable(module.count) for module in registry if module.count is not None}


def at_one_moment(procedure: Procedure) -> Procedure:
    """The procedure in a new transaction in which nothing changes any more while the rows stream."""
    number = procedure.id
    db.session.rollback()
    if not is_sqlite():  # there a read transaction is one moment anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    whole = procedure_by_id(number)
    if whole is None:
        raise Unknown
    return whole


def _write(procedure: Procedure, registry: Registry, folder: Path) -> list[str]:
    """The files of a package but manifest and figures. Returns the leaf hashes of the contributions."""
    authors: dict[int, int] = {}
    leaves: list[str] = []
    activities = []
    for activity in procedure.activities:
        place = folder / "activities" / records.folder_of(activity)
        rows = records.contribution_records(activity, authors)
        write_lines(place / "contributions.jsonl", _noting(rows, leaves))
        activities.append(_activity(activity, _collected(activity, registry), place))
    write_lines(folder / ANSWERS, _without_html(records.answer_records(procedure)))
    facts = _facts(procedure) | {"people": records.people(procedure), "activities": activities}
    facts |= {"moderation": plain_figures(moderation_figures(procedure.tenant_id, procedure.id))}  # of this day
    (folder / PARAMETERS).write_bytes(plain(facts))
    (folder / "README.txt").write_text(README, encoding="utf-8")
    return leaves


def _noting(rows: Iterator[dict[str, Any]], leaves: list[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        leaves.append(row["leaf"])
        yield row


def _collected(activity: Activity, registry: Registry) -> Package | None:
    """What the module gives to be counted; None where the format counts nothing. Raises Refused if it is missing."""
    module = registry.get(activity.module)
    if module is None and voting_span(activity) is not None:
        sentence = _l(
            "Das Format %(name)s ist nicht installiert. Ohne es lässt sich nichts zählen.", name=activity.module
        )
        raise Refused(sentence)
    return package_of(activity, module) if module is not None and module.count is not None else None


def _activity(activity: Activity, package: Package | None, place: Path) -> dict[str, Any]:
    """What the parameters say of an activity; its rows become files."""
    names = ("kind", "title", "step", "begins_local", "ends_local", "zone", "round", "audience", "identity")
    for name, rows in (package.rows if package else {}).items():
        if name in RESERVED or not name.isidentifier():
            raise ValueError(f"{activity.module}: rows cannot be called {name!r}.")
        write_lines(place / f"{name}.jsonl", rows)
    return {
        "module": activity.module,
        "folder": records.folder_of(activity),
        "title": activity.title,
        "phases": [{name: getattr(phase, name) for name in names} for phase in activity.phases],
        "counted": dict(package.parameters) if package else None,
        "rows": sorted(package.rows) if package else None,
    }


def _count(folder: Path, registry: Registry) -> dict[str, Any]:
    parameters = json.loads((folder / PARAMETERS).read_bytes())
    return figures_of(parameters, lambda name: (folder / name).open("rb"), counts_of(registry))


def _without_html(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {name: value for name, value in row.items() if name != "html"}


def _facts(procedure: Procedure) -> dict[str, Any]:
    """What the procedure said about itself."""
    names = ("title", "summary", "level", "deciders", "fixed", "changeable", "legal_basis", "area", "topic")
    return {name: getattr(procedure, name) for name in names} | {"authority": procedure.tenant.name}
