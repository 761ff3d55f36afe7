"""Categories, ratings by the method of the activity, places on the ground."""

import pytest

from modules.ideas import queries, services
from modules.ideas.selection import Selection
from participation.contributions.counters import drift
from participation.contributions.locations import as_typed, locations_of, where_of
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.models import Activity


def test_categories_get_signs_that_differ_in_colour_and_shape(world, procedure):
    with transaction():
        for number in range(30):
            services.add_category(world.activity(procedure), title=f"Nummer {number}")
    categories = queries.categories_of(world.activity(procedure))
    assert [category.title for category in categories[:3]] == ["Wege", "Licht", "Nummer 0"]
    assert len({(category.colour, category.shape) for category in categories}) == len(categories) == 32


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"title": "WEGE"}, "title"),
        ({"title": "Neu", "colour": "mauve"}, "shape"),
        ({"title": "Neu", "colour": "blue", "shape": "circle"}, "shape"),  # the sign of the first
    ],
)
def test_a_category_that_cannot_be_is_refused_at_its_field(world, procedure, values, field):
    with pytest.raises(Invalid) as refused, transaction():
        services.add_category(world.activity(procedure), **values)
    assert refused.value.field == field


def test_a_category_with_ideas_stays(world, procedure, idea):
    idea("Breiter Weg", place="k2")
    with pytest.raises(Conflict), transaction():
        services.remove_category(world.activity(procedure), "k2")
    with transaction():
        services.move_category(world.activity(procedure), "k2", -1)
        services.remove_category(world.activity(procedure), "k1")
    assert [(entry.key, entry.number) for entry in queries.categories_of(world.activity(procedure))] == [("k2", 1)]


@pytest.mark.requirement("RA-4.3-03")
def test_support_counts_people_and_points_count_their_sum(world, procedure, idea, support):
    made = idea("Mehr Licht")
    first = support(made)
    support(made)
    row = db.session.get(Contribution, made.id)
    assert (row.agree, row.score) == (2, 2)
    with pytest.raises(Invalid):
        support(made, first, "disagree")  # support knows no against
    support(made, first, "none")
    assert db.session.get(Contribution, made.id).score == 1
    with transaction():
        activity = db.session.get_one(Activity, world.activity(procedure).id)
        activity.settings = activity.settings | {"rating": "points"}
    support(made, first, "4")
    support(made, None, "2")
    row = db.session.get(Contribution, made.id)
    assert (row.agree, row.score) == (3, 7)
    support(made, first, "5")
    assert (row.agree, row.score) == (3, 8)
    assert not drift()


def test_where_nothing_is_rated_a_press_is_refused(world, procedure, idea, support):
    made = idea("Mehr Licht")
    with transaction():
        activity = db.session.get_one(Activity, world.activity(procedure).id)
        activity.settings = activity.settings | {"rating": "none"}
    with pytest.raises(Refused):
        support(made)


def test_imported_sums_count_in_the_order_and_survive_a_recount(world, procedure, idea, support):
    made = idea("Aus dem alten Verfahren")
    other = idea("Neu")
    with transaction():
        row = world.again_contribution(made)
        row.imported = row.score = 16
    support(other)
    support(made)
    assert not drift()
    found = queries.found_ideas(world.activity(procedure), Selection(), sort="agreed")
    assert [item.title for item in found.items] == ["Aus dem alten Verfahren", "Neu"]
    assert [item.score for item in found.items] == [17, 1]


@pytest.mark.usefixtures("area")
def test_a_place_on_the_map_has_a_district_and_lies_in_the_area(world, procedure, idea):
    inside = idea("Im Westen", at=(7.05, 50.7), words="Ecke Markt")
    idea("Im Osten", at=(7.15, 50.7))
    assert db.session.get(Contribution, inside.id).district == "Weststadt"
    location = locations_of([inside.id])[inside.id]
    assert (location.longitude, location.latitude, location.words) == (7.05, 50.7, "Ecke Markt")
    activity = world.activity(procedure)
    found = queries.found_ideas(activity, Selection(district="Weststadt"))
    assert [item.title for item in found.items] == ["Im Westen"]
    assert queries.counts_of(activity, Selection(district="Weststadt")) == (1, {"Weststadt": 1})
    for near, titles in (((7.0501, 50.7), ["Im Westen"]), ((7.1, 50.7), [])):
        found = queries.found_ideas(activity, Selection(near=near, radius=250))
        assert [item.title for item in found.items] == titles


@pytest.mark.usefixtures("area")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("52.5 13.4", "außerhalb"),
        ("7.05 50.7", "vertauscht"),
        ("north of the river", "nicht lesen"),
        ("50.7 7.05\n50.71 7.06", "kennen wir nicht"),  # a line, where points are asked
        ('{"type": "Point", "coordinates": [7.05, 950]}', "nicht auf der Erde"),
    ],
)
def test_a_position_that_cannot_be_used_gets_a_clear_sentence(world, procedure, typed, words):
    with pytest.raises(Invalid) as refused:
        where_of({"position": typed}, world.activity(procedure), ("Point",))
    assert refused.value.field == "position"
    assert words in str(refused.value.sentence)


def test_positions_are_read_as_people_write_them(world, procedure):
    activity = world.activity(procedure)
    drawn = ("Point", "LineString", "Polygon")
    for typed in ("50.7352 7.0986", "50,7352 7,0986", "50.7352, 7.0986", "50.7352° 7.0986°"):
        assert where_of({"position": typed}, activity, drawn).geometry["coordinates"] == [7.0986, 50.7352]
    line = where_of({"position": "50.7 7.0\n50.8 7.1"}, activity, drawn).geometry
    assert line["type"] == "LineString"
    ring = where_of({"position": "50.7 7\n50.8 7\n50.8 7.1\n50.7 7"}, activity, drawn).geometry
    assert ring["type"] == "Polygon"
    assert where_of({"position": as_typed(ring)}, activity, drawn).geometry == ring
    assert where_of({"where": " Ecke Markt "}, activity, drawn) == ({}, "Ecke Markt")
    assert where_of({}, activity, drawn) is None


def test_search_narrows_the_list(world, procedure, idea):
    idea("Bank am Ufer", source="Eine Bank für alle.")
    idea("Licht im Tunnel", source="Es ist dunkel.")
    work_off()
    activity = world.activity(procedure)
    for words, titles in (("Bänke", ["Bank am Ufer"]), ("dunkel", ["Licht im Tunnel"]), ("Rakete", []), ("!", [])):
        found = queries.found_ideas(activity, Selection(words=words))
        assert [item.title for item in found.items] == titles, words
