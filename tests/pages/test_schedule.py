"""The page of the schedule, and planning a phase on it."""

import re
from datetime import timedelta

import pytest

from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.procedures.lists import make_list
from participation.procedures.models import Phase
from participation.procedures.phases import change_phase
from participation.testing.queries import count_queries

BASE = "/stadt/plan/-/manage/schedule"


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def draft(world, tenant):
    return world.procedure(tenant, slug="plan", stage="draft", begins=timedelta(days=20), kinds=["noting", "talking"])


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


def typed(client, path):
    """The form as the page shows it."""
    page = client.get(path).text
    form = page[page.index("data-check") :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{word}="([^"]*)"', tag) for word in ("name", "value"))
        kind = re.search(r'type="([^"]*)"', tag)[1]
        if name and (kind not in ("radio", "checkbox") or " checked" in tag):
            fields.setdefault(name[1], []).append(value[1] if value else "y")
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def number_of(world, draft, place=0):
    return world.activity(draft).phases[place].id


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.CASE_WORKER])
def test_only_managers_see_the_schedule(world, client, tenant, draft, role):
    world.log_in(client, world.staff(tenant, role), staff=True)
    number = number_of(world, draft)
    for path in ("", f"/{number}", f"/{number}/remove", f"/new?kind={world.activity(draft).id}:noting"):
        assert client.get(BASE + path).status_code == 403
    assert client.post(f"{BASE}/check?phase={number}").status_code in (400, 403)


def test_all_phases_stand_on_one_line_and_in_a_table(client, manager, draft):
    page = client.get(BASE).text
    assert page.count("timeline__bar--coming") == 2
    assert page.count('<th scope="row">') == 2
    assert page.index("Beitragen") < page.index("Notieren") < page.index("Besprechen")


def test_what_overlaps_is_said_beside_the_phase(world, client, manager, draft):
    first = number_of(world, draft)
    path = f"{BASE}/new?kind={world.activity(draft).id}:noting"
    same = typed(client, f"{BASE}/{first}")
    days = {name: same[name] for name in ("first_day", "first_time", "last_day", "last_time")}
    assert client.post(path, data=typed(client, path) | days | {"title": "Noch einmal"}).status_code == 302
    assert "Überschneidet sich mit „Notieren“." in client.get(BASE).text


def test_the_page_of_the_schedule_asks_few_questions(client, manager, draft):
    client.get(BASE)
    with count_queries() as queries:
        client.get(BASE)
    assert len(queries) <= 10


@pytest.mark.requirement("RA-3-11")
def test_a_phase_gets_new_dates_in_a_form(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    fields = typed(client, path) | {
        "first_day": "2027-03-20",
        "last_day": "2027-04-16",
        "first_time": "",
        "last_time": "",
    }
    answer = client.post(path, data=fields)
    assert (answer.status_code, answer.location) == (302, f"{BASE}?done=phase-saved")
    phase = db.session.get(Phase, int(path.rpartition("/")[2]))
    assert (phase.begins_local, phase.ends_local) == ("2027-03-20T00:00:00", "2027-04-17T00:00:00")
    row = db.session.query(EventRow).order_by(EventRow.id.desc()).first()
    assert (row.name, row.actor_id) == ("procedures.phase_changed", manager.id)
    assert "einschließlich Freitag, 16. April 2027" in client.get(BASE).text


def test_the_last_day_can_end_at_a_time(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    fields = typed(client, path) | {"first_day": "2027-03-20", "last_day": "2027-04-16", "last_time": "18:00"}
    client.post(path, data=fields)
    again = typed(client, path)
    assert (again["last_day"], again["last_time"], again["first_day"]) == ("2027-04-16", "18:00", "2027-03-20")


def test_a_plan_is_checked_without_being_saved(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    fields = typed(client, path) | {
        "first_day": "2027-03-01",
        "last_day": "2027-03-26",
        "statutory": "y",
        "do": "check",
    }
    answer = client.post(path, data=fields)
    assert answer.status_code == 200
    assert "Eine gesetzliche Frist dauert mindestens einen Monat" in answer.text
    assert 'value="2027-03-26"' in answer.text
    assert world.phase(draft).version == 1
    live = client.post(f"{BASE}/check?phase={number_of(world, draft)}", data=fields).json["findings"]
    assert {one["weight"] for one in live} >= {"error"}
    assert world.phase(draft).version == 1


def test_an_end_before_the_begin_is_said_at_its_field_and_nothing_typed_is_lost(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    fields = typed(client, path) | {"first_day": "2027-03-20", "last_day": "2027-03-01", "title": "Mein Name"}
    answer = client.post(path, data=fields)
    assert answer.status_code == 422
    assert "Das Ende muss nach dem Beginn liegen." in answer.text
    assert 'href="#last_day"' in answer.text
    assert 'value="Mein Name"' in answer.text
    assert world.phase(draft).title == "Notieren"


@pytest.mark.parametrize(
    ("name", "value"), [("first_day", "31.02.2027"), ("last_day", ""), ("first_time", "25:99"), ("round", "0"),
                        ("title", ""), ("audience", "nobody"), ("identity", "telepathy")],
)  # fmt: skip
def test_a_bad_value_is_422_and_saves_nothing(world, client, manager, draft, name, value):
    path = f"{BASE}/{number_of(world, draft)}"
    assert client.post(path, data=typed(client, path) | {name: value}).status_code == 422
    assert world.phase(draft).version == 1


def test_a_second_manager_sees_both_versions_and_overwrites_nothing(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    fields = typed(client, path) | {"title": "Der zweite Stand", "round": "2"}
    with transaction():
        change_phase(world.phase(draft), title="Der erste Stand")
    answer = client.post(path, data=fields)
    assert answer.status_code == 409
    assert "Der erste Stand" in answer.text
    assert 'value="Der zweite Stand"' in answer.text
    assert world.phase(draft).title == "Der erste Stand"
    meant = fields | {"version": re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]}
    assert client.post(path, data=meant).status_code == 302
    assert world.phase(draft).title == "Der zweite Stand"


def test_a_phase_under_way_shows_what_is_fixed_and_refuses_to_change_it(world, client, tenant, manager):
    running = world.procedure(tenant, slug="plan", stage="running")
    path = f"{BASE}/{number_of(world, running)}"
    page = client.get(path).text
    assert "Steht seit dem Beginn fest" in page
    assert "Frist verlängern" in page
    assert 'name="first_day"' not in page
    fields = typed(client, path) | {"title": "Neu", "first_day": "2020-01-01", "audience": "institutions"}
    assert client.post(path, data=fields).status_code == 302
    phase = world.phase(running)
    assert (phase.title, phase.audience) == ("Neu", "public")
    assert phase.begins_local[:4] != "2020"
    assert client.get(f"{path}/remove").text.count("nicht mehr entfernen") == 1
    token = typed(client, path)["csrf_token"]
    assert client.post(f"{path}/remove", data={"csrf_token": token, "version": "2"}).status_code == 403


def test_a_phase_is_planned_for_a_list_of_people(world, client, manager, draft):
    with transaction():
        jury = make_list(world.again(draft), "Jury", "members").id
    path = f"{BASE}/new?kind={world.activity(draft).id}:talking"
    fields = typed(client, path) | {"audience": "members", "list_id": str(jury), "title": "Jury"}
    assert client.post(path, data=fields).status_code == 302
    phase = db.session.query(Phase).order_by(Phase.id.desc()).first()
    assert (phase.title, phase.audience, phase.list_id, phase.step) == ("Jury", "members", jury, "commenting")
    wrong = fields | {"audience": "public"}
    assert client.post(path, data=wrong).status_code == 422


def test_a_phase_is_removed_after_its_consequence_was_read(world, client, manager, draft):
    path = f"{BASE}/{number_of(world, draft)}"
    token = typed(client, path)["csrf_token"]
    assert "verschwindet aus dem Zeitplan" in client.get(f"{path}/remove").text
    assert client.post(f"{path}/remove", data={"csrf_token": token, "version": "1"}).status_code == 302
    assert len(world.activity(draft).phases) == 1
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["", "1:", "999:noting", "x:y", "1:nothing"])
def test_a_kind_of_phase_that_is_not_there_is_404(client, manager, draft, kind):
    assert client.get(f"{BASE}/new?kind={kind}").status_code == 404


def test_a_phase_of_another_procedure_is_404(world, client, tenant, manager, draft):
    other = world.procedure(tenant, slug="anderes", stage="draft")
    assert client.get(f"{BASE}/{world.phase(other).id}").status_code == 404


@pytest.mark.parametrize(("stage", "offered"), [("running", True), ("draft", False)])
def test_the_schedule_leads_to_extending_where_that_is_possible(world, client, tenant, manager, stage, offered):
    begins = timedelta(days=-1) if stage == "running" else timedelta(days=20)
    world.procedure(tenant, slug="plan", stage=stage, begins=begins)
    assert ("/stadt/plan/-/manage/steps/extend" in client.get(BASE).text) is offered
