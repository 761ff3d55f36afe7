"""Load data: a text of 300 paragraphs and any number of comments, written in bulk with correct counters."""

from random import Random
from typing import Any

from modules.text.types import TEXT_COMMENT
from participation.contributions.bulk import count_rows, insert_rows, put_below
from participation.documents.importing import import_text
from participation.documents.outlines import outline_of
from participation.procedures.models import Activity
from participation.testing.bulk import bulk_participants, contribution_row, rate_rows

PARTICIPANTS = 200
WHOLE_TEXT = 0.1  # so many comments are on the text as a whole
SECTIONS, PARAGRAPHS = 30, 10
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
    people = bulk_participants(activity, random, min(number, PARTICIPANTS))
    replies = number // 5
    roots = [_row(activity, random, people, index) for index in range(number - replies)]
    for row in roots:
        row["place"] = "" if random.random() < WHOLE_TEXT else random.choice(places)
    insert_rows(roots)
    answers = [_row(activity, random, people, index) for index in range(replies)]
    for row in answers:
        put_below(row, random.choice(roots))
    insert_rows(answers)
    count_rows(activity, [*roots, *answers], roots)
    rate_rows(random, [*roots, *answers], people)


def _row(activity: Activity, random: Random, people: list[int], index: int) -> dict[str, Any]:
    return contribution_row(activity, random, random.choice(people), index, TEXT_COMMENT.name, WORDS)


def sample_text() -> str:
    """A draft law of 30 sections with 10 paragraphs each, as Markdown."""
    lines = ["# Entwurf eines Gesetzes zur Probe"]
    for section in range(1, SECTIONS + 1):
        lines.append(f"\n## § {section} Abschnitt {section}\n")
        for paragraph in range(1, PARAGRAPHS + 1):
            subject = f"Gegenstand {section}.{paragraph}"
            lines.append(f"({paragraph}) Die zuständige Stelle regelt {subject} in eigener Verantwortung.\n")
    return "\n".join(lines)
