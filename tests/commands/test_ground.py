"""`flask areas` and `flask places`: the ground of an activity and of an authority from files."""

import json

import pytest

from participation.contributions.locations import AREA, DISTRICT, areas_of
from participation.contributions.place_names import place_count
from participation.kernel.db import db

SQUARE = [[7.0, 50.6], [7.2, 50.6], [7.2, 50.8], [7.0, 50.8], [7.0, 50.6]]


@pytest.fixture
def procedure(world):
    return world.procedure(world.tenant("stadt"), slug="plan")


@pytest.fixture
def run(runner, tmp_path):
    def do(group, verb, text, *more, name="datei"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return runner.invoke(args=[group, verb, str(path), "--tenant", "stadt", *more])

    return do


def file(**properties):
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def test_areas_come_from_a_file_or_nothing_changes(world, run, procedure):
    where = ("--procedure", "plan", "--activity", "a")
    done = run("areas", "set", file(name="Stadt", bezirk="1"), *where, "--kind", "district", "--named", "bezirk")
    assert done.exit_code == 0, done.output
    assert "0 contributions change district." in done.output
    assert "0 contributions lie outside." in run("areas", "set", file(), *where).output
    refused = run("areas", "set", "<kml/>", *where, "--kind", "district")
    assert (refused.exit_code, refused.output[:7]) == (1, "Error: ")
    assert "KML" in refused.output
    db.session.rollback()
    activity = world.activity(world.again(procedure))
    assert [area.title for area in areas_of(activity, DISTRICT)] == ["1"]
    assert [area.title for area in areas_of(activity, AREA)] == [""]


def test_places_come_from_a_table_all_or_none_and_are_found(run, runner, procedure):
    tenant_id = procedure.tenant_id
    good = "Name;Breite;Länge;Farbe\nMarkt;50,735;7,1023;rot\nMarkt;50,735;7,1023;rot\n"
    done = run("places", "import", good, name="orte.csv")
    assert "Columns left out: Farbe" in done.output
    assert "1 places taken over, 1 rows said the same again." in done.output
    refused = run("places", "import", good + "Turm;;\n", name="orte.csv")
    assert refused.exit_code == 1
    assert "Row 4:" in refused.output
    assert "Nothing was taken over." in refused.output
    db.session.rollback()
    assert place_count(tenant_id) == 1
    found = runner.invoke(args=["places", "find", "mar", "--tenant", "stadt"])
    assert found.output == "50.735 7.1023  Markt\n"
