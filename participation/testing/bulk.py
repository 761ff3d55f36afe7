"""Load data of any size for the contract kit and the benchmarks, as rows for `contributions.bulk`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update

from participation.contributions.bulk import AT_ONCE, insert_locations
from participation.contributions.locations import Where
from participation.contributions.models import Contribution, RatingRow
from participation.contributions.ratings import VALUES
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.geometry import point
from participation.kernel.text import render
from participation.procedures.models import Activity, Participant

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def bulk_participants(activity: Activity, random: Random, number: int) -> list[int]:
    """Participants without a person, as after erasure: seeds need no addresses."""
    rows = [
        {
            "tenant_id": activity.tenant_id,
            "procedure_id": activity.procedure_id,
            "pseudonym": f"Teilnehmende {''.join(random.choices(LETTERS, k=5))}",
            "organisation_name": "",
            "badge": "",
            "created_at": now(),
        }
        for _ in range(number)
    ]
    return list(db.session.scalars(insert(Participant).returning(Participant.id), rows)) if rows else []


def contribution_row(
    activity: Activity, random: Random, participant: int, index: int, kind: str, words: Sequence[str]
) -> dict[str, Any]:
    """One published contribution of two sentences, so many minutes old."""
    source = f"{random.choice(words)}. {random.choice(words)}."
    at = now() - timedelta(minutes=index)
    return {
        "tenant_id": activity.tenant_id,
        "procedure_id": activity.procedure_id,
        "activity_id": activity.id,
        "phase_id": activity.phases[0].id,
        "participant_id": participant,
        "type": kind,
        "parent_id": None,
        "root_id": None,
        "path": "",
        "depth": 0,
        "number": 0,
        "reference": _reference(random),
        "title": "",
        "source": source,
        "html": render(source),
        "language": "de",
        "state": "published",
        "identity": "email",
        "received_at": at,
        "created_at": at,
        "children": 0,
    }


def _reference(random: Random) -> str:
    letters = "".join(random.choices(LETTERS, k=10))
    return f"{letters[:5]}-{letters[5:]}"


def locate_rows(random: Random, rows: Iterable[dict[str, Any]], within: tuple[float, float, float, float]) -> None:
    """Put each of these contributions, which are written already, on a point within west, south, east, north."""
    west, south, east, north = within

    def somewhere() -> Where:
        return Where(point(round(random.uniform(west, east), 6), round(random.uniform(south, north), 6)), "")

    insert_locations((row, somewhere()) for row in rows)


def rate_rows(random: Random, rows: list[dict[str, Any]], people: list[int]) -> None:
    """Up to three ratings of each comment, and the sums of them."""
    ratings, sums = [], []
    for row in rows:
        values = Counter[str]()
        others = random.sample(people, min(random.randrange(4), len(people)))
        for participant in (other for other in others if other != row["participant_id"]):
            value = random.choice(("agree", "agree", "neutral", "disagree"))
            values[value] += 1
            ratings.append(_rating(row, participant, value))
        if values:
            sums.append(
                {"id": row["id"], "score": values["agree"] - values["disagree"]}
                | {name: values[name] for name in VALUES}
            )
    for offset in range(0, len(ratings), AT_ONCE):
        db.session.execute(insert(RatingRow), ratings[offset : offset + AT_ONCE])
    if sums:
        db.session.execute(update(Contribution), sums)


def _rating(row: dict[str, Any], participant: int, value: str) -> dict[str, Any]:
    return {
        "tenant_id": row["tenant_id"],
        "contribution_id": row["id"],
        "participant_id": participant,
        "phase_id": row["phase_id"],
        "value": value,
        "identity": "email",
        "at": row["created_at"],
    }
