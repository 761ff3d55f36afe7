"""How the case work on contributions stands, as plain data: compared before and after, and put back exactly."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.evaluation.case_models import Assignment, Department, Keyword, Tag
from participation.kernel.db import db

Snapshot = dict[str, Any]
DAYS = ("due_on", "reminded_on")
MOMENTS = ("at", "done_at", "told_at")
PEOPLE = ("department_id", "person_id", "assigned_by_id")
GIVEN = (*PEOPLE, *DAYS, *MOMENTS)


def snapshots(contributions: Sequence[Contribution]) -> dict[int, Snapshot]:
    """Work, district, keywords and assignment of contributions as a whole, not of their arguments; two queries."""
    found: dict[int, Snapshot] = {
        row.id: {"work": row.work, "district": row.district, "keywords": [], "assignment": None}
        for row in contributions
    }
    tags = select(Tag.contribution_id, Tag.keyword_id).where(Tag.contribution_id.in_(found), Tag.argument_id.is_(None))
    for contribution_id, keyword_id in db.session.execute(tags.order_by(Tag.keyword_id)):
        found[contribution_id]["keywords"].append(keyword_id)
    for contribution_id, row in assignments(list(found)).items():
        found[contribution_id]["assignment"] = {name: _written(getattr(row, name)) for name in GIVEN}
    return found


def assignments(ids: Sequence[int]) -> dict[int, Assignment]:
    """Who works on these contributions as a whole; one query."""
    query = select(Assignment).where(Assignment.contribution_id.in_(ids), Assignment.argument_id.is_(None))
    return {row.contribution_id: row for row in db.session.scalars(query)}


def differences(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """The parts that are not the same, as they were and as they are."""
    changed = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def put_back(contribution: Contribution, before: Mapping[str, Any], row: Assignment | None) -> None:
    """Make these parts of a locked contribution what they were; `row` is its assignment now."""
    if "work" in before:
        contribution.work = before["work"]
    if "district" in before:
        contribution.district = before["district"]
    if "keywords" in before:
        _put_back_keywords(contribution, before["keywords"])
    if "assignment" in before:
        _put_back_assignment(contribution, before["assignment"], row)


def _put_back_keywords(contribution: Contribution, wanted: Sequence[int]) -> None:
    """Keywords that were thrown away in the meantime stay away."""
    whole = (Tag.contribution_id == contribution.id, Tag.argument_id.is_(None))
    db.session.execute(delete(Tag).where(*whole, Tag.keyword_id.not_in(wanted)))
    there = select(Tag.keyword_id).where(*whole)
    missing = select(Keyword.id).where(Keyword.id.in_(wanted), Keyword.id.not_in(there))
    for number in db.session.scalars(missing).all():
        values = {"tenant_id": contribution.tenant_id, "contribution_id": contribution.id}
        db.session.add(Tag(**values, keyword_id=number))


def _put_back_assignment(contribution: Contribution, wanted: Mapping[str, Any] | None, row: Assignment | None) -> None:
    known = {name: _known(name, wanted[name]) for name in PEOPLE} if wanted else {}
    if wanted is None or (known["department_id"], known["person_id"]) == (None, None):
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = Assignment(tenant_id=contribution.tenant_id, contribution_id=contribution.id)
        db.session.add(row)
    for name in GIVEN:
        setattr(row, name, known[name] if name in known else _read(name, wanted[name]))


def _known(name: str, number: int | None) -> int | None:
    """The number of somebody or something that still exists; people and departments may go in the meantime."""
    table = Department if name == "department_id" else Person
    return number if number is not None and db.session.get(table, number) is not None else None


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    return date.fromisoformat(value) if name in DAYS else datetime.fromisoformat(value)
