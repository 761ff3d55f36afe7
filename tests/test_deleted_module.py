"""If a module's folder is deleted, the rest still runs and the people's data are still there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from participation.testing.fixtures import _postgres_database

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("app.py", "participation", "modules", "templates", "static", "config")

LIVED_IN = """
import json
from random import Random
from app import create_app
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.testing.world import World

app = create_app()
with app.app_context():
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    world = World(app)
    procedure = world.procedure(world.tenant("ort"), slug="text", module="text")
    with transaction():
        app.extensions["registry"].get("text").seed(world.activity(procedure), Random(1), 20)
    person = world.person("Kanarienvogel Beispiel")
    contribution = world.contribution(procedure, person, source="Bitte mehr Bäume.")
    work_off()
    print(json.dumps({"email": person.email, "reference": contribution.reference}))
"""

AFTERWARDS = """
import json, sys
from sqlalchemy import select
from app import create_app
from participation.accounts.erasure import erase
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.procedures.models import Participant
from participation.procedures.participants import fresh_pseudonym

email, reference = sys.argv[1:]
app = create_app()
registry = app.extensions["registry"]
said = {"modules": [module.name for module in registry], "refusals": [entry.sentence for entry in registry.refusals]}
with app.app_context():
    run = app.test_cli_runner().invoke
    for name, words in {
        "upgrade": ["db", "upgrade"], "check": ["db", "check"], "current": ["db", "current"],
        "export": ["export", "procedure", "ort", "text"], "tick": ["tick"], "list": ["procedure", "list"],
    }.items():
        result = run(args=words)
        said[name] = [result.exit_code, result.output]
    work_off()
    paths = ["/", "/ort/", "/ort/text/", "/-/procedures", "/-/search?q=B%C3%A4ume", "/ort/text/-/feed.atom"]
    paths += ["/ort/text/text/a/", "/en/ort/text/", "/ort/text/-/contributions/" + reference]
    said["pages"] = {path: app.test_client().get(path).status_code for path in paths}
    person = db.session.scalar(select(Person).where(Person.email == email))
    person_id = person.id
    with transaction():
        erase(person, rename=fresh_pseudonym)
    db.session.rollback()
    kept = db.session.scalar(select(Contribution).where(Contribution.reference == reference))
    participant = db.session.get(Participant, kept.participant_id)
    said["kept"] = kept.source
    said["participant"] = [participant.person_id, participant.pseudonym]
    said["people"] = len(db.session.scalars(select(Person).where(Person.email == email)).all())
    print("\\n" + json.dumps(said))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'lived-in.db'}"
    else:
        with _postgres_database("deleted") as url:
            yield url


def copied(tmp_path):
    """The tree in a folder of the test's own."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"))
        else:
            shutil.copy(ROOT / name, tree / name)
    return tree


@pytest.fixture
def said(tmp_path, address):
    """What a copy of the tree says after `modules/text` was lived in and then deleted."""
    tree = copied(tmp_path)
    lived_in = answer(tree, tmp_path, address, LIVED_IN)
    shutil.rmtree(tree / "modules" / "text")
    return lived_in | answer(tree, tmp_path, address, AFTERWARDS, lived_in["email"], lived_in["reference"])


def answer(tree, folder, address, script, *words):
    """The JSON in the last line that a script in a fresh interpreter prints."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    ours |= {"PARTICIPATION_ENVIRONMENT": "testing", "PARTICIPATION_DATABASE_URL": address}
    ours |= {"PARTICIPATION_DATA_FOLDER": str(folder / "data"), "PYTHONPATH": str(tree)}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, cwd=tree, env=ours, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.requirement("BX-10", "RA-5.3-04")
def test_without_the_folder_the_rest_starts_migrates_lists_exports_and_erases(said):
    assert "text" not in said["modules"]
    assert said["refusals"] == []
    assert said["upgrade"][0] == 0, said["upgrade"]
    assert said["check"] == [0, "Models and migrations agree.\n"], "nothing is offered for dropping"
    assert said["tick"][0] == 0, said["tick"]
    assert said["list"][0] == 0
    assert "text" in said["list"][1]
    assert said["export"][0] == 0, said["export"]
    assert said["reference"] in said["export"][1]
    assert "Bitte mehr Bäume." in said["export"][1]
    gone = said["pages"].pop("/ort/text/text/a/")
    assert gone == 404
    assert {path: status for path, status in said["pages"].items() if status != 200} == {}
    person_id, pseudonym = said["participant"]
    assert person_id is None, "cut off from the person"
    assert "Kanarienvogel" not in pseudonym
    assert said["people"] == 0
    assert said["kept"] == "Bitte mehr Bäume.", "what was published stays under a fresh pseudonym"


VOTED = """
import json
from random import Random
from app import create_app
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.testing.world import World
from participation.voting.services import cast

app = create_app()
with app.app_context():
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    world = World(app)
    module = app.extensions["registry"].get("ballot")
    procedure = world.procedure(world.tenant("ort"), slug="wahl", module="ballot")
    with transaction():
        module.seed(world.activity(procedure), Random(1), 20)
    person = world.person("Kanarienvogel Beispiel")
    viewer = world.viewer(person, procedure)
    with transaction():
        ballot = cast(world.activity(procedure), who=viewer, action=module.actions[0], choices={"q1": ["yes"]})
        receipt = ballot.receipt
    work_off()
    print(json.dumps({"email": person.email, "receipt": receipt}))
"""

WITHOUT_BALLOT = """
import json, sys
from datetime import timedelta
from sqlalchemy import select, text
from app import create_app
from participation.accounts.erasure import erase
from participation.accounts.models import Person
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.procedures.models import Participant
from participation.procedures.participants import fresh_pseudonym
from participation.procedures.queries import procedure_at
from participation.voting.embargo import Embargo, is_under_embargo
from participation.voting.models import Ballot
from participation.voting.urn import ballots

email, receipt = sys.argv[1:]
app = create_app()
registry = app.extensions["registry"]
said = {"modules": [module.name for module in registry], "refusals": [entry.sentence for entry in registry.refusals]}
with app.app_context():
    run = app.test_cli_runner().invoke
    for name, words in {"upgrade": ["db", "upgrade"], "check": ["db", "check"], "tick": ["tick"]}.items():
        result = run(args=words)
        said[name] = [result.exit_code, result.output]
    paths = ["/", "/ort/", "/ort/wahl/", "/-/procedures", "/ort/wahl/-/feed.atom", "/ort/wahl/-/dates.ics"]
    said["pages"] = {path: app.test_client().get(path).status_code for path in [*paths, "/ort/wahl/ballot/a/"]}
    activity = procedure_at("ort", "wahl").activities[0]
    said["embargo"] = is_under_embargo(activity)
    try:
        ballots(activity)
        said["urn"] = "open"
    except Embargo:
        said["urn"] = "closed"
    with standing_at(now() + timedelta(days=60)):
        said["ballots"] = len(ballots(procedure_at("ort", "wahl").activities[0]))
    said["questions"] = db.session.scalar(text("SELECT count(*) FROM ballot__question"))
    person = db.session.scalar(select(Person).where(Person.email == email))
    with transaction():
        erase(person, rename=fresh_pseudonym)
    kept = db.session.scalar(select(Ballot).where(Ballot.receipt == receipt))
    said["kept"] = [kept.choices, db.session.get(Participant, kept.participant_id).person_id]
    print("\\n" + json.dumps(said))
"""


@pytest.fixture
def said_without_ballot(tmp_path, address):
    """What a copy of the tree says after people voted and `modules/ballot` was deleted while they did."""
    if not (ROOT / "modules" / "ballot").is_dir():
        pytest.skip("modules/ballot is deleted already")
    tree = copied(tmp_path)
    lived_in = answer(tree, tmp_path, address, VOTED)
    shutil.rmtree(tree / "modules" / "ballot")
    return answer(tree, tmp_path, address, WITHOUT_BALLOT, lived_in["email"], lived_in["receipt"])


@pytest.mark.requirement("BX-10")
def test_without_the_folder_of_ballots_the_rest_runs_and_the_urn_stays_closed_and_whole(said_without_ballot):
    said = said_without_ballot
    assert "ballot" not in said["modules"]
    assert said["refusals"] == []
    assert (said["upgrade"][0], said["tick"][0]) == (0, 0), said
    assert said["check"] == [0, "Models and migrations agree.\n"], "nothing is offered for dropping"
    assert said["pages"].pop("/ort/wahl/ballot/a/") == 404
    assert {path: status for path, status in said["pages"].items() if status != 200} == {}
    assert (said["embargo"], said["urn"]) == (True, "closed"), "the embargo is the core's"
    assert (said["ballots"], said["questions"]) == (21, 3), "data stay"
    assert said["kept"] == [{"q1": ["yes"]}, None], "cut off from the person, still counted"
