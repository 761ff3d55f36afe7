"""`flask template` and `flask procedure copy`: what the pages do, from the command line."""

import pytest
from sqlalchemy import select

from participation.kernel.db import db
from participation.procedures.models import ProcedureTemplate
from participation.procedures.queries import procedure_at


@pytest.fixture
def run(runner):
    def go(*words, code=0):
        result = runner.invoke(args=list(words))
        assert result.exit_code == code, result.output
        db.session.rollback()
        return result.output

    return go


@pytest.fixture
def places(world):
    one, other = world.tenant("eins", name="Eins"), world.tenant("zwei", name="Zwei")
    world.procedure(one, slug="park", title="Der Park", summary="Kurz.")
    return one, other


def newest():
    return db.session.scalar(select(ProcedureTemplate.id).order_by(ProcedureTemplate.id.desc()))


def test_a_procedure_is_copied_to_another_day_and_to_another_authority(run, places):
    said = run("procedure", "copy", "eins", "park", "park-2", "--from", "2027-05-03")
    assert said == "Made /eins/park-2/ in stage draft.\n"
    copy = procedure_at("eins", "park-2")
    assert copy.title == "Der Park"
    assert copy.activities[0].phases[0].begins_local.startswith("2027-05-03")
    run("procedure", "copy", "eins", "park", "unser-park", "--title", "Unser Park", "--to", "zwei")
    assert procedure_at("zwei", "unser-park").origin_tenant == "Eins"
    said = run("procedure", "copy", "eins", "park", "park-2", code=1)
    assert "Error:" in said


@pytest.mark.requirement("OG-09")
def test_templates_are_kept_shared_taken_used_and_removed(run, places):
    run("template", "keep", "eins", "park", "--title", "Parks planen")
    number = str(newest())
    run("template", "take", "zwei", number, code=1)
    run("template", "share", "eins", number)
    assert f"template:{number}" in run("template", "list", "zwei")
    assert "shared by Eins" in run("template", "list", "zwei")
    assert "Taken over from Eins" in run("template", "take", "zwei", number)
    taken = str(newest())
    run("template", "share", "eins", number, "--end")
    run("template", "remove", "eins", number)
    assert "Parks planen (own, from Eins)" in run("template", "list", "zwei")
    run("template", "use", "zwei", f"template:{taken}", "neu", "--title", "Neu", "--from", "2027-05-03")
    made = procedure_at("zwei", "neu")
    assert (made.summary, made.origin_title, made.origin_tenant) == ("Kurz.", "Parks planen", "Eins")


def test_a_supplied_template_is_used_and_what_stays_out_is_said(run, places, world):
    assert "supplied:strategie" in run("template", "list", "eins")
    run("tenant", "modules", "eins", "probe")
    said = run("template", "use", "eins", "supplied:strategie", "neu", "--title", "Neu")
    assert "left out:" in said
    run("template", "use", "eins", "supplied:nichts", "x", "--title", "X", code=1)
