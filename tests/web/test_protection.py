"""Sessions and forged requests: no cookie for readers, a token and the right origin for every change."""

import re
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from participation.accounts.models import LoginSession
from participation.accounts.sessions import IDLE, IDLE_STAFF, LONGEST
from participation.interfaces import Role
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction

FORMS = {"account", "reports", "subscriptions", "codes", "guests"}  # uncached, with a cookie for the token


def newest_token(site):
    """The token that stands in the forms of whoever logged in last."""
    db.session.rollback()
    value = db.session.scalar(select(LoginSession.csrf).order_by(LoginSession.id.desc()))
    return URLSafeTimedSerializer(site.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(value)


@pytest.fixture
def member(site, world):
    """Somebody who is logged in."""
    client = site.test_client()
    world.log_in(client, world.person())
    return client


def test_a_post_without_a_token_is_refused_and_keeps_the_words(member):
    answer = member.post("/-/open", data={"text": "Meine lange Stellungnahme"})
    assert answer.status_code == 400
    assert "Meine lange Stellungnahme" in answer.text


def test_a_form_that_stood_open_too_long_asks_nobody_to_log_in(visitor, member):
    for client in (visitor, member):
        empty = client.post("/-/open", data={})
        assert "zu lange offen" in empty.text
        assert "melden Sie sich" not in empty.text
        assert "Ihr Text ist nicht verloren" not in empty.text
        assert "Ihr Text ist nicht verloren" in client.post("/-/open", data={"text": "Da"}).text


def test_a_form_whose_log_in_has_ended_offers_to_log_in_and_to_come_back(member):
    with standing_at(now() + IDLE * 3):
        answer = member.post("/-/open", data={"text": "Da"}, headers={"Referer": "http://localhost/-/open?a=1"})
    assert answer.status_code == 401
    assert "länger nicht aktiv" in answer.text
    assert re.search(r'href="/-/log-in\?next=/-/open(\?|%3F)a(=|%3D)1"', answer.text)
    assert ">Da</textarea>" in answer.text.replace("\n", "")


def test_the_page_before_is_only_ever_one_of_ours(visitor):
    answer = visitor.post("/-/open", data={}, headers={"Referer": "https://evil.example/-/open"})
    assert "evil.example" not in answer.text
    assert "Zur Seite davor" not in answer.text


def test_a_post_with_the_token_of_the_session_is_taken(site, member):
    assert member.post("/-/open", data={"csrf_token": newest_token(site), "text": "x"}).status_code == 200


def test_the_token_of_somebody_else_is_refused(site, world, member):
    foreign = newest_token(site)
    other = site.test_client()
    world.log_in(other, world.person())
    assert other.post("/-/open", data={"csrf_token": foreign}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(site, member, headers, status):
    answer = member.post("/-/open", data={"csrf_token": newest_token(site)}, headers=headers)
    assert answer.status_code == status


def test_reading_from_anywhere_is_free(visitor):
    assert visitor.get("/-/open", headers={"Origin": "https://evil.example"}).status_code == 200


@pytest.mark.requirement("RA-5.1.7-02", "RA-3-04")
def test_a_reader_gets_no_cookie_on_any_page(app, world):
    """Every address that answers GET is opened with a procedure that is there."""
    procedure = world.procedure()
    contribution = world.contribution(procedure, place="here")
    known = {
        "tenant": procedure.tenant.slug, "procedure": procedure.slug, "activity": "a",
        "reference": contribution.reference,
        "key": "imprint", "token": "x", "path": "css/app.css", "module": "probe", "name": "notes", "format": "csv",
    }  # fmt: skip
    opened = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.partition(".")[0] in {*FORMS, "development"}:
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda name: known.get(name[1], "x"), rule.rule)
        answer = app.test_client().get(path, buffered=True)
        assert answer.status_code < 500, path
        assert "Set-Cookie" not in answer.headers or rule.endpoint == "contributions.draft", path
        opened += answer.status_code == 200
    assert opened > 5


def test_no_row_is_written_for_a_reader(visitor, app):
    visitor.get("/-/open")
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0


@pytest.mark.parametrize("value", ["", "x", "f.", "f.x", "f.aaaa.bbbb.cccc", "ä", "0" * 3000])
def test_an_odd_cookie_is_nobody(site, visitor, value):
    visitor.set_cookie(site.config["SESSION_COOKIE_NAME"], value)
    assert visitor.get("/-/open").status_code == 200
    assert visitor.get("/-/mine").status_code == 302


@pytest.mark.parametrize(("staff", "idle"), [(False, IDLE), (True, IDLE_STAFF)])
def test_a_log_in_ends_when_it_is_not_used(site, world, visitor, staff, idle):
    person = world.staff(world.tenant(), Role.MANAGER) if staff else world.person()
    world.log_in(visitor, person, staff=staff)
    started = now()
    with standing_at(started + idle - timedelta(minutes=1)):
        assert visitor.get("/-/mine").status_code == 200
    with standing_at(started + idle * 2 - timedelta(minutes=2)):
        assert visitor.get("/-/mine").status_code == 200, "using it keeps it"
    with standing_at(started + idle * 3):
        assert visitor.get("/-/mine").status_code == 302


def test_a_log_in_ends_after_a_day_at_the_latest(site, world, visitor):
    world.log_in(visitor, world.person())
    started = now()
    for hours in range(1, 24):
        with standing_at(started + timedelta(hours=hours)):
            assert visitor.get("/-/mine").status_code == 200
    with standing_at(started + LONGEST):
        assert visitor.get("/-/mine").status_code == 302


def test_somebody_who_is_blocked_is_logged_out(site, world, visitor):
    person = world.person()
    world.log_in(visitor, person)
    assert visitor.get("/-/mine").status_code == 200
    with transaction():
        person.blocked_at = now()
    assert visitor.get("/-/mine").status_code == 302
