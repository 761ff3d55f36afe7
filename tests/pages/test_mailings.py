"""The mails of a procedure for its staff: figures, what did not arrive, a notice by mail; and a server that refuses."""

import re
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.forgetting import forget_due
from participation.kernel.outbox import work_off
from participation.notices.mailing_queries import answers_sent_at
from participation.notices.mailings import shortened
from participation.notices.models import Mailing
from participation.notices.newsletter import send_due_notices
from participation.notices.services import subscribe
from participation.notices.wishes import Wish
from participation.procedures.entries import Fields, add_entry, change_entry, entries_of
from participation.testing.queries import count_queries


class Refusing:
    """A mail server that answers as it is told."""

    answer = "550 5.1.1 <nobody@uebung.example> unknown user"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library's name
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server, _session, _envelope):  # noqa: N802
        return "250 OK"


@pytest.fixture
def server(app, monkeypatch):
    """A running mail server the app is told of."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Refusing()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setitem(app.config["SETTINGS"], "mail_server", "127.0.0.1")
    monkeypatch.setitem(app.config["SETTINGS"], "mail_port", port)
    yield handler
    controller.stop()


@pytest.fixture
def place(world):
    """A procedure, the address of its mails, somebody who leads it."""
    procedure = world.procedure(title="Stadtpark")
    lead = world.staff(procedure.tenant, Role.MANAGER)
    return procedure, f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/mailings", lead


def token_in(client, url):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).get_data(as_text=True))[1]


def send_receipt(world, procedure):
    contribution = world.contribution(procedure, world.person("Kastanie"))
    work_off()
    return contribution


def only_mailing():
    db.session.rollback()
    return db.session.scalars(select(Mailing)).one()


def test_a_server_that_refuses_for_good_is_asked_once_and_quoted_without_an_address(world, place, server, caplog):
    procedure, _url, _lead = place
    send_receipt(world, procedure)
    mailing = only_mailing()
    assert (mailing.state, mailing.attempts) == ("failed", 1)
    assert mailing.answer == "550 5.1.1 … unknown user"
    row = db.session.get_one(DeliveryRow, mailing.delivery_id)
    assert (row.state, row.attempts, row.error) == ("failed", 1, "Undeliverable")
    assert "nobody@" not in caplog.text


def test_a_server_that_is_busy_is_asked_again(world, place, server, at):
    procedure, _url, _lead = place
    server.answer = "451 4.7.1 Please try again later"
    send_receipt(world, procedure)
    assert only_mailing().state == "waiting"
    server.answer = "250 OK"
    with at(now() + timedelta(minutes=2)):
        work_off()
    mailing = only_mailing()
    assert (mailing.state, mailing.attempts, mailing.answer) == ("sent", 2, "")
    assert mailing.sent_at is not None


@pytest.mark.requirement("RA-3-21")
def test_staff_see_what_failed_by_pseudonym_and_send_it_again(world, client, place, server):
    procedure, url, lead = place
    contribution = send_receipt(world, procedure)
    mailing = only_mailing()
    world.log_in(client, lead)
    page = client.get(url + "/").get_data(as_text=True)
    assert "Kastanie" in page
    assert contribution.reference in page
    assert "550 5.1.1 … unknown user" in page
    assert "@uebung.example" not in page
    server.answer = "250 OK"
    data = {"csrf_token": token_in(client, url + "/")}
    assert client.post(f"{url}/{mailing.id}/retry", data=data).location.endswith("?done=retried")
    work_off()
    assert only_mailing().state == "sent"
    assert "Kastanie" not in client.get(url + "/").get_data(as_text=True)
    assert client.post(f"{url}/{mailing.id}/retry", data=data).status_code == 404, "what arrived is not sent again"


def test_mails_of_another_procedure_cannot_be_sent_again(world, client, place, server, monkeypatch):
    procedure, url, _lead = place
    other = world.procedure(procedure.tenant)
    send_receipt(world, other)
    lead = world.staff(procedure.tenant, Role.MANAGER, procedure)
    world.log_in(client, lead)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)
    assert client.post(f"{url}/{only_mailing().id}/retry").status_code == 404


def test_the_page_needs_few_queries_and_answers_without_mails(world, client, place):
    procedure, url, lead = place
    world.log_in(client, lead)
    assert "Noch keine E-Mails" in client.get(url + "/").get_data(as_text=True)
    for _ in range(5):
        world.contribution(procedure)
    work_off()
    with count_queries() as asked:
        page = client.get(url + "/").get_data(as_text=True)
    assert len(asked) <= 12
    assert "Eingangsbestätigung" in page


def test_what_is_known_of_mails_goes_after_ninety_days_and_with_the_person(world, place, at):
    procedure, _url, _lead = place
    send_receipt(world, procedure)
    for days, left in ((89, 1), (91, 0)):
        with at(now() + timedelta(days=days)), transaction():
            forget_due()
        assert db.session.query(Mailing).count() == left


def test_an_address_is_shortened():
    assert shortened("anna.muster@beispiel.de") == "an…@beispiel.de"
    assert shortened("ab@beispiel.de") == "a…@beispiel.de"


def test_answers_that_did_not_go_out_have_no_time(world, place):
    contribution = send_receipt(world, place[0])
    assert answers_sent_at([contribution.id]) == {}
    assert answers_sent_at([]) == {}


def add_notice(world, procedure, day, audience="both"):
    with transaction():
        return add_entry(world.again(procedure), "notice", Fields("Begehung", "Am Samstag am Tor.", audience, day)).id


@pytest.mark.requirement("RA-3-16")
def test_a_notice_goes_out_by_mail_once_on_its_day_to_everybody_who_follows_the_procedure(
    world, client, place, mails, at
):
    procedure, url, _lead = place
    editor = world.staff(procedure.tenant, Role.EDITOR)
    wishes = (Wish(rhythm="at_once"), Wish(rhythm="weekly"), Wish(activity_id=world.activity(procedure).id))
    for person, wish in zip([world.person() for _ in wishes], wishes, strict=True):
        with transaction():
            subscribe(world.again(procedure), person, wish)
    number = add_notice(world, procedure, today() + timedelta(days=1))
    world.log_in(client, editor)
    here = f"{url}/notice/{number}"
    assert "An 2 Personen senden" in client.get(here).get_data(as_text=True)
    data = {"csrf_token": token_in(client, here), "version": "1"}
    assert client.post(here, data=data).status_code == 302
    with transaction():
        assert send_due_notices() == 0
    with at(now() + timedelta(days=1)):
        with transaction():
            assert send_due_notices() == 1
        with transaction():
            assert send_due_notices() == 0
        found = [mail for mail in mails() if mail["Subject"] == "Begehung"]
    assert len(found) == 2
    assert all(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for mail in found)
    assert "Am Samstag am Tor." in found[0].get_body(("plain",)).get_content()
    answer = client.post(here, data=data)
    assert answer.status_code == 409
    assert "schon gesendet" in answer.get_data(as_text=True)


def test_what_was_changed_meanwhile_is_looked_at_again_before_it_goes_out(world, client, place):
    procedure, url, lead = place
    number = add_notice(world, procedure, today())
    world.log_in(client, lead)
    here = f"{url}/notice/{number}"
    data = {"csrf_token": token_in(client, here), "version": "1"}
    with transaction():
        (entry,) = entries_of(procedure)
        change_entry(world.again(procedure), entry, Fields("Anders", "Text", "both", today()), version=1)
    assert client.post(here, data=data).status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 0


def test_a_notice_for_public_bodies_is_no_mail_for_others(world, client, place):
    procedure, url, lead = place
    person = world.person()
    with transaction():
        subscribe(world.again(procedure), person)
    number = add_notice(world, procedure, today(), "institutions")
    world.log_in(client, lead)
    assert "An 0 Personen senden" in client.get(f"{url}/notice/{number}").get_data(as_text=True)
