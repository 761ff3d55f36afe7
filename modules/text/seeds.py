"""Load data: a text of 300 paragraphs and any number of comments, written in bulk with correct counters."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from modules.text.queries import outline_of
from modules.text.services import import_text
from modules.text.types import TEXT_COMMENT
from participation.contributions.models import Contribution, ContributionVersion, PlaceCount, RatingRow
from participation.contributions.ratings import VALUES
from participation.contributions.references import fresh_salt, text_hash
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.text import render
from participation.procedures.models import Activity, Participant

AT_ONCE = 1_000
PARTICIPANTS = 200
WHOLE_TEXT = 0.1  # so many comments are on the text as a whole
SECTIONS, PARAGRAPHS = 30, 10
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORDS = (
    "Die Frist sollte länger sein",
    "Bitte nennen Sie die Kosten",
    "Das ist für kleine Gemeinden schwer",
    "Der Satz ist gut und soll bleiben",
    "Was gilt für Menschen ohne Internet",
    "Hier fehlt ein Hinweis auf die Barrierefreiheit",
    "Ein Beispiel würde helfen",
)


def seed(activity: Activity, random: Random, number: int) -> None:
    """So many comments on the activity's text; a fifth are answers, a tenth are on the whole text."""
    if outline_of(activity) is None:
        import_text(activity, sample_text().encode(), "entwurf.md")
    outline = outline_of(activity)
    assert outline is not None, "the text was just made"
    places = [line.key for line in outline.lines if line.kind != "heading"]
    people = _participants(activity, random, min(number, PARTICIPANTS))
    replies = number // 5
    roots = [_row(activity, random, random.choice(people), index) for index in range(number - replies)]
    for row in roots:
        row["place"] = "" if random.random() < WHOLE_TEXT else random.choice(places)
    _insert(roots)
    answers = [_row(activity, random, random.choice(people), index) for index in range(replies)]
    for row in answers:
        _put_below(row, random.choice(roots))
    _insert(answers)
    _finish(activity, roots, answers)
    _rate(random, [*roots, *answers], people)


def sample_text() -> str:
    """A draft law of 30 sections with 10 paragraphs each, as Markdown."""
    lines = ["# Entwurf eines Gesetzes zur Probe"]
    for section in range(1, SECTIONS + 1):
        lines.append(f"\n## § {section} Abschnitt {section}\n")
        for paragraph in range(1, PARAGRAPHS + 1):
            subject = f"Gegenstand {section}.{paragraph}"
            lines.append(f"({paragraph}) Die zuständige Stelle regelt {subject} in eigener Verantwortung.\n")
    return "\n".join(lines)


def _participants(activity: Activity, random: Random, number: int) -> list[int]:
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


def _put_below(row: dict[str, Any], parent: dict[str, Any]) -> None:
    parent["children"] += 1
    below = {"parent_id": parent["id"], "root_id": parent["id"], "depth": 1, "number": parent["children"]}
    row |= below | {"place": parent["place"], "path": f"{parent['children']:06d}."}


def _insert(rows: list[dict[str, Any]]) -> None:
    """Write contributions with their versions; each row learns its id."""
    for offset in range(0, len(rows), AT_ONCE):
        batch = rows[offset : offset + AT_ONCE]
        ids = db.session.scalars(insert(Contribution).returning(Contribution.id, sort_by_parameter_order=True), batch)
        for row, number in zip(batch, ids.all(), strict=True):
            row["id"] = number
        db.session.execute(insert(ContributionVersion), [_version(row) for row in batch])


def _row(activity: Activity, random: Random, participant: int, index: int) -> dict[str, Any]:
    source = f"{random.choice(WORDS)}. {random.choice(WORDS)}."
    at = now() - timedelta(minutes=index)
    return {
        "tenant_id": activity.tenant_id,
        "procedure_id": activity.procedure_id,
        "activity_id": activity.id,
        "phase_id": activity.phases[0].id,
        "participant_id": participant,
        "type": TEXT_COMMENT.name,
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


def _version(row: dict[str, Any]) -> dict[str, Any]:
    salt = fresh_salt()
    return {
        "tenant_id": row["tenant_id"],
        "contribution_id": row["id"],
        "number": 1,
        "title": "",
        "source": row["source"],
        "salt": salt,
        "text_hash": text_hash(salt, "", row["source"]),
        "at": row["created_at"],
    }


def _finish(activity: Activity, roots: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    """Kept counters go up by what was added."""
    answered = [
        {"id": row["id"], "replies": row["children"], "children": row["children"]} for row in roots if row["children"]
    ]
    if answered:
        db.session.execute(update(Contribution), answered)
    added = Counter(row["place"] for row in (*roots, *answers))
    added["*"] = len(roots) + len(answers)
    query = select(PlaceCount).where(PlaceCount.activity_id == activity.id)
    kept = {row.place: row for row in db.session.scalars(query)}
    for place, number in added.items():
        if place not in kept:
            kept[place] = PlaceCount(tenant_id=activity.tenant_id, activity_id=activity.id, place=place, shown=0)
            db.session.add(kept[place])
        kept[place].shown += number


def _rate(random: Random, rows: list[dict[str, Any]], people: list[int]) -> None:
    """Up to three ratings of each comment, and the sums of them."""
    ratings, sums = [], []
    for row in rows:
        values = Counter[str]()
        for participant in random.sample(people, min(random.randrange(4), len(people))):
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
