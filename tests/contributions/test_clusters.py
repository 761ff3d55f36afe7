"""Signs of a map: everything is counted once, what is close is one sign, nothing hidden, a bad view is refused."""

from itertools import combinations
from random import Random

import pytest

from participation.access.rules import VISITOR
from participation.contributions.bulk import insert_locations, insert_rows
from participation.contributions.clusters import APART, CELL, NAMED, TILE, WIDEST, frame_of, signs_in, view_from
from participation.contributions.locations import Where
from participation.contributions.models import Contribution
from participation.kernel.db import transaction
from participation.kernel.geometry import Box, point
from participation.kernel.refusal import Refused
from participation.testing.bulk import bulk_participants, contribution_row
from participation.testing.queries import count_queries

WEST, SOUTH = 7.0, 50.7
SQUEEZED = 0.629  # the cosine of 51 degrees


def put(world, procedure, at, random, state="published"):
    """Contributions at positions, the last one newest; their references."""
    activity = world.activity(procedure)
    with transaction():
        people = bulk_participants(activity, random, 1)
        rows = [contribution_row(activity, random, people[0], 0, "probe.note", ("Hier",)) for _ in at]
        for number, row in enumerate(rows):
            row |= {"title": f"Nummer {number}", "state": state}
        insert_rows(rows)
        insert_locations((row, Where(point(*place), "")) for row, place in zip(rows, at, strict=True))
    return [row["reference"] for row in rows]


@pytest.fixture
def chance():
    """Shuffled the same way in each run."""
    return Random(7)


@pytest.fixture
def procedure(world):
    return world.procedure()


def around(zoom, wide=512):
    """A view of so many pixels whose middle is where the tests put things."""
    degrees = 360 * wide / TILE / 2**zoom / 2
    return view_from(f"{WEST - degrees},{SOUTH - degrees / 2},{WEST + degrees},{SOUTH + degrees / 2}", str(zoom))


def test_what_is_close_is_one_sign_and_apart_from_nearby(world, procedure, chance):
    put(world, procedure, [(WEST, SOUTH), (WEST + 0.00001, SOUTH), (WEST + 0.02, SOUTH)], chance)
    near, far = signs_in(world.activity(procedure), around(14), VISITOR)
    assert (near.number, [entry.title for entry in near.named]) == (2, ["Nummer 1", "Nummer 0"])
    assert near.box == Box(WEST, SOUTH, WEST + 0.00001, SOUTH)
    assert (far.number, far.longitude, far.named[0].title) == (1, WEST + 0.02, "Nummer 2")
    (all_of_them,) = signs_in(world.activity(procedure), around(6), VISITOR)
    assert (all_of_them.number, all_of_them.box.east) == (3, WEST + 0.02)


@pytest.mark.parametrize("zoom", [5, 11, 14, 17])
def test_every_contribution_counts_once_and_signs_can_be_tapped(world, procedure, chance, zoom):
    spread = [(WEST + chance.uniform(-0.05, 0.05), SOUTH + chance.uniform(-0.02, 0.02)) for _ in range(300)]
    put(world, procedure, spread, chance)
    view = around(zoom, wide=WIDEST - 2)
    signs = signs_in(world.activity(procedure), view, VISITOR)
    inside = [at for at in spread if view.box.holds(at)]
    assert sum(sign.number for sign in signs) == len(inside) > 0
    pixel = 360 / TILE / 2**zoom
    for one, other in combinations(signs, 2):
        right, up = (
            (one.longitude - other.longitude) / pixel,
            (one.latitude - other.latitude) / pixel / 0.629,
        )  # cos 51°
        assert right**2 + up**2 >= APART**2 * 0.999
    assert all(sign.box.holds((sign.longitude, sign.latitude)) for sign in signs)


def test_a_map_that_is_moved_keeps_its_signs(world, procedure, chance):
    spread = [(WEST + chance.uniform(-0.2, 0.2), SOUTH + chance.uniform(-0.05, 0.05)) for _ in range(40)]
    put(world, procedure, spread, chance)
    here = around(9, wide=1_024)
    box = here.box
    moved = here._replace(box=Box(box.west + 0.1, box.south, box.east + 0.1, box.north))
    activity = world.activity(procedure)
    assert signs_in(activity, here, VISITOR) == signs_in(activity, moved, VISITOR)


def test_a_small_view_names_everything_a_large_one_the_newest(world, procedure, chance):
    put(world, procedure, [(WEST, SOUTH)] * 20, chance)
    activity = world.activity(procedure)
    (small,) = signs_in(activity, around(19, wide=CELL), VISITOR)
    (large,) = signs_in(activity, around(14, wide=WIDEST - 2), VISITOR)
    assert (len(small.named), small.number, len(large.named), large.number) == (20, 20, 1, 20)
    assert small.named[0] == large.named[0]
    assert len(small.named) <= NAMED


def test_what_nobody_may_read_has_no_sign(world, procedure, chance):
    put(world, procedure, [(WEST, SOUTH)], chance, state="hidden")
    (shown,) = put(world, procedure, [(WEST, SOUTH)], chance)
    activity = world.activity(procedure)
    (sign,) = signs_in(activity, around(14), VISITOR)
    assert (sign.number, sign.named[0].reference) == (1, shown)
    assert signs_in(activity, around(14), VISITOR, (Contribution.place == "elsewhere",)) == []
    assert frame_of(activity, VISITOR) == Box(WEST, SOUTH, WEST, SOUTH)


def test_without_signs_there_is_no_frame(world, procedure):
    assert frame_of(world.activity(procedure), VISITOR) is None


def test_one_query_for_a_view(world, procedure, chance):
    put(world, procedure, [(WEST, SOUTH)] * 3, chance)
    activity = world.activity(procedure)
    with count_queries() as seen:
        signs_in(activity, around(14), VISITOR)
    assert len(seen) == 1


def test_no_view_is_the_whole_earth():
    assert view_from("", "") == (Box(-180, -85.06, 180, 85.06), 0)
    assert view_from("6.9,50.6,7.1,50.8", "12").zoom == 12


@pytest.mark.parametrize(
    "bbox", ["", "7", "7,50,7", "7,50,6,51", "7,51,8,50", "7,50,7,51", "nan,50,8,51", "7,50,inf,51", "-181,50,8,51",
             "7,50,8,91", "a,b,c,d", "1,2,3,4,5", "7;50;8;51", "7," * 5000],
)  # fmt: skip
def test_a_frame_that_is_none_is_refused_with_a_sentence(bbox):
    with pytest.raises(Refused) as refused:
        view_from(bbox, "4")
    assert (refused.value.status, "bbox=" in str(refused.value.sentence)) == (400, True)


@pytest.mark.parametrize("zoom", ["", "-1", "21", "3.5", "x", "²", "1" * 4000])
def test_a_zoom_that_is_none_is_refused_with_a_sentence(zoom):
    with pytest.raises(Refused) as refused:
        view_from("7,50,8,51", zoom)
    assert (refused.value.status, "zoom" in str(refused.value.sentence)) == (400, True)


def test_more_of_the_earth_than_a_screen_shows_is_refused():
    with pytest.raises(Refused) as refused:
        view_from("-180,-80,180,80", "5")
    assert refused.value.status == 400
    assert view_from("-180,-80,180,80", "3").zoom == 3
