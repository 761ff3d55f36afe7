"""Geometry: what is read, what is refused, and what is measured."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from participation.kernel import geometry
from participation.kernel.refusal import Invalid

SQUARE = [[7.0, 50.0], [7.1, 50.0], [7.1, 50.1], [7.0, 50.1], [7.0, 50.0]]
HOLE = [[7.04, 50.04], [7.06, 50.04], [7.06, 50.06], [7.04, 50.06], [7.04, 50.04]]
BOW = [[7.0, 50.0], [7.1, 50.1], [7.1, 50.0], [7.0, 50.1], [7.0, 50.0]]
STAR = [[math.cos(turn * 4 * math.pi / 5), math.sin(turn * 4 * math.pi / 5)] for turn in range(5)]


def polygon(*rings: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_point_is_read_and_rounded_to_decimetres() -> None:
    found = geometry.read('{"type": "Point", "coordinates": [7.12345678, 50.7]}')
    assert found == {"type": "Point", "coordinates": [7.123457, 50.7]}


def test_an_open_ring_is_closed_and_doubles_go() -> None:
    found = geometry.read(polygon([*SQUARE[:2], SQUARE[1], *SQUARE[2:4]]))
    assert found["coordinates"][0] == SQUARE


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("kml", "kein GeoJSON"),
        ("<kml/>", "kein GeoJSON"),
        ("[" * 100_000, "kein GeoJSON"),
        ({"type": "Circle", "coordinates": [7, 50]}, "kennen wir nicht"),
        ({"type": "Point", "coordinates": [7]}, "Länge und Breite"),
        ({"type": "Point", "coordinates": ["7", "50"]}, "sind Zahlen"),
        ({"type": "Point", "coordinates": [True, 50]}, "sind Zahlen"),
        ({"type": "Point", "coordinates": [float("nan"), 50]}, "nicht auf der Erde"),
        ({"type": "Point", "coordinates": [200, 50]}, "nicht auf der Erde"),
        ({"type": "Point", "coordinates": [7, 91]}, "nicht auf der Erde"),
        ({"type": "LineString", "coordinates": [[7, 50], [7, 50]]}, "zwei verschiedene"),
        ({"type": "LineString", "coordinates": [[7, 50]] * 501}, "zu viele Punkte"),
        (polygon([[7, 50], [7.1, 50], [7, 50]]), "drei verschiedene"),
        (polygon(BOW), "kreuzt sich selbst"),
        (polygon([*STAR, STAR[0]]), "kreuzt sich selbst"),
        (polygon([[7, 50], [7.2, 50], [7.1, 50], [7.1, 50.1], [7, 50]]), "kreuzt sich selbst"),  # runs back on itself
        (polygon(), "keine Punkte"),
        ({"type": "Polygon", "coordinates": "odd"}, "keine Punkte"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(source: object, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        geometry.read(source)  # type: ignore[arg-type]
    assert words in str(refused.value.sentence)
    assert refused.value.field == "geometry"


def test_a_hundred_thousand_corners_are_refused_before_they_are_compared() -> None:
    ring = [[7 + math.cos(turn / 1e4), 50 + math.sin(turn / 1e4)] for turn in range(100_000)]
    with pytest.raises(Invalid, match="refused") as refused:
        geometry.read(json.dumps(polygon(ring)), kinds=geometry.LOADED, most=geometry.MOST_LOADED)
    assert "20000" in str(refused.value.sentence)


def test_a_round_boundary_of_many_corners_does_not_cross_itself() -> None:
    ring = [(math.cos(turn / 500 * math.pi), math.sin(turn / 500 * math.pi)) for turn in range(1_000)]
    assert not geometry.crosses_itself([*ring, ring[0]])
    ring[300], ring[700] = ring[700], ring[300]
    assert geometry.crosses_itself([*ring, ring[0]])


def test_inside_outside_edge_and_hole() -> None:
    area = geometry.read(polygon(SQUARE, HOLE))
    assert geometry.covers(area, (7.01, 50.01))
    assert geometry.covers(area, (7.0, 50.05))  # on the edge
    assert not geometry.covers(area, (7.05, 50.05))  # in the hole
    assert not geometry.covers(area, (7.2, 50.05))
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[8, 50], [8.1, 50], [8.1, 50.1], [8, 50]]]]}
    assert geometry.covers(several, (8.09, 50.05))


def test_the_sign_of_an_area_stands_in_it() -> None:
    assert geometry.middle(polygon(SQUARE)) == (7.05, 50.05)
    corner = [[7, 50], [7.1, 50], [7.1, 50.01], [7.01, 50.01], [7.01, 50.1], [7, 50.1], [7, 50]]
    assert geometry.covers(polygon(corner), geometry.middle(polygon(corner)))


def test_known_distances() -> None:
    assert geometry.metres((0, 0), (0, 1)) == pytest.approx(111_195, abs=1)
    cologne, bonn = (6.9583, 50.9413), (7.0999, 50.7339)
    assert geometry.metres(cologne, bonn) == pytest.approx(25_100, rel=0.01)


@given(
    some.tuples(some.floats(-179, 179), some.floats(-80, 80)),
    some.floats(1, 50_000),
    some.floats(0, 2 * math.pi),
    some.floats(0, 1),
)
def test_the_frame_around_a_circle_holds_the_circle(
    at: tuple[float, float], radius: float, angle: float, part: float
) -> None:
    up = math.degrees(radius * part / geometry.RADIUS)
    other = (at[0] + up * math.cos(angle) / math.cos(math.radians(at[1])), at[1] + up * math.sin(angle))
    assert geometry.metres(at, other) > radius or geometry.around(at, radius).holds(other)
