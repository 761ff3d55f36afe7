"""The kiosk: whoever comes next finds nothing of the one before."""

import re
from datetime import timedelta

import pytest

from participation.contributions.intake_models import Intake
from participation.contributions.kiosk import kiosk_pass
from participation.contributions.models import Contribution, Draft
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db
from tests.promises.people import Device


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan", identity=("form_token",))


@pytest.fixture
def start(app, procedure):
    """The address of a device."""
    signed = kiosk_pass(app.config["SECRET_KEY"], procedure)
    return f"/stadt/plan/-/kiosk/{signed}/"


def typed(client, start, text="Mehr Bäume."):
    return client.post(start + "write", data={"text": text, "place": ""})


@pytest.mark.requirement("RA-3-01", "RA-3-25")
def test_staff_turn_a_device_into_a_kiosk_and_are_logged_out(client, world, procedure):
    world.log_in(client, world.staff(procedure.tenant, Role.CASE_WORKER))
    page = client.get("/stadt/plan/-/kiosk").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = client.post("/stadt/plan/-/kiosk", data={"csrf_token": token})
    assert answer.status_code == 303
    started = client.get(answer.location)
    assert started.status_code == 200
    assert '"cookies"' in started.headers["Clear-Site-Data"]
    assert client.get("/stadt/plan/-/kiosk").status_code in (302, 303, 401)
    assert "Anmelden" not in started.get_data(as_text=True)


def test_a_text_written_there_is_a_contribution_on_site(client, procedure, start, mails):
    kept = typed(client, start)
    sent = client.post(kept.location, data={"text": "Mehr Bäume!", "email": "a@uebung.example"})
    found = db.session.query(Contribution).one()
    assert (found.source, found.intake_channel, found.identity) == ("Mehr Bäume!", "on_site", "form_token")
    assert found.state == "published"
    assert found.reference in client.get(sent.location).get_data(as_text=True)
    client.get(start)
    assert client.get(sent.location).status_code == 303
    assert db.session.query(Draft).count() == 0
    assert db.session.query(Intake).one().sender_email == "a@uebung.example"
    assert [mail["To"] for mail in mails()] == ["a@uebung.example"]
    again = client.post(kept.location, data={"text": "Mehr Bäume!"})
    assert again.status_code == 303
    assert db.session.query(Contribution).count() == 1


def test_the_next_person_finds_nothing(client, start):
    kept = typed(client, start, "Mein Geheimnis.")
    assert "Mein Geheimnis." in client.get(kept.location).get_data(as_text=True)
    assert client.post(start + "wipe").status_code == 303
    assert db.session.query(Draft).count() == 0
    client.get(start)
    assert client.get_cookie("d") is None
    back = client.get(kept.location)
    assert back.status_code == 303
    assert "Mein Geheimnis." not in back.get_data(as_text=True)


def test_without_script_the_start_page_alone_shuts_the_draft(client, start):
    kept = typed(client, start, "Mein Geheimnis.")
    client.get(start)
    assert client.get(kept.location).status_code == 303
    draft = db.session.query(Draft).one()
    assert draft.expires_at <= now() + timedelta(minutes=30)


def test_nothing_is_kept_by_the_browser(client, start):
    kept = typed(client, start)
    for answer in (client.get(start), client.get(start + "write"), kept):
        assert answer.headers["Cache-Control"] == "no-store"
    assert "s" not in {cookie.key for cookie in client._cookies.values()} or client.get_cookie("s") is None


def test_an_address_is_good_for_its_procedure_and_a_day(client, world, procedure, start, at):
    assert client.get(start).status_code == 200
    other = world.procedure(procedure.tenant, slug="anders", identity=("form_token",))
    assert client.get(start.replace("/plan/", f"/{other.slug}/")).status_code == 404
    assert client.get(start[:-4] + "x/").status_code == 404
    with at(now() + timedelta(hours=25)):
        assert client.get(start).status_code == 404


@pytest.mark.parametrize(("identity", "stage"), [(("account",), "running"), (("form_token",), "paused")])
def test_where_nobody_can_write_without_an_account_it_says_so(client, world, procedure, app, identity, stage):
    place = world.procedure(procedure.tenant, slug="zu", identity=identity, stage=stage)
    signed = kiosk_pass(app.config["SECRET_KEY"], place)
    page = client.get(f"/stadt/zu/-/kiosk/{signed}/").get_data(as_text=True)
    assert "zurzeit nichts schreiben" in page
    assert client.get(f"/stadt/zu/-/kiosk/{signed}/write").status_code == 303


def test_an_empty_text_and_a_broken_address_are_said_at_their_fields(client, start):
    assert typed(client, start, " ").status_code == 422
    kept = typed(client, start)
    answer = client.post(kept.location, data={"text": "Mehr.", "email": "kaputt"})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.get_data(as_text=True)
    assert db.session.query(Contribution).count() == 0


def test_the_receipt_has_a_cookie_of_its_own_and_a_known_device_stays_known(app, start, world):
    person, device = world.person(), Device(app)
    device.post("/-/log-in", email=person.email, password=world.password)
    client = device.client
    known = client.get_cookie("k").value
    client.post(typed(client, start).location, data={"text": "Mehr Bäume.", "place": ""})
    assert client.get_cookie("r").value != known
    assert client.get_cookie("k").value == known
