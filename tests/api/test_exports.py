"""Exports of formats and of whole procedures: public rows for all, personal ones for staff, nothing that is hidden."""

import csv
import io
import json
from dataclasses import replace

import pytest

from participation.access.services import grant_role
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.interfaces import Export, Found, Role
from participation.kernel.db import db, transaction
from participation.openness.rows import contribution_rows
from participation.registry import Registry
from participation.testing.probe import MODULE, PROBE


def some_rows(activity, viewer):
    yield {
        "activity": activity.slug,
        "title": activity.procedure.title,
        "text": "=1+1",
        "person": viewer.person is not None,
    }
    yield {"activity": activity.slug, "title": 'ß;"\n', "text": "", "person": False}


@pytest.fixture(autouse=True)
def exporting(app, monkeypatch):
    """The probe exports two kinds of rows."""
    exports = (
        Export(name="notes", title="Notizen", rows=some_rows),
        Export(name="people", title="Personen", rows=some_rows, personal=True),
    )
    module = replace(MODULE, exports=exports)
    monkeypatch.setitem(app.extensions, "registry", Registry([Found(module=module, folder=PROBE.folder)]))


def place(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def test_an_export_is_csv_or_json(world, client):
    here = place(world.procedure(title="Stadtpark"))
    answer = client.get(f"{here}/-/exports/a/notes.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{here.split("/")[2]}-a-notes.csv"'
    cells = list(csv.reader(io.StringIO(answer.text[1:], newline=""), delimiter=";"))
    assert cells == [
        ["activity", "title", "text", "person"],
        ["a", "Stadtpark", "'=1+1", "false"],
        ["a", 'ß;"\n', "", "false"],
    ]
    answer = client.get(f"{here}/-/exports/a/notes.json?module=probe")
    assert (answer.json["procedure"], len(answer.json["rows"])) == ("Stadtpark", 2)


@pytest.mark.parametrize("path", ["a/other.csv", "b/notes.csv", "a/notes.exe", "a/notes.csv?module=text"])
def test_what_there_is_not_answers_404(world, client, path):
    assert client.get(f"{place(world.procedure())}/-/exports/{path}").status_code == 404


def test_rows_of_people_are_for_those_who_work_here(world, client):
    procedure = world.procedure()
    url, staff, stranger = f"{place(procedure)}/-/exports/a/people.json", world.person(), world.person()
    with transaction():
        grant_role(staff.id, Role.CASE_WORKER, procedure.tenant_id, procedure.id)
    assert client.get(url).status_code == 403
    world.log_in(client, stranger)
    assert client.get(url).status_code == 403
    world.log_in(client, staff)
    answer = client.get(url)
    assert answer.json["rows"][0]["person"] is True
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_procedure_in_preparation_exports_nothing_to_strangers(world, client):
    here = place(world.procedure(stage="draft"))
    assert client.get(f"{here}/-/exports/a/notes.csv").status_code == 404


def written(runner, procedure, *more):
    result = runner.invoke(args=["export", "procedure", *place(procedure).strip("/").split("/"), *more])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_whole_procedure_is_written_without_its_module_and_without_what_is_hidden(world, runner, app, monkeypatch):
    procedure = world.procedure(title="Stadtpark")
    shown = world.contribution(procedure, source="=Sichtbar").reference
    hidden = world.contribution(procedure, source="Verborgen")
    with transaction():
        contributions.change_state(db.session.get_one(Contribution, hidden.id), "hidden", actor_id=None)
    procedure = world.again(procedure)
    monkeypatch.setitem(app.extensions, "registry", Registry())
    data = json.loads(written(runner, procedure))
    assert data["procedure"]["activities"][0]["module"] == "probe"
    assert [(row["reference"], row["text"]) for row in data["rows"]] == [(shown, "=Sichtbar")]
    procedure = world.again(procedure)
    assert "'=Sichtbar" in written(runner, procedure, "--format", "csv")
    procedure = world.again(procedure)
    assert "Verborgen" in written(runner, procedure, "--all")


def test_an_export_goes_into_a_file(world, runner, tmp_path):
    procedure = world.procedure()
    written(runner, procedure, "--output", str(tmp_path / "x.json"))
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["rows"] == []


def test_an_unknown_procedure_is_named(runner, app):
    result = runner.invoke(args=["export", "procedure", "nowhere", "nothing"])
    assert result.exit_code == 1
    assert "There is no procedure nothing of nowhere." in result.output


def test_rows_name_the_answered_contribution_and_no_person(world):
    procedure = world.procedure()
    person = world.person()
    first = world.contribution(procedure, person, "Frage")
    reference = first.reference
    world.contribution(procedure, source="Antwort", parent=db.session.get_one(Contribution, first.id))
    rows = list(contribution_rows(procedure.id))
    assert [(row["text"], row["parent"]) for row in rows] == [("Frage", None), ("Antwort", reference)]
    assert person.email not in json.dumps(rows, default=str)
