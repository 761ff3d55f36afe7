"""Load data: categories, and any number of ideas with a place on the map, written in bulk with correct counters."""

from random import Random
from typing import Any

from modules.ideas.queries import categories_of
from modules.ideas.services import add_category
from modules.ideas.types import IDEA
from participation.contributions.bulk import count_rows, insert_rows, put_below
from participation.procedures.models import Activity
from participation.testing.bulk import bulk_participants, contribution_row, locate_rows, rate_rows

PARTICIPANTS = 200
WITHIN = WEST, SOUTH, EAST, NORTH = 7.03, 50.65, 7.21, 50.78
CATEGORIES = ("Wege", "Licht", "Bänke", "Schilder")
TITLES = ("Mehr Licht am Ufer", "Eine Bank an der Haltestelle", "Sicherer Weg zur Schule", "Breiterer Radweg")
WORDS = (
    "Hier ist es nach der Schule sehr eng",
    "Im Winter sieht man den Weg nicht",
    "Ältere Menschen brauchen eine Pause",
    "Das würde vielen im Viertel helfen",
)


def seed(activity: Activity, random: Random, number: int) -> None:
    """So many ideas and answers; a fifth are answers, nine of ten ideas lie on the map."""
    if not categories_of(activity):
        for title in CATEGORIES:
            add_category(activity, title=title)
    keys = [category.key for category in categories_of(activity)]
    people = bulk_participants(activity, random, min(number, PARTICIPANTS))
    answers = number // 5
    ideas = [_row(activity, random, people, index) for index in range(number - answers)]
    for row in ideas:
        row |= {"title": random.choice(TITLES), "place": random.choice(keys)}
    insert_rows(ideas)
    replies = [_row(activity, random, people, index) for index in range(answers)]
    for row in replies:
        put_below(row, random.choice(ideas))
    insert_rows(replies)
    count_rows(activity, [*ideas, *replies], ideas)
    locate_rows(random, (row for row in ideas if random.random() < 0.9), WITHIN)
    rate_rows(random, [*ideas, *replies], people)


def _row(activity: Activity, random: Random, people: list[int], index: int) -> dict[str, Any]:
    return contribution_row(activity, random, random.choice(people), index, IDEA.name, WORDS)
