"""For those who run the installation: authorities, overview, health, lost second factors."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from participation.access.members import reset_second_factor
from participation.access.rules import OPERATE, can
from participation.access.team import open_invitations
from participation.accounts import second_factor as factor
from participation.commands.users import user_group
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow, EventRow
from participation.kernel.refusal import Refused
from participation.kernel.seal import seal_events
from participation.openness.installation import numbers_by_tenant
from participation.tenants.queries import tenant_at
from participation.testing.queries import count_queries

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PAGES = ("", "/new", "/procedures", "/health", "/health?check=log", "/people")


@pytest.fixture
def operator(world, client):
    person = world.person("Betrieb", operator=True)
    world.log_in(client, person)
    return person


@pytest.fixture
def post(client):
    """Open a page and send its form: `post(url, name=value)`."""

    def send(url, **values):
        page = client.get("/-/settings").text
        return client.post(url, data={"csrf_token": TOKEN.search(page)[1], **values})

    return send


@pytest.mark.requirement("RA-5.1.2-01")
@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.MANAGER, None])
@pytest.mark.parametrize("path", PAGES)
def test_only_operators_see_the_installation(world, client, role, path):
    person = world.staff(world.tenant(), role) if role else world.person()
    world.log_in(client, person)
    assert client.get(f"/-/operation{path}").status_code == 403
    assert not can(world.viewer(person), OPERATE, None).allowed


@pytest.mark.parametrize("path", PAGES)
def test_without_a_second_factor_an_operator_is_led_to_it(world, client, path):
    world.log_in(client, world.person(operator=True), proven=False)
    assert "/second-factor?next=" in client.get(f"/-/operation{path}").location


@pytest.mark.requirement("RA-5.1.2-01")
def test_the_overview_counts_what_goes_on_at_every_authority(world, client, operator):
    town, ministry = world.tenant(name="Stadt Musterau"), world.tenant(name="Ministerium")
    running = world.procedure(town)
    world.procedure(town, stage="draft")
    world.contribution(running)
    world.contribution(running)
    world.code(world.staff(town, Role.MODERATOR))
    world.staff(town, Role.MANAGER)
    rows = {row.name: row[3:] for row in numbers_by_tenant()}
    assert rows == {town.name: (2, 1, 2, 2, 2, 1), ministry.name: (0, 0, 0, 0, 0, 0)}
    page = client.get("/-/operation").text
    assert "2 Behörden" in page
    assert town.name in page


def test_the_overview_asks_no_more_for_more_authorities(world, app, client, operator):
    world.procedure(world.tenant())
    client.get("/-/operation")  # the first page of a log-in notes that it is in use
    few = count_of(client, "/-/operation")
    for _ in range(4):
        world.staff(world.procedure(world.tenant()).tenant, Role.MANAGER)
    assert count_of(client, "/-/operation") == few


def count_of(client, path):
    with count_queries() as counted:
        client.get(path)
    return len(counted)


@pytest.mark.requirement("RA-5.1.2-01")
def test_all_procedures_of_all_authorities_stand_in_one_list(world, client, operator):
    one = world.procedure(world.tenant(name="Stadt Musterau"), title="Der Park", stage="draft")
    two = world.procedure(world.tenant(name="Landkreis"), title="Die Brücke")
    page = client.get("/-/operation/procedures").text
    for expected in (one.title, two.title, "Stadt Musterau", "Landkreis"):
        assert expected in page


def new(**values):
    return {
        "name": "Stadt Neustadt", "slug": "neustadt", "kind": "town", "contact_email": "kontakt@neustadt.example",
        "admin_email": "leitung@neustadt.example",
    } | values  # fmt: skip


@pytest.mark.requirement("RA-5.1.2-01")
def test_an_authority_is_made_in_the_browser_and_its_first_administrator_invited(client, operator, post, mails):
    assert post("/-/operation/new", **new()).location == "/-/operation?done=tenant-made"
    tenant = tenant_at("neustadt")
    assert tenant.modules == sorted(module.name for module in client.application.extensions["registry"])
    assert [(one.email, one.role) for one in open_invitations(tenant.id)] == [
        ("leitung@neustadt.example", "tenant_admin")
    ]
    assert [mail["To"] for mail in mails()] == ["leitung@neustadt.example"]
    assert client.get("/neustadt/").status_code == 200


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"slug": "Neu Stadt"}, "Kleinbuchstaben"),
        ({"slug": "static"}, "Kleinbuchstaben"),
        ({"slug": "besetzt"}, "schon vergeben"),
        ({"name": ""}, "füllen Sie"),
        ({"admin_email": "nichts"}, "name@beispiel.de"),
        ({"contact_email": "nichts"}, "name@beispiel.de"),
        ({"kind": "galaxy"}, ""),
    ],
)
def test_an_authority_that_cannot_be_is_refused_whole(world, client, operator, post, values, sentence):
    world.tenant("besetzt")
    answer = post("/-/operation/new", **new(**values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert tenant_at("neustadt") is None


def test_making_an_authority_asks_for_a_code_when_the_last_is_old(world, operator, post, at):
    world.code(operator)
    with at(now() + timedelta(minutes=16)):
        assert post("/-/operation/new", **new()).status_code == 403
        assert tenant_at("neustadt") is None
        assert post("/-/operation/new", **new(again_code=world.code(operator))).status_code == 302


@pytest.mark.requirement("RA-5.1.4-01")
def test_the_state_of_the_machine_stands_on_one_page(world, client, operator):
    page = client.get("/-/operation/health").text
    for expected in ("auf dem neuesten Stand", "Zuletzt versiegelt", " GB", "in einem Ordner"):
        assert expected in page


def stuck_delivery():
    """A delivery that failed ten times."""
    row = db.session.scalars(select(DeliveryRow).limit(1)).one()
    with transaction():
        values = {"state": "failed", "attempts": 10, "error": "SMTPServerDisconnected", "run_at": now()}
        db.session.execute(update(DeliveryRow).where(DeliveryRow.id == row.id).values(**values))
    return row.id


def test_what_was_not_delivered_is_listed_and_tried_again(world, client, operator, post, mails):
    post("/-/operation/new", **new())
    number = stuck_delivery()
    page = client.get("/-/operation/health").text
    assert "SMTPServerDisconnected" in page
    assert "braucht Ihre Aufmerksamkeit" in page
    assert post(f"/-/operation/deliveries/{number}/retry").location == "/-/operation/health?done=retried"
    db.session.expire_all()
    assert db.session.get(DeliveryRow, number).state == "waiting"
    mails()
    db.session.expire_all()
    assert db.session.get(DeliveryRow, number).state == "done"
    assert post(f"/-/operation/deliveries/{number}/retry").status_code == 404, "what is done is done"
    assert db.session.scalar(select(EventRow.actor_id).where(EventRow.name == "kernel.delivery_retried")) == operator.id


def test_what_is_due_and_not_delivered_is_told(world, client, operator, post, at):
    post("/-/operation/new", **new())
    with at(now() + timedelta(minutes=11)):
        assert "Läuft flask work?" in client.get("/-/operation/health").text


@pytest.mark.requirement("RA-3-30")
def test_a_changed_event_is_found_by_the_check_in_the_browser(world, client, operator):
    world.procedure(world.tenant(name="Stadt Musterau"))
    while seal_events():
        pass
    whole = client.get("/-/operation/health?check=log").text
    assert "unversehrt" in whole
    assert "gebrochen" not in whole
    with transaction():
        db.session.execute(text("UPDATE event SET name = 'nothing.happened' WHERE id = (SELECT MIN(id) FROM event)"))
    assert "gebrochen ab Glied 1" in client.get("/-/operation/health?check=log").text


@pytest.mark.requirement("RA-5.1.7-01")
def test_operators_reset_the_second_factor_of_anybody_but_themselves(world, client, operator, post, mails):
    other, resident = world.person(operator=True), world.person()
    for person in (other, resident):
        world.code(person)
        assert post("/-/operation/people", email=person.email).status_code == 302
        assert not factor.is_set(person.id)
        assert [mail["To"] for mail in mails()][-1] == person.email
    world.code(operator)
    refused = post("/-/operation/people", email=operator.email)
    assert refused.status_code == 422
    assert "jemand anderes" in refused.text
    assert factor.is_set(operator.id)
    assert post("/-/operation/people", email="niemand@uebung.example").status_code == 422


def test_an_operator_without_proof_resets_nothing(world):
    person, unproven = world.person(), world.viewer(world.person(operator=True))
    world.code(person)
    with pytest.raises(Refused), transaction():
        reset_second_factor(person.id, None, who=replace(unproven, proven=False))


@pytest.mark.requirement("RA-5.1.7-01")
def test_the_command_line_resets_a_second_factor(world, runner, mails):
    person = world.person()
    world.code(person)
    result = runner.invoke(user_group, ["reset-second-factor", person.email])
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    assert not factor.is_set(person.id)
    assert [mail["To"] for mail in mails()] == [person.email]
    again = runner.invoke(user_group, ["reset-second-factor", person.email])
    assert (again.exit_code, "no second factor" in again.output) == (1, True)


def test_the_work_menu_of_an_operator_leads_everywhere(client, operator):
    page = client.get("/-/operation").text
    for path in ("/-/operation/procedures", "/-/operation/health", "/-/operation/people", "/-/barriers"):
        assert f'href="{path}"' in page
