"""The gazetteer: tables of names, all or nothing, and finding a name by the beginnings of its words."""

import pytest

from participation.contributions.location_models import PlaceName
from participation.contributions.place_names import change_places, place_count, places_like, read_places, search_key
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.geocoder import Spot
from participation.kernel.refusal import Invalid

NAMES = {
    "Münsterplatz": (7.0993, 50.7338),
    "Markt": (7.1023, 50.7350),
    "Marktstraße 5": (7.11, 50.73),
    "Am alten Markt 12, Musterstadt": (7.12, 50.72),
    "Café de l'Étoile": (7.13, 50.71),
    "100 % Ökohof": (7.14, 50.70),
}


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def places(tenant):
    with transaction():
        change_places(tenant, [Spot(name, at) for name, at in NAMES.items()])


def names(tenant, words):
    return [spot.name for spot in places_like(tenant.id, words)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("markt", ["Markt", "Marktstraße 5", "Am alten Markt 12, Musterstadt"]),
        ("MARK", ["Markt", "Marktstraße 5", "Am alten Markt 12, Musterstadt"]),
        ("Marktstr. 5", ["Marktstraße 5"]),
        ("marktstra", ["Marktstraße 5"]),
        ("Marktstrasse", ["Marktstraße 5"]),
        ("muster markt alt", ["Am alten Markt 12, Musterstadt"]),
        ("muensterpl", ["Münsterplatz"]),
        ("münster", ["Münsterplatz"]),
        ("cafe etoile", ["Café de l'Étoile"]),
        ("100 %", ["100 % Ökohof"]),
        ("arkt", []),
        ("markt nirgends", []),
        ("%", []),
        ("   ", []),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(tenant, places, words, found):
    assert names(tenant, words) == found


def test_nobody_finds_the_names_of_another_authority(world, tenant, places):
    assert names(world.tenant("dorf"), "markt") == []
    assert places_like(tenant.id, "markt")[0].at == NAMES["Markt"]
    assert places_like(tenant.id, "markt")[0].position == "50.735 7.1023"


def test_a_new_table_takes_the_place_of_the_old_one(tenant, places):
    with transaction():
        change_places(tenant, [Spot("Hafen", (7.0, 50.0))])
    assert place_count(tenant.id) == 1
    assert names(tenant, "markt") == []
    assert db.session.query(PlaceName.search_key).scalar() == search_key("HAFEN")
    assert db.session.query(EventRow).order_by(EventRow.id.desc()).first().name == "tenants.tenant_changed"


@pytest.mark.parametrize(
    "data",
    [
        "Name;Breite;Länge\nMarkt;50,7350;7,1023\n".encode(),
        "Name;Breite;Länge\r\nMärkt;50,7350;7,1023\r\n".encode("cp1252"),
        "\ufeffname,latitude,longitude\nMarkt,50.7350,7.1023\n".encode(),
        b"lon\tlat\tName\textra\n7.1023\t50.7350\tMarkt\t?\n",
    ],
)
def test_tables_of_all_kinds_are_read(data):
    table = read_places(data, "orte.csv")
    assert [spot.at for spot in table.good] == [(7.1023, 50.735)]
    assert not table.bad


def test_every_bad_row_is_named_and_the_same_row_twice_counts_once():
    rows = [
        "Name;Breite;Länge",
        "Markt;50,7350;7,1023",
        "Markt;50,7350;7,1023",
        ";50,7;7,1",
        "…;50,7;7,1",
        "Hafen;oben;7,1",
        "Hafen;;",
        "Hafen;91;7",
        "Hafen;7,1023;50,7350",
        f"{'a' * 201};50,7;7,1",
    ]
    table = read_places("\n".join(rows).encode(), "orte.csv")
    assert (len(table.good), table.doubles) == (1, 1)
    assert [row.number for row in table.bad] == [4, 5, 6, 7, 8, 9, 10]
    words = [str(row.sentence) for row in table.bad]
    for sentence, part in zip(words, ["Name", "Name", "Zahlen", "Zahlen", "Erde", "vertauscht", "200"], strict=True):
        assert part in sentence


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "leer"),
        (b"Name;Breite\nMarkt;50,7\n", "Länge"),
        (b"Name;Breite;Lon\n" + b"a;50,7;7,1\n" * 100_001, "100.000 Zeilen"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_whole(data, words, app):
    with pytest.raises(Invalid) as refused, app.test_request_context():
        read_places(data, "orte.csv")
    assert refused.value.field == "file"
    with app.test_request_context():
        assert words in str(refused.value.sentence)
