"""`flask import contributions`: the table of letters from the command line."""

import pytest

from participation.contributions.models import Contribution
from participation.kernel.clock import today
from participation.kernel.db import db

HEAD = "Eingangsweg;Eingegangen am;Text;Einwilligung\n"


@pytest.fixture
def run(world, runner, tmp_path):
    held = world.procedure(world.tenant("musterau"), slug="park")

    def do(table, *more):
        assert held.id
        path = tmp_path / "briefe.csv"
        path.write_text(table, "utf-8")
        where = ["--tenant", "musterau", "--procedure", "park"]
        return runner.invoke(args=["import", "contributions", str(path), *where, *more])

    return do


def stored():
    db.session.rollback()
    return db.session.query(Contribution).count()


@pytest.mark.requirement("RA-3-25")
def test_rows_are_checked_taken_over_and_taken_once(run):
    day = today().strftime("%d.%m.%Y")
    table = HEAD + f"Brief;{day};Mehr Bäume.;Text\nTaube;{day};Gurr;\n"
    checked = run(table, "--check")
    assert checked.exit_code == 0
    assert "2 rows: 1 good, 1 bad, 0 taken over before." in checked.output
    assert "Row 3:" in checked.output
    assert stored() == 0
    assert run(table).exit_code == 1
    assert stored() == 0
    assert "1 rows taken over." in run(table, "--skip-bad").output
    assert stored() == 1
    assert "0 rows taken over." in run(table, "--skip-bad").output
    assert stored() == 1


def test_a_file_that_is_no_table_is_refused_with_a_sentence(run):
    answer = run("nichts\n")
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
