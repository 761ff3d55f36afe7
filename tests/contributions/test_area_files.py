"""Areas from files and lines: what is read, and the sentence for everything that is not."""

import json
import math

import pytest

from participation.contributions.area_files import as_file, drawn_file, read_areas
from participation.contributions.locations import AREA, DISTRICT
from participation.kernel.refusal import Invalid

SQUARE = [[7.0, 50.6], [7.2, 50.6], [7.2, 50.8], [7.0, 50.8], [7.0, 50.6]]
WEST = [[7.0, 50.6], [7.1, 50.6], [7.1, 50.8], [7.0, 50.8], [7.0, 50.6]]
BOW = [[7.0, 50.0], [7.1, 50.1], [7.1, 50.0], [7.0, 50.1], [7.0, 50.0]]


def polygon(ring):
    return {"type": "Polygon", "coordinates": [ring]}


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": shape}


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def circle(corners):
    turns = [2 * math.pi * number / corners for number in range(corners)]
    return [[7.1 + 0.1 * math.cos(turn), 50.7 + 0.1 * math.sin(turn)] for turn in turns]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(polygon(SQUARE)),
        json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE]]}),
        json.dumps(feature(polygon(SQUARE), name="Stadt")),
        collection(feature(polygon(SQUARE))).decode(),
        "\ufeff" + json.dumps(polygon(SQUARE)),
    ],
)
def test_every_way_to_say_an_area_is_read(data):
    (found,) = read_areas(data.encode(), AREA).entries
    assert found.corners == 5


@pytest.mark.parametrize(
    ("properties", "names", "named_by"),
    [
        ({"id": 7, "NAME": "Nord"}, ["id", "NAME"], "NAME"),
        ({"name": "Nord", "title": "Norden"}, ["name", "title"], "title"),
        ({"BEZ": "Nord", "leer": "", "flag": True, "tief": {"a": 1}}, ["BEZ"], "BEZ"),
        ({"zwei": "Nord", "drei": "Süd"}, ["zwei", "drei"], "zwei"),
    ],
)
def test_the_property_with_the_names_is_found_and_can_be_chosen(properties, names, named_by):
    data = collection(feature(polygon(SQUARE), **properties))
    found = read_areas(data, DISTRICT)
    assert (found.names, found.named_by) == (names, named_by)
    assert found.entries[0].title == str(properties[named_by])
    chosen = read_areas(data, DISTRICT, names[-1])
    assert chosen.entries[0].title == str(properties[names[-1]])


def test_what_was_kept_can_be_taken_over_again():
    found = read_areas(
        collection(feature(polygon(WEST), name="West „Alt“"), feature(polygon(SQUARE), name="Ost")), DISTRICT
    )
    again = read_areas(as_file(found.entries), DISTRICT)
    assert again.entries == found.entries
    assert again.named_by == "title"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "leer"),
        (b"{}", "keine Flächen"),
        (b"[1]", "kein GeoJSON"),
        (b"nichts", "kein GeoJSON"),
        (b'{"type": ' * 100_000, "kein GeoJSON"),
        (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "KML"),
        (b"PK\x03\x04....", "Archiv"),
        (b" " * 11 * 2**20 + b"{}", "zu groß"),
        (collection(), "eine bis 300"),
        (json.dumps({"type": "FeatureCollection", "features": [7]}).encode(), "keine Flächen"),
        (collection(feature(None, name="a")), "Fläche 1 (a): Das ist keine Fläche"),
        (collection(feature({"type": "Point", "coordinates": [7, 50]}, name="a")), "keine Fläche"),
        (collection(feature(polygon(SQUARE), name="a"), feature(polygon(BOW), name="b")), "Fläche 2 (b)"),
        (collection(feature(polygon(BOW), name="b")), "kreuzt sich selbst"),
        (collection(feature(polygon([[365_000.0, 5_620_000.0]] * 4), name="a")), "nicht auf der Erde"),
        (collection(feature(polygon([[y, x] for x, y in SQUARE]), name="a")), "vertauscht"),
        (collection(feature(polygon(circle(100_000)), name="a")), "zu viele Punkte"),
        (collection(*[feature(polygon(circle(11_000)), name="a")] * 2), "zusammen mehr als"),
        (collection(feature(polygon(SQUARE))), "keine Namen"),
        (collection(feature(polygon(SQUARE), name="a"), feature(polygon(SQUARE), name="")), "keine Namen"),
        (
            collection(feature(polygon(SQUARE), name="a"), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}),
            "anderes Koordinatensystem",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(data, words):
    with pytest.raises(Invalid) as refused:
        read_areas(data, DISTRICT)
    assert words in str(refused.value.sentence)
    assert refused.value.field == "file"


def test_an_area_is_typed_corner_by_corner_and_joins_those_before():
    lines = "50.6 7.0\n50.6 7.2\n50,8 7,2\n"
    data = drawn_file(DISTRICT, [("West", polygon(WEST))], "Ost", lines)
    found = read_areas(data, DISTRICT).entries
    assert [entry.title for entry in found] == ["West", "Ost"]
    assert found[1].geometry["coordinates"][0] == [[7.0, 50.6], [7.2, 50.6], [7.2, 50.8], [7.0, 50.6]]


@pytest.mark.parametrize(
    ("title", "source", "field", "words"),
    [
        ("", "50.6 7.0\n50.6 7.2\n50.8 7.2", "title", "Namen"),
        ("a" * 101, "50.6 7.0\n50.6 7.2\n50.8 7.2", "title", "100 Zeichen"),
        ("a", "", "position", "drei verschiedene"),
        ("a", "50.6 7.0\n50.6 7.2", "position", "drei verschiedene"),
        ("a", "irgendwo", "position", "lassen sich nicht lesen"),
        ("a", '{"type": "Point", "coordinates": [7, 50]}', "position", "drei verschiedene"),
        ("a", "7.0 50.6\n7.2 50.6\n7.2 50.8", "position", "vertauscht"),
    ],
)
def test_a_typed_area_that_is_none_is_said_at_its_field(title, source, field, words):
    with pytest.raises(Invalid) as refused:
        drawn_file(DISTRICT, [], title, source)
    assert refused.value.field == field
    assert words in str(refused.value.sentence)
