"""Mails: composed by the worker (no request around it) from two templates, handed to a server or into a folder."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader

from participation.kernel.mail import compose, mail_folder, send

TEMPLATES = {
    "mail/tests.txt": "Größe der Änderung: {{ title }}\n\nGuten Tag,\n{{ title }}\n",
    "mail/tests.html": "<!doctype html><title>{{ subject }}</title><p>{{ title }}</p>",
}


@pytest.fixture
def templates(app, monkeypatch):
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader]))


def a_mail(**values):
    values = {"to": "person@uebung.example", "language": "de", "number": "17", "sender_name": "Stadt Ölsa"} | values
    return compose("tests", **({"title": "Straße"} | values))


class Box:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the name the library calls
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def box(app, monkeypatch):
    """A running mail server the app is told of."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Box()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setitem(app.config["SETTINGS"], "mail_server", "127.0.0.1")
    monkeypatch.setitem(app.config["SETTINGS"], "mail_port", port)
    yield handler.mails
    controller.stop()


@pytest.mark.requirement("RA-3-21")
def test_a_mail_with_umlauts_arrives_as_it_was_written(app, templates, box):
    send(a_mail())
    (mail,) = box
    assert mail["Subject"] == "Größe der Änderung: Straße"
    assert str(mail["From"]) == "Stadt Ölsa <beteiligung@portal.example>"
    assert mail["To"] == "person@uebung.example"
    assert mail["Message-ID"] == "<17@portal.example>"
    assert mail.get_body(("plain",)).get_content().splitlines()[:2] == ["Guten Tag,", "Straße"]
    assert "<p>Straße</p>" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("field", ["to", "sender_name", "title"])
def test_a_line_break_puts_no_header_into_a_mail(app, templates, field):
    injected = "x@uebung.example\r\nBcc: everybody@uebung.example"
    try:
        mail = a_mail(**{field: injected})
    except ValueError:
        return
    assert field == "title", "a name or an address with a line break is refused"
    assert mail["Bcc"] is None
    assert "Bcc" not in mail["Subject"]


def test_without_a_server_a_mail_lands_in_the_folder(app, templates):
    send(a_mail())
    send(a_mail(number="18"))
    paths = sorted(mail_folder().glob("*.eml"))
    assert len(paths) == 2
    assert message_from_bytes(paths[0].read_bytes(), policy=policy.default)["Subject"].startswith("Größe")


def test_a_mail_says_how_to_end_it_and_that_no_person_wrote_it(app, templates):
    mail = a_mail(unsubscribe="https://portal.example/end")
    assert mail["List-Unsubscribe"] == "<https://portal.example/end>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_same_number_makes_the_same_message_id(app, templates):
    assert a_mail()["Message-ID"] == a_mail()["Message-ID"] != a_mail(number="18")["Message-ID"]
