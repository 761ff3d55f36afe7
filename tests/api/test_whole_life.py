"""The whole life of a procedure as a program sees it: what it reads at each stage, when it may write, the figures."""

import json
from datetime import datetime, time, timedelta

import pytest

from participation.accounts.api_tokens import make_token
from participation.interfaces import Role
from participation.kernel.clock import BERLIN, standing_at, today
from participation.kernel.db import transaction
from participation.procedures.advancing import advance, tick
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.making import make_procedure, source_of
from participation.procedures.services import change_procedure

LAW = "# Gesetz zur Probe\n\n## § 1 Zweck\n\n(1) Dieses Gesetz dient der Probe.\n".encode()
QUESTION = {"key": "q1", "kind": "yes_no_abstain", "title": "Befristen?", "text": "", "most": 1, "options": []}
EFFECT = {"effect": "opinion", "threshold": 2}
BASE, API = "/amt/plan", "/api/v1/tenants/amt/procedures/plan"
WORDS = ["--decision", "Der Rat beschließt.", "--changed", "Mehr.", "--next", "Es geht weiter."]


class Program:
    """Asks the interface at a day of the procedure, counted from the first day of taking part."""

    def __init__(self, app, world, monkeypatch):
        self.app, self.world = app, world
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # the votes come by pages
        self.tenant = world.tenant("amt")
        self.one, self.two = (world.staff(self.tenant, Role.MANAGER) for _ in range(2))
        self.people = [world.person() for _ in range(3)]
        with transaction():
            self.keys = [make_token(person, self.tenant.id, "Test") for person in self.people]
        self.first = today() + timedelta(days=20)

    def day(self, number):
        """Noon of a day."""
        return standing_at(datetime.combine(self.first + timedelta(days=number), time(12), BERLIN))

    def ask(self, method, path="", who=None, **values):
        """An answer of the interface."""
        headers = {} if who is None else {"Authorization": f"Bearer {self.keys[who]}"}
        return self.app.test_client().open(f"{API}{path}", method=method, headers=headers, **values)

    def run(self, *words):
        """A command of the staff."""
        done = self.app.test_cli_runner().invoke(args=list(words))
        assert done.exit_code == 0, done.output
        return done.output

    def vote(self, who, choice):
        """By the page; the interface offers none."""
        client = self.app.test_client()
        self.world.log_in(client, self.people[who])
        return client.post(f"{BASE}/ballot/offene-fragen/cast", data={"q1": choice}).status_code


@pytest.fixture
def program(app, world, monkeypatch):
    return Program(app, world, monkeypatch)


def make(program):
    registry = program.app.extensions["registry"]
    with transaction():
        source = source_of(program.tenant, "supplied:gesetzentwurf")
        made = make_procedure(program.tenant, source, slug="plan", title="Plan", begins_on=program.first)
        number = made.procedure.id
    text, ballot = program.world.again(made.procedure).activities
    with transaction():
        registry.get("text").imports[0].run(text, LAW, "probe.md")
        registry.get("ballot").load(ballot, {"questions": [QUESTION]})
        ballot.settings = {**ballot.settings, **EFFECT}
    facts = {"summary": "Sagen Sie, was fehlt.", "deciders": "Der Rat", "contact": "rat@amt.example"}
    facts["retained_until"] = program.first + timedelta(days=200)
    with transaction():
        change_procedure(program.world.again(made.procedure), actor_id=program.one.id, **facts)
    with transaction():
        advance(program.world.again(made.procedure), "submit", actor_id=program.one.id, roles=MANAGERS)
    with transaction():
        advance(program.world.again(made.procedure), "release", actor_id=program.two.id, roles=MANAGERS)
    return number


def new(text="Über die Schnittstelle."):
    return {"module": "text", "activity": "entwurf", "type": "text.comment", "place": "p1-abs1", "text": text}


def writes(program, reference):
    """Which of comment, answer, rating the interface takes from the second person now."""
    tried = {
        "comment": program.ask("POST", "/contributions", 1, json=new()),
        "answer": program.ask("POST", f"/contributions/{reference}/comments", 1, json={"text": "Stimmt."}),
        "rating": program.ask("PUT", f"/contributions/{reference}/rating", 1, json={"value": "agree"}),
    }
    assert all(answer.status_code in (200, 201, 403, 404, 409) for answer in tried.values())
    return {name for name, answer in tried.items() if answer.status_code in (200, 201)}


def opened(program):
    """Stage, and the kinds of the phases that are open."""
    whole = program.ask("GET").json
    phases = program.ask("GET", "/phases").json
    assert [entry for activity in whole["activities"] for entry in activity["phases"]] == phases
    return whole["stage"], [entry["kind"] for entry in phases if entry["is_open"]]


def move(program):
    with transaction():
        tick()


def before_the_first_day(program):
    with program.day(-16):
        assert program.ask("GET").status_code == 404
        assert program.ask("GET", "/texts").status_code == 404
    with program.day(-3):
        move(program)
        assert opened(program) == ("announced", [])
        text = program.ask("GET", "/texts").json[0]
        nodes = program.ask("GET", f"/texts/{text['id']}/nodes").json["items"]
        assert "p1-abs1" in [node["key"] for node in nodes]
        assert program.ask("POST", "/contributions", 0, json=new()).status_code == 403
        assert program.ask("GET", "/contributions").json["items"] == []


def while_it_runs(program):
    with program.day(1):
        move(program)
        assert opened(program) == ("running", ["consultation"])
        assert program.ask("POST", "/contributions", json=new()).status_code == 401
        reference = program.ask("POST", "/contributions", 0, json=new()).json["reference"]
        assert writes(program, reference) == {"comment", "answer", "rating"}
    with program.day(45):
        assert opened(program) == ("running", ["commenting"])
        assert writes(program, reference) == {"answer", "rating"}
    with program.day(60):
        assert opened(program) == ("running", ["vote"])
        assert writes(program, reference) == set()
        assert [program.vote(who, choice) for who, choice in enumerate(("yes", "no", "no"))] == [303] * 3
        assert program.ask("GET", "/results").json == []
    return reference


def after_the_end(program, reference, folder):
    one, two = program.one.email, program.two.email
    here = ["--tenant", "amt", "--procedure", "plan"]
    with program.day(75):
        move(program)
        assert opened(program) == ("evaluation", [])
        assert writes(program, reference) == set()
        program.run("answer", "write", reference, *here, "--decision", "followed", "--text", "Ja.", "--as", one)
        assert program.ask("GET", f"/contributions/{reference}").json["response"] is None
        program.run("answer", "publish", "1", *here, "--as", two)
        assert program.ask("GET", f"/contributions/{reference}").json["response"]["decision"] == "followed"
        for words in (["compute"], ["write", *WORDS], ["submit"]):
            program.run("result", words[0], "amt", "plan", "--as", one, *words[1:])
        assert program.ask("GET", "/results").json == []
        assert program.ask("GET", "/results/1").status_code == 404
        program.run("result", "publish", "amt", "plan", "--as", two)
        assert opened(program) == ("completed", [])
        package = folder / "package.zip"
        package.write_bytes(program.app.test_client().get(f"{BASE}/-/result/1/package", buffered=True).data)
        result = program.ask("GET", "/results/1").json
        counted = json.loads(program.run("recount", str(package)))
    assert result["figures"] == counted["figures"]
    assert result["root"] == counted["root"]
    return result["figures"]


@pytest.mark.requirement("RA-3-04", "RA-3-10", "RA-5.1.3-01")
def test_a_program_follows_a_procedure_from_the_announcement_to_the_archive(program, tmp_path):
    make(program)
    before_the_first_day(program)
    reference = while_it_runs(program)
    figures = after_the_end(program, reference, tmp_path)
    vote = next(entry for entry in figures["activities"] if "tallies" in entry)
    assert [bar["value"] for bar in vote["tallies"][0]["bars"]] == [1, 2, 0]
    assert figures["people"] == 3
    with program.day(201):
        move(program)
        assert opened(program) == ("archived", [])
        assert writes(program, reference) == set()
        assert program.ask("GET", "/results/1").json["figures"] == figures
        assert reference in [entry["reference"] for entry in program.ask("GET", "/contributions").json["items"]]
