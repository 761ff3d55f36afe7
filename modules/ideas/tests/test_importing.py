"""Files with ideas: what is taken over, what is refused and how it says so, all or nothing."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from modules.ideas.importing.plan import look
from modules.ideas.importing.writing import import_ideas
from modules.ideas.models import Category
from participation.contributions import counters
from participation.contributions.location_models import Location
from participation.contributions.locations import AREA, DISTRICT, keep_areas
from participation.contributions.models import Contribution, ContributionVersion, PlaceCount, RatingRow
from participation.kernel import geometry
from participation.kernel.clock import local
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Refused
from participation.procedures.models import Participant
from participation.procedures.queries import procedure_by_id
from participation.search.models import SearchRow
from participation.search.queries import matches

DATA = Path(__file__).parent / "data"
PROPOSALS, COMMENTS = ((DATA / name).read_bytes() for name in ("proposals.csv", "comments.csv"))
AROUND = {"type": "Polygon", "coordinates": [[[7.0, 50.6], [7.3, 50.6], [7.3, 50.8], [7.0, 50.8], [7.0, 50.6]]]}
EAST = {"type": "Polygon", "coordinates": [[[7.1, 50.6], [7.3, 50.6], [7.3, 50.8], [7.1, 50.8], [7.1, 50.6]]]}
C = Contribution


@pytest.fixture
def anywhere(world):
    return world.procedure(world.tenant("stadt"), slug="rad", module="ideas")


@pytest.fixture
def rad(world, anywhere):
    """A procedure with ideas that has an area and a district."""
    with transaction():
        here = world.activity(anywhere)
        keep_areas(here, AREA, [("", AROUND)])
        keep_areas(here, DISTRICT, [("Osten", EAST)])
    return anywhere


def imported(procedure, *files):
    """Take files over in a transaction of its own, as the command does."""
    with transaction():
        whole = procedure_by_id(procedure.id)
        return import_ideas(whole.activities[0], *files)


def take(procedure, text, name="ideen.csv", answers=None):
    """Take a text over as a file; answers are a text too."""
    data = text if isinstance(text, bytes) else text.encode()
    return imported(procedure, data, name, (answers.encode(), "kommentare.csv") if answers is not None else None)


def sentence(procedure, text, name="ideen.csv", answers=None):
    """What is said of a file that is refused; nothing of it stays."""
    with pytest.raises(Refused) as refused:
        take(procedure, text, name, answers)
    db.session.rollback()
    for table in (Contribution, Category, Participant, Location):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    return str(refused.value.sentence)


def ideas():
    return db.session.scalars(select(C).where(C.parent_id.is_(None)).order_by(C.id)).all()


def test_a_table_with_comments_arrives_whole(rad):
    plan = imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    assert (len(plan.ideas), plan.number, plan.bad) == (25, 25 + 59, [])
    found = ideas()
    assert [idea.state for idea in found] == ["published"] * 25
    assert sum(idea.imported for idea in found) == sum(idea.score for idea in found) == 16
    assert db.session.scalar(select(func.count()).select_from(RatingRow)) == 0
    assert db.session.scalar(select(func.count()).select_from(ContributionVersion)) == 84
    assert not counters.drift()
    turned = next(idea for idea in found if idea.title == "180° Kurve Brückenauffahrt")
    assert (turned.imported, turned.intake_channel, turned.identity) == (16, "import", "import")
    assert local(turned.created_at).date() == local(turned.received_at).date()


def test_counters_threads_and_versions_are_those_of_sent_ones(rad):
    imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    shown = dict(db.session.execute(select(PlaceCount.place, PlaceCount.shown)).all())
    keys = dict(db.session.execute(select(Category.title, Category.key)).all())
    assert (shown["*"], len(keys)) == (84, 6)
    by_place = Counter(db.session.scalars(select(C.place)))
    assert {key: shown[key] for key in keys.values()} == {key: by_place[key] for key in keys.values()}
    deeper = db.session.scalars(select(C).where(C.depth == 2)).all()
    assert len(deeper) == 12
    assert all(row.path.startswith("0") and len(row.path) == 14 and row.root_id != row.parent_id for row in deeper)
    most = max(ideas(), key=lambda idea: idea.replies)
    assert (most.title, most.replies) == ("Radweg Kaiserstr. zu schmal um in beiden Richtungen befahren zu werden", 16)


def test_authors_are_participants_without_a_person(rad):
    imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    rows = db.session.scalars(select(Participant)).all()
    assert {row.person_id for row in rows} == {None}
    names = Counter(row.pseudonym for row in rows)
    assert max(names.values()) == 1
    assert not {"Gast", "gast", ""} & names.keys()
    assert any(name.startswith("tn-") for name in names)
    assert any(name.startswith("Teilnehmende ") for name in names)


def test_places_districts_and_the_index_are_there(rad):
    imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    work_off()
    rows = db.session.execute(select(C.district, Location.longitude).join(Location, Location.contribution_id == C.id))
    located = [tuple(row) for row in rows]
    assert len(located) == 25
    assert all((district == "Osten") is (longitude >= 7.1) for district, longitude in located)
    assert db.session.scalar(select(func.count()).select_from(SearchRow).where(SearchRow.kind == "contribution")) == 84
    found = db.session.scalars(select(C.title).where(matches("Florentiusgraben", rad.id))).all()
    assert "Florentiusgraben für Autos generell sperren" in found


def test_an_empty_text_is_the_title(rad):
    take(rad, "title;text\nEine Bank;\n")
    assert [(idea.title, idea.source) for idea in ideas()] == [("Eine Bank", "Eine Bank")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_german_heads_every_separator_and_the_code_of_windows(rad, encoding, separator):
    head = separator.join(("Titel", "Beschreibung", "Kategorie", "Breite", "Länge", "Datum", "Stimmen", "Straßenname"))
    row = separator.join(("Größere Bänke", "Für Ältere", "Plätze", "50.7352", "7.0986", "14.9.2017", "3", "egal"))
    plan = take(rad, f"{head}\r\n{row}\r\n".encode(encoding))
    idea = ideas()[0]
    assert (idea.title, idea.source, idea.imported) == ("Größere Bänke", "Für Ältere", 3)
    assert local(idea.created_at).date().isoformat() == "2017-09-14"
    assert plan.unknown == ["Straßenname"]


def test_points_of_geojson(rad):
    feature = {
        "type": "Feature",
        "id": "a1",
        "geometry": {"type": "Point", "coordinates": [7.0986, 50.7352]},
        "properties": {"title": "Ein Ort", "category": "Wege", "votes": 4, "date": "2017-09-13", "color": "red"},
    }
    without = {"type": "Feature", "geometry": None, "properties": {"title": "Kein Ort"}}
    plan = take(rad, json.dumps({"type": "FeatureCollection", "features": [feature, without]}), "ideen.geojson")
    assert [(idea.title, idea.imported) for idea in ideas()] == [("Ein Ort", 4), ("Kein Ort", 0)]
    kept = db.session.scalars(select(Location)).one()
    assert (kept.geometry, kept.longitude) == (geometry.point(7.0986, 50.7352), 7.0986)
    assert plan.unknown == ["color"]


def test_the_same_file_again_makes_nothing_twice(rad):
    take(rad, PROPOSALS, "proposals.csv")
    again = imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    assert (len(again.ideas), again.known, again.number) == (0, 25, 59)
    assert not counters.drift()
    once_more = imported(rad, PROPOSALS, "proposals.csv", (COMMENTS, "comments.csv"))
    assert (once_more.number, once_more.known) == (0, 84)
    assert db.session.scalar(select(func.count()).select_from(C)) == 84


def test_categories_that_are_there_are_used(rad):
    take(rad, "titel,kategorie\nA,Wege\nB,WEGE\nC,Licht\n")
    take(rad, "titel,kategorie\nD,wege\n")
    assert db.session.scalars(select(Category.title).order_by(Category.position)).all() == ["Wege", "Licht"]
    assert len({idea.place for idea in ideas()}) == 2


def test_a_moderated_phase_looks_at_what_was_imported_too(world):
    procedure = world.procedure(module="ideas", moderation="always")
    take(procedure, "title\nEine Bank\n")
    assert [idea.state for idea in ideas()] == ["pending"]
    assert not counters.drift()


BAD = {
    "title,lat,lon\nA,7.0986,50.7352\n": "vertauscht",
    "title,lat,lon\nA,91,7.1\n": "liegen nicht auf der Erde",
    "title,lat,lon\nA,5621000,365000\n": "liegen nicht auf der Erde",
    "title,lat,lon\nA,48.1,11.5\n": "außerhalb des Gebiets",
    "title,lat,lon\nA,nord,7.1\n": "keine Koordinate",
    "title,lat,lon\nA,nan,7.1\n": "liegen nicht auf der Erde",
    "title,lat,lon\nA,50.7,\n": "fehlt eine davon",
    "title,votes\nA,viele\n": "keine Zahl von Stimmen",
    "title,votes\nA,-1\n": "keine Zahl von Stimmen",
    "title,votes\nA,inf\n": "keine Zahl von Stimmen",
    "title,date\nA,gestern\n": "nicht zu lesen",
    "title,date\nA,1.1.2999\n": "kommt erst noch",
    "title,text\n,Ein Text\n": "Der Titel fehlt",
    f"title\n{'A' * 201}\n": "höchstens 200 Zeichen",
    f"title,text\nA,{'b' * 20_001}\n": "20.000",
    f"title,category\nA,{'b' * 81}\n": "höchstens 80 Zeichen",
    "title,author\nA,Stadtverwaltung\n": "als schriebe die Behörde",
    "id,title\n1,A\n1,B\n": "steht schon in einer Zeile davor",
}


@pytest.mark.parametrize(("table", "words"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_row_is_named_and_nothing_is_taken_over(rad, table, words):
    head, rest = table.split("\n", 1)
    good = "0,Gut" if head.startswith("id") else "Gut" + "," * head.count(",")
    said = sentence(rad, f"{head}\n{good}\n{rest}")
    assert words in said
    assert f"Zeile {2 + rest.count(chr(10))}: " in said


WHOLE = {
    "empty": (b"", "ist leer"),
    "blank": (b" \n \n", "ist leer"),
    "no head": (b"name;ort\nA;B\n", "fehlen Spalten: title"),
    "KML": (b'<?xml version="1.0"?><kml xmlns="x"><Document/></kml>', "Das ist KML"),
    "page": (b"<!doctype html><html><script>alert(1)</script></html>", "eine Webseite oder ein Bild"),
    "drawing": (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "eine Webseite oder ein Bild",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR<script>alert(1)</script>", "keine Tabelle"),
    "broken JSON": (b'{"type": "FeatureCollection", "features": [', "lässt sich nicht lesen"),
    "deep JSON": (b"[" * 200_000, "lässt sich nicht lesen"),
    "one feature": (b'{"type": "Feature", "geometry": null}', "FeatureCollection"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "ist leer"),
    "too large": (b'{"type": "FeatureCollection", "features": [' + b" " * 11_000_000, "zu groß"),
    "too long": (b"title\n" + b"A\n" * 10_001, "mehr als 10.000 Zeilen"),
    "categories": (b"title,category\n" + b"".join(b"A,c%d\n" % n for n in range(41)), "zu viele Kategorien"),
    "open quote": (b'title;text\nA;"' + b"b" * 300_000, "Anführungszeichen"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_bad_file_gets_one_sentence(rad, name):
    data, words = WHOLE[name]
    assert words in sentence(rad, data)


def test_lines_and_areas_are_named_as_what_they_are(rad):
    line = {"type": "LineString", "coordinates": [[7, 50], [7.1, 50.1]]}
    feature = {"type": "Feature", "properties": {"title": "A"}, "geometry": line}
    said = sentence(rad, json.dumps({"type": "FeatureCollection", "features": [feature]}), "a.geojson")
    assert "Zeile 1" in said
    assert "LineString" in said


def test_swapped_coordinates_are_seen_without_an_area_too(anywhere):
    assert "vertauscht" in sentence(anywhere, "title,lat,lon\nA,7.0986,50.7352\n")


BAD_ANSWERS = {
    "id,proposal_id,parent_id,text\nc1,9,,Ja\n": "Die Idee „9“ steht nicht in der Datei",
    "id,proposal_id,parent_id,text\nc1,,,Ja\n": "steht nicht in der Datei",
    "id,proposal_id,parent_id,text\nc1,1,c9,Ja\n": "Was diese Zeile beantwortet",
    "id,proposal_id,parent_id,text\nc1,1,c1,Ja\n": "Was diese Zeile beantwortet",
    "id,proposal_id,parent_id,text\nc1,1,c2,Ja\nc2,1,c1,Nein\n": "Was diese Zeile beantwortet",
    "id,proposal_id,parent_id,text\nc2,2,,Ja\nc1,1,c2,Ja\n": "zu einer anderen Idee",
    "id,proposal_id,parent_id,text\nc1,1,,\n": "Der Text fehlt",
}


@pytest.mark.parametrize(("table", "words"), BAD_ANSWERS.items(), ids=range(len(BAD_ANSWERS)))
def test_an_answer_to_nothing_is_named(rad, table, words):
    said = sentence(rad, "id,title\n1,A\n2,B\n", answers=table)
    assert words in said
    assert "Kommentare, Zeile" in said


def test_an_answer_may_stand_before_what_it_answers(rad):
    take(rad, "id,title\n1,A\n", answers="id,proposal_id,parent_id,title,text\nc2,1,c1,,Doch\nc1,1,,Aber,Nein\n")
    found = {row.source: row for row in db.session.scalars(select(C))}
    assert found["Doch"].parent_id == found["Nein"].id
    assert (found["Nein"].title, found["Nein"].place) == ("Aber", found["A"].place)
    assert (found["A"].replies, found["Nein"].replies) == (2, 1)


def test_many_bad_rows_are_counted(rad):
    said = sentence(rad, "title,lat,lon\n" + "A,1,\n" * 30)
    assert (said.count("Zeile"), "und 10 weitere Zeilen" in said) == (21, True)


def test_a_look_stores_nothing(rad):
    whole = procedure_by_id(rad.id)
    plan = look(whole.activities[0], (PROPOSALS, "proposals.csv"), (COMMENTS, "comments.csv"))
    assert (plan.number, len(plan.categories)) == (84, 6)
    assert ideas() == []


def test_a_minute_is_kept(rad):
    take(rad, "title,created\nA,2017-09-13T18:41\n")
    assert ideas()[0].created_at == datetime(2017, 9, 13, 16, 41, tzinfo=UTC)


def test_without_a_phase_nothing_can_be_taken_over(world):
    assert "Phase" in sentence(world.procedure(module="ideas", kinds=[]), "title\nA\n")
