"""The log of what concerns security: what has a line, what the line says, what never stands in it."""

import logging
import re
from datetime import timedelta

import pytest
from flask.logging import default_handler

from participation.interfaces import Role
from participation.kernel.clock import now
from participation.pages import account_links
from participation.web import security_log
from tests.promises.people import Device

FACT = re.compile(r"(\w+)=(\S+)")


@pytest.fixture
def lines(caplog):
    """The lines so far, each as its facts; asking empties them."""
    caplog.set_level(logging.INFO, logger="participation.security")

    def read():
        found = [dict(FACT.findall(text)) for text in caplog.messages if text.startswith("security ")]
        caplog.clear()
        return found

    return read


def names(found):
    return [line["event"] for line in found]


def test_every_log_in_has_a_line_the_right_and_the_wrong(world, app, at, lines):
    person, device = world.person(), Device(app)
    device.post("/-/log-in", email="niemand@uebung.example", password="falsch-falsch")
    device.post("/-/log-in", email=person.email, password="falsch-falsch")
    unknown, wrong = lines()
    assert (unknown["event"], unknown["way"], unknown["person"]) == ("log_in_failed", "password", "-")
    assert (wrong["event"], wrong["person"], wrong["endpoint"]) == ("log_in_failed", str(person.id), "account.log_in")
    with at(now().replace(minute=5, second=10)):
        world.code(person)
        half = device.post("/-/log-in", email=person.email, password=world.password)
        device.post(half.location, code="000000")
        device.post(half.location, code=world.code(person))
        device.press("/-/settings", "/-/log-out")
        found = lines()
    assert names(found) == ["log_in_half", "log_in_failed", "log_in", "log_out"]
    assert (found[1]["way"], found[2]["factors"]) == ("code", "2")
    assert {line["person"] for line in found} == {str(person.id)}


def test_what_is_refused_has_a_line(world, app, lines):
    tenant, person, device = world.tenant("amt"), world.person(), Device(app, linting=False)
    device.client.get("/amt/-/team")
    world.log_in(device.client, person)
    device.client.get("/amt/-/team")
    device.client.post("/-/settings", data={"name": "Neu"})
    device.client.post("/-/settings", data={"name": "Neu"}, headers={"Origin": "https://foreign.example"})
    device.client.get("/-/confirm/none")
    found = lines()
    assert names(found) == ["log_in_needed", "refused", "forged_form", "foreign_origin", "link_over"]
    assert [line["status"] for line in found] == ["302", "403", "400", "403", "410"]
    assert (found[1]["person"], found[1]["tenant"]) == (str(person.id), tenant.slug)


def test_staff_of_another_authority_and_what_is_not_announced_leave_a_line_although_they_see_nothing(world, app, lines):
    here, elsewhere = world.tenant("amt"), world.tenant("anderswo")
    device = Device(app, linting=False)
    world.log_in(device.client, world.staff(elsewhere, Role.TENANT_ADMIN))
    assert device.client.get(f"/{here.slug}/-/team").status_code == 404
    assert device.client.get(f"/{here.slug}/-/nowhere").status_code == 404
    assert names(lines()) == ["refused"], "a page that is not there is no refusal"


def test_a_limit_that_is_reached_has_a_line(world, app, lines, monkeypatch):
    monkeypatch.setattr(account_links, "register_wait", lambda _who: timedelta(minutes=3))
    Device(app).post("/-/forgotten", email="wer@uebung.example")
    (line,) = lines()
    assert (line["event"], line["status"], line["endpoint"]) == ("limit_reached", "429", "account.forgotten")


def test_a_wrong_key_of_a_program_has_a_line(app, lines):
    app.test_client().get("/api/v1/tenants", headers={"Authorization": "Bearer bp_geheimer-schluessel"})
    (line,) = lines()
    assert (line["event"], line["status"]) == ("key_refused", "401")


def test_no_line_tells_an_address_a_name_or_what_was_typed(world, app, caplog):
    caplog.set_level(logging.INFO, logger="participation.security")
    person, device = world.person(name="Anna Auffällig"), Device(app)
    for email in (person.email, "x\r\nsecurity event=log_in person=1@uebung.example", "auffaellig@uebung.example"):
        device.post("/-/log-in", email=email, password="geheim-geheim-geheim")
    app.test_client().get("/-/confirm/ein-geheimer-link", environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    text = "\n".join(caplog.messages)
    assert "log_in_failed" in text
    for word in (person.email, "Auffällig", "auffaellig", "geheim", "203.0.113", "uebung.example"):
        assert word not in text
    assert all(line.count("event=") == 1 for line in caplog.messages if line.startswith("security "))


def test_a_value_is_one_word_and_short(app, caplog):
    caplog.set_level(logging.INFO, logger="participation.security")
    security_log.note("odd", what="a b=c\nd\x1b[31m" + "x" * 200, nothing="")
    (line,) = caplog.messages
    assert re.fullmatch(r"security event=odd what=a_b_c_d__31mx{68} nothing=-", line)


def test_all_lines_of_a_request_carry_its_number_and_no_other_does(app):
    record = logging.LogRecord("participation.x", logging.INFO, __file__, 1, "words", None, None)
    with app.test_request_context("/"):
        first, second = default_handler.format(record), default_handler.format(record)
    with app.test_request_context("/"):
        other = default_handler.format(record)
    number = re.compile(r" request=([0-9a-f]{12})$")
    assert number.search(first)[1] == number.search(second)[1] != number.search(other)[1]
    assert "request=" not in default_handler.format(record)
