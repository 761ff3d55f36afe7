"""When districts change, the districts of contributions follow, all in one transaction."""

import pytest
from sqlalchemy import insert, select

from participation.contributions.areas import change_areas, left_outside
from participation.contributions.location_models import Location
from participation.contributions.locations import AREA, DISTRICT, Where, areas_of, put_location
from participation.contributions.models import Contribution
from participation.kernel import geometry
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Refused
from participation.testing.queries import count_queries


def square(west, south, size=0.1):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


WEST, EAST = ("West", square(7.0, 50.6)), ("Ost", square(7.1, 50.6))


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def placed(world, procedure):
    """`placed((7.05, 50.65), district="")` is a contribution there; without a position it came by letter."""

    def make(at=None, district=""):
        made = world.contribution(procedure)
        with transaction():
            row = world.again_contribution(made)
            row.district = district
            if at:
                put_location(row, world.activity(procedure), Where(geometry.point(*at), ""))
        return made.id

    return make


def district(number):
    return db.session.scalar(select(Contribution.district).where(Contribution.id == number))


def change(world, procedure, *entries, kind=DISTRICT):
    with transaction():
        return change_areas(world.activity(world.again(procedure)), kind, entries)


def test_districts_follow_the_map(world, procedure, placed):
    west, east, away = placed((7.05, 50.65)), placed((7.15, 50.65)), placed((8.0, 50.65))
    letter, table = placed(district="West"), placed((8.1, 50.65), district="Beuel")
    assert change(world, procedure, WEST, EAST) == 2
    assert [district(one) for one in (west, east, away, letter, table)] == ["West", "Ost", "", "West", "Beuel"]
    assert change(world, procedure, EAST) == 1
    assert [district(one) for one in (west, east, away, letter, table)] == ["", "Ost", "", "West", "Beuel"]
    assert change(world, procedure) == 1
    assert [district(one) for one in (west, east, away, letter, table)] == ["", "", "", "West", "Beuel"]


def test_an_area_takes_the_place_of_the_one_before_and_moves_no_district(world, procedure, placed):
    west = placed((7.05, 50.65), district="Beuel")
    assert change(world, procedure, WEST, kind=AREA) == 0
    assert change(world, procedure, ("Stadt", square(7.1, 50.6)), kind=AREA) == 0
    activity = world.activity(procedure)
    assert [area.title for area in areas_of(activity, AREA)] == ["Stadt"]
    assert district(west) == "Beuel"
    assert left_outside(activity, [EAST]) == 1
    assert left_outside(activity, [WEST, EAST]) == 0
    row = db.session.query(EventRow).order_by(EventRow.id.desc()).first()
    assert row.name == "procedures.procedure_changed"


def test_the_areas_of_a_procedure_that_is_over_stay(world):
    procedure = world.procedure(stage="archived")
    with pytest.raises(Refused):
        change(world, procedure, WEST)
    assert areas_of(world.activity(procedure), DISTRICT) == []


def test_thousands_of_contributions_follow_with_few_statements(world, procedure, placed, app):
    placed((7.05, 50.65))
    kept = db.session.scalars(select(Contribution)).one()
    values = {name: getattr(kept, name) for name in Contribution.__table__.columns.keys() if name != "id"}  # noqa: SIM118
    with transaction():
        rows = [values | {"reference": f"K{number:04d}-XXXXX"} for number in range(2_000)]
        ids = db.session.scalars(insert(Contribution).returning(Contribution.id), rows).all()
        owner = {"tenant_id": values["tenant_id"], "activity_id": values["activity_id"], "words": ""}
        sign = {"geometry": geometry.point(7.15, 50.65), "longitude": 7.15, "latitude": 50.65}
        db.session.execute(insert(Location), [owner | sign | {"contribution_id": number} for number in ids])
    with count_queries() as queries:
        assert change(world, procedure, WEST, EAST) == 2_001
    assert len(queries) < 40
    assert district(ids[0]) == "Ost"
