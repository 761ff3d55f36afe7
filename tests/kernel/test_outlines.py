"""Long borders: many positions are asked of them quickly, and none is so entangled that it stops the server."""

import math
import random

import pytest

from participation.kernel import geometry, rings
from participation.kernel.outlines import Outline
from participation.kernel.refusal import Invalid


def star(corners: int, at: tuple[float, float] = (7.1, 50.7), size: float = 0.1) -> list[list[float]]:
    """A ring with so many corners that goes in and out."""
    turns = [2 * math.pi * number / corners for number in range(corners)]
    radius = [size * (1.0 if number % 2 else 1 - 3 / corners) for number in range(corners)]
    return [[at[0] + r * math.cos(turn), at[1] + r * math.sin(turn)] for turn, r in zip(turns, radius, strict=True)]


def comb(teeth: int, slope: float) -> list[tuple[float, float]]:
    """Teeth that lie beside each other along a slope, as close as no border of a place is."""
    ring = [(0.0, 0.0)]
    for tooth in range(teeth):
        ring += [(0.01, tooth * 1e-3), (1.0, tooth * 1e-3 + 5e-4)]
    ring += [(1.1, teeth * 1e-3), (1.1, -0.1), (0.0, -0.1), (0.0, 0.0)]
    return [(7 + x - slope * y, 50 + y + slope * x) for x, y in ring]


@pytest.mark.parametrize("corners", [4, 200, 4_000])
def test_an_outline_answers_like_the_plain_test(corners: int) -> None:
    chance = random.Random(corners)
    area = geometry.read(
        {"type": "MultiPolygon", "coordinates": [[star(corners), star(4, size=0.03)], [star(6, (7.4, 50.7))]]},
        kinds=geometry.LOADED,
        most=geometry.MOST_LOADED,
    )
    outline = Outline(area)
    positions = [(chance.uniform(6.9, 7.6), chance.uniform(50.5, 50.9)) for _ in range(400)]
    positions += geometry.positions(area)[:50]
    assert [outline.covers(at) for at in positions] == [geometry.covers(area, at) for at in positions]
    assert len({outline.covers(at) for at in positions}) == 2


def test_teeth_are_compared_along_the_axis_on_which_they_lie_apart() -> None:
    assert not rings.crosses_itself(comb(1_000, slope=0.0))
    assert not rings.crosses_itself([(y, x) for x, y in comb(1_000, slope=0.0)])


def test_a_border_too_entangled_to_compare_is_refused_instead_of_holding_the_server() -> None:
    with pytest.raises(Invalid) as refused:
        rings.crosses_itself(comb(4_000, slope=1.0))
    assert "zu verschlungen" in str(refused.value.sentence)


def test_a_number_beyond_all_floats_is_not_on_the_earth() -> None:
    with pytest.raises(Invalid) as refused:
        geometry.read({"type": "Point", "coordinates": [10**400, 50]})
    assert "nicht auf der Erde" in str(refused.value.sentence)


def test_a_position_is_typed_with_all_its_digits() -> None:
    assert geometry.in_words((7.098612, 50.735219)) == "50.735219 7.098612"
    assert geometry.in_words((7.0, -0.00001)) == "-0.00001 7"
