"""A collection of ideas with two categories, and people who propose."""

import re

import pytest

from modules.ideas import services
from participation.contributions.locations import AREA, DISTRICT, Where, keep_areas, put_location
from participation.contributions.ratings import rate
from participation.kernel import geometry
from participation.kernel.db import transaction

SQUARE = {"type": "Polygon", "coordinates": [[[7.0, 50.6], [7.2, 50.6], [7.2, 50.8], [7.0, 50.8], [7.0, 50.6]]]}
WEST = {"type": "Polygon", "coordinates": [[[7.0, 50.6], [7.1, 50.6], [7.1, 50.8], [7.0, 50.8], [7.0, 50.6]]]}


@pytest.fixture
def procedure(world):
    """A running collection with the categories k1 (Wege) and k2 (Licht)."""
    made = world.procedure(module="ideas", title="Rad-Dialog", kinds=("collecting", "rating"))
    with transaction():
        for title in ("Wege", "Licht"):
            services.add_category(world.activity(made), title=title)
    return world.again(made)


@pytest.fixture
def base(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


@pytest.fixture
def area(world, procedure):
    """The collection is about a square, with a district in its west."""
    with transaction():
        keep_areas(world.activity(procedure), AREA, [("Stadt", SQUARE)])
        keep_areas(world.activity(procedure), DISTRICT, [("Weststadt", WEST)])


@pytest.fixture
def idea(world, procedure):
    """`idea("Titel", at=(7.05, 50.7))` makes a published idea."""

    def make(title, *, place="k1", at=None, words="", person=None, source="Das hilft allen."):
        made = world.contribution(procedure, person, source, title=title, place=place)
        if at or words:
            with transaction():
                shape = geometry.point(*at) if at else {}
                put_location(world.again_contribution(made), world.activity(procedure), Where(shape, words))
        return made

    return make


@pytest.fixture
def support(world, procedure):
    """`support(idea, person, value)` rates as somebody."""

    def press(made, person=None, value="agree"):
        person = person or world.person()
        by = world.participant(procedure, person)
        who = world.viewer(person, procedure)
        with transaction():
            rate(world.again_contribution(made), world.activity(procedure), value, who=who, by=by)
        return person

    return press


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
