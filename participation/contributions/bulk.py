"""Many contributions at once, as rows: with first versions, threads, places on the ground and counters. What imports
and load data share; a row is a mapping of the columns of `Contribution`, and learns its id when it is written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import insert, select, update

from participation.contributions.counters import count_place
from participation.contributions.location_models import Location
from participation.contributions.locations import Where
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.references import fresh_reference, fresh_salt, text_hash
from participation.contributions.reply_counts import SHOWN
from participation.kernel import geometry
from participation.kernel.db import db
from participation.procedures.models import Activity

AT_ONCE: Final = 1_000

Row = dict[str, Any]


def fresh_references(tenant_id: int, number: int) -> list[str]:
    """So many numbers for receipts that nobody has."""
    found: set[str] = set()
    while len(found) < number:
        some = list({fresh_reference() for _ in range(min(number - len(found), AT_ONCE))})
        query = select(Contribution.reference)
        taken = query.where(Contribution.tenant_id == tenant_id, Contribution.reference.in_(some))
        found |= set(some) - set(db.session.scalars(taken))
    return list(found)


def put_below(row: Row, parent: Row) -> None:
    """Make a row an answer to another one, which is written already; it stands in the same place."""
    parent["children"] += 1
    number = parent["children"]
    row |= {
        "parent_id": parent["id"],
        "root_id": parent["root_id"] or parent["id"],
        "depth": parent["depth"] + 1,
        "number": number,
        "path": f"{parent['path']}{number:06d}.",
        "place": parent["place"],
    }


def insert_rows(rows: Sequence[Row]) -> None:
    """Write contributions with their first versions."""
    for batch in _batches(rows):
        ids = db.session.scalars(insert(Contribution).returning(Contribution.id, sort_by_parameter_order=True), batch)
        for row, number in zip(batch, ids.all(), strict=True):
            row["id"] = number
        db.session.execute(insert(ContributionVersion), [_version(row) for row in batch])


def _batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[offset : offset + AT_ONCE] for offset in range(0, len(rows), AT_ONCE))


def _version(row: Row) -> Row:
    salt = fresh_salt()
    return {
        "tenant_id": row["tenant_id"],
        "contribution_id": row["id"],
        "number": 1,
        "title": row["title"],
        "source": row["source"],
        "salt": salt,
        "text_hash": text_hash(salt, row["title"], row["source"]),
        "at": row["created_at"],
    }


def insert_locations(located: Iterable[tuple[Row, Where]]) -> None:
    """Write where contributions belong; they are written already, and know their district."""
    for batch in _batches([_location(row, where) for row, where in located]):
        db.session.execute(insert(Location), batch)


def _location(row: Row, where: Where) -> Row:
    sign = geometry.middle(where.geometry) if where.geometry else (None, None)
    return {
        "tenant_id": row["tenant_id"],
        "contribution_id": row["id"],
        "activity_id": row["activity_id"],
        "geometry": where.geometry,
        "longitude": sign[0],
        "latitude": sign[1],
        "words": where.words,
    }


def count_rows(activity: Activity, rows: Sequence[Row], heads: Sequence[Row]) -> None:
    """Kept counters go up by what was added; `heads` are all that may have got answers, new or not."""
    shown = [row for row in rows if row["state"] in SHOWN]
    answers: Counter[int] = Counter()
    for row in shown:
        answers.update({row["root_id"], row["parent_id"]} - {None})
    answered = [
        {"id": row["id"], "children": row["children"], "replies": row.get("replies", 0) + answers[row["id"]]}
        for row in heads
        if row["children"]
    ]
    if answered:
        db.session.execute(update(Contribution), answered)
    places = Counter(row["place"] for row in shown)
    for place, number in sorted((places + Counter({"*": len(shown)})).items()):
        count_place(activity.tenant_id, activity.id, place, number, f"bulk:{rows[0]['id']}")
