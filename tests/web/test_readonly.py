"""Read-only mode: everybody reads, nobody writes, nothing typed is lost, and nothing else needs a restart."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.accounts.api_tokens import make_token
from participation.accounts.models import LoginSession
from participation.contributions.models import Contribution, Draft
from participation.kernel import readonly
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.outbox import work_off
from participation.kernel.readonly import ReadOnly
from participation.web.protection import SAFE


@pytest.fixture(autouse=True)
def off_again(app):
    yield
    readonly.turn_off()


@pytest.fixture
def place(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


def draft(client, **more):
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": "Hier fehlt ein Weg."}
    return client.post("/stadt/plan/-/drafts", data=fields | more)


def test_one_command_switches_it_and_says_how_it_stands(runner, app, place, client):
    assert runner.invoke(args=["readonly", "status"]).output == "Read-only mode is off.\n"
    assert "Read-only mode is on, expected until" in runner.invoke(args=["readonly", "on", "--minutes", "20"]).output
    assert "is on" in runner.invoke(args=["readonly", "status"]).output
    assert draft(client).status_code == 503
    assert runner.invoke(args=["readonly", "off"]).output == "Read-only mode is off.\n"
    assert draft(client).status_code == 303


def test_readers_read_with_a_calm_banner(client, place):
    assert "Wartungsarbeiten" not in client.get("/stadt/plan/").get_data(as_text=True)
    readonly.turn_on()
    answer = client.get("/stadt/plan/")
    assert answer.status_code == 200
    assert "Sie können alles lesen" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_pages_in_memory_know_the_difference(make_app, place):
    client = make_app(page_cache=True).test_client()

    def page():
        return client.get("/stadt/plan/")

    before = page()
    readonly.turn_on()
    resting = page()
    assert resting.headers["ETag"] != before.headers["ETag"]
    assert "Sie können alles lesen" in resting.get_data(as_text=True)
    assert page().headers["ETag"] == resting.headers["ETag"], "kept in memory as well"
    readonly.turn_off()
    assert page().get_data() == before.get_data()


def test_what_was_typed_stands_on_the_page_and_can_be_sent_again(client, place):
    readonly.turn_on()
    answer = draft(client, text="Zeile 1\n<b>Zeile 2</b>")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert "Zeile 1\n&lt;b&gt;Zeile 2&lt;/b&gt;</textarea>" in page
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert fields == {"module": "probe", "activity": "a", "type": "probe.note", "place": "here"}
    readonly.turn_off()
    assert client.post("/stadt/plan/-/drafts", data=fields | {"text": "Zeile 1"}).status_code == 303
    assert db.session.scalar(select(Draft)).fields["text"] == "Zeile 1"


def test_a_password_is_never_shown_again(client, world):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/-/log-in").get_data(as_text=True))[1]
    sent = {"csrf_token": token, "email": world.person().email, "password": world.password, "text": "Text"}
    readonly.turn_on()
    answer = client.post("/-/log-in", data=sent)
    assert answer.status_code == 503
    assert world.password not in answer.get_data(as_text=True)
    assert "senden nicht" in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_programs_get_a_problem_and_when_to_come_again(client, place, world, at):
    person = world.person()
    with transaction():
        key = make_token(person, place.tenant_id, "Test")
    with at(now()):
        readonly.turn_on(now() + timedelta(minutes=10))
        headers, note = {"Authorization": f"Bearer {key}"}, {"module": "probe", "activity": "a", "type": "probe.note"}
        where = "/api/v1/tenants/stadt/procedures/plan/contributions"
        answer = client.post(where, headers=headers, json=note | {"text": "Hier fehlt ein Weg."})
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "600"


def test_who_is_logged_in_reads_on_and_nothing_is_noted(client, place, world, at):
    world.log_in(client, world.person())
    seen = db.session.scalar(select(LoginSession.seen_at))
    db.session.rollback()
    readonly.turn_on()
    with at(seen + timedelta(minutes=5)):
        assert client.get("/-/participation").status_code == 200
    assert db.session.scalar(select(LoginSession.seen_at)) == seen


def test_jobs_rest_and_go_on_afterwards(world, place):
    world.contribution(place)
    waiting = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state == "waiting")
    before = db.session.scalar(waiting)
    db.session.rollback()
    readonly.turn_on()
    assert (work_off(), db.session.scalar(waiting)) == (0, before)
    db.session.rollback()
    readonly.turn_off()
    assert before > 0
    assert work_off() > 0


def test_no_service_writes_whoever_calls_it(world, place):
    readonly.turn_on()
    with pytest.raises(ReadOnly):
        world.contribution(place)
    with pytest.raises(ReadOnly), transaction():
        pass
    with readonly.finishing(), transaction():
        pass
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 0


def test_every_unsafe_door_is_shut(app, place, client, world):
    """No view that takes a form runs: those that check tokens first say 400, 401, 403 or 404 as always."""
    readonly.turn_on()
    where = {"tenant": "stadt", "procedure": "plan", "activity": "a"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods - SAFE]
    paths = {(method, re.sub(r"<(?:[^<>]*:)?([^<>:]+)>", lambda found: where.get(found[1], "1"), rule.rule))
             for rule in rules for method in rule.methods - SAFE}  # fmt: skip
    answers = {f"{method} {path}": client.open(path, method=method).status_code for method, path in sorted(paths)}
    assert len(answers) > 100
    assert 503 in answers.values()
    assert not {place: status for place, status in answers.items() if status < 400}
