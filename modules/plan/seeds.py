"""Load data: a document, an area on the map, and any number of statements in bulk with correct counters."""

from random import Random
from typing import Any

from modules.plan.queries import layers_of, text_of
from modules.plan.services import add_picture, add_shapes
from modules.plan.types import STATEMENT
from participation.contributions.bulk import count_rows, insert_rows, put_below
from participation.documents.importing import import_text
from participation.kernel.files import file_store
from participation.procedures.models import Activity
from participation.testing.bulk import bulk_participants, contribution_row, locate_rows, rate_rows

PARTICIPANTS = 200
WITHIN = (7.09, 50.73, 7.11, 50.74)  # west, south, east, north
DOT = bytes.fromhex(  # a picture of one white pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
)
WORDS = (
    "Die Zufahrt ist zu schmal",
    "Die alte Linde soll stehen bleiben",
    "Hier fehlt ein Weg zum Bahnhof",
    "Der Lärm am Abend ist schon jetzt hoch",
)
AREA = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Baufeld"},
"geometry": {"type": "Polygon", "coordinates":
[[[7.09, 50.73], [7.11, 50.73], [7.11, 50.74], [7.09, 50.74], [7.09, 50.73]]]}}]}"""


def seed(activity: Activity, random: Random, number: int) -> None:
    """So many statements and answers: a third on the documents, a third on the map, a third on the whole plan."""
    if text_of(activity) is None:
        import_text(activity, sample_text().encode(), "begruendung.md")
    if not layers_of(activity):
        add_shapes(activity, title="Baufeld", legend="Das Baufeld ist blau umrandet.", source=AREA)
        file: dict[str, Any] = {"stored_name": file_store().put(DOT), "media_type": "image/png", "size": len(DOT)}
        add_picture(activity, title="Entwurf", legend="Der Platz von oben.", bounds=WITHIN, **file)
    text = text_of(activity)
    assert text is not None, "the text was just made"
    places = [row.key for row in text.rows if row.kind != "heading"]
    people = bulk_participants(activity, random, min(number, PARTICIPANTS))
    answers = number // 5
    rows = [_row(activity, random, people, index) for index in range(number - answers)]
    for row in rows[::3]:
        row["place"] = random.choice(places)
    for row in rows:
        row.setdefault("place", "")
    insert_rows(rows)
    replies = [_row(activity, random, people, index) for index in range(answers)]
    for row in replies:
        put_below(row, random.choice(rows))
    insert_rows(replies)
    count_rows(activity, rows, replies)
    locate_rows(random, rows[1::3], WITHIN)
    rate_rows(random, [*rows, *replies], people)


def sample_text() -> str:
    """The reasons for a plan: ten sections of ten paragraphs, as Markdown."""
    lines = ["# Begründung zum Bebauungsplan"]
    for section in range(1, 11):
        lines.append(f"\n## {section} Abschnitt\n")
        lines += [f"Absatz {section}.{paragraph} begründet die Festsetzung.\n" for paragraph in range(1, 11)]
    return "\n".join(lines)


def _row(activity: Activity, random: Random, people: list[int], index: int) -> dict[str, Any]:
    return contribution_row(activity, random, random.choice(people), index, STATEMENT.name, WORDS)
