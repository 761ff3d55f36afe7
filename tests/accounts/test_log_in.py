"""Logging in and out, sessions, limits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.accounts import limits, passwords
from participation.accounts.changes import block
from participation.accounts.models import LoginSession, Person
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.testing.world import HASH


def logs_in(client, post, person, password, url="/-/log-in"):
    return post(client, url, email=person.email, password=password)


def is_in(client) -> bool:
    return client.get("/-/settings").status_code == 200


@pytest.mark.requirement("RA-3-06")
def test_somebody_logs_in_with_address_and_password(world, client, post):
    person = world.person()
    answer = post(client, "/-/log-in", email=f"  {person.email.upper()} ", password=world.password)
    assert answer.status_code == 302
    assert is_in(client)


def test_a_hash_with_other_costs_is_made_again_at_log_in(world, client, post):
    person = world.person()
    logs_in(client, post, person, world.password)
    db.session.expire_all()
    fresh = db.session.get_one(Person, person.id).password_hash
    assert fresh != HASH
    assert "m=19456,t=2,p=1" in fresh
    assert passwords.is_right(world.password, fresh)


def test_wrong_unknown_unconfirmed_blocked_and_passwordless_people_get_the_same_answer(world, app, post):
    blocked = world.person()
    with transaction():
        block(blocked)
    right, wrong = world.password, "falsch-falsch-falsch"
    tries = [(world.person().email, wrong), ("niemand@uebung.example", right), (blocked.email, right)]
    tries += [(world.person(confirmed=False).email, right), (world.person(account=False).email, right)]
    answers = set()
    for email, password in tries:
        answer = post(app.test_client(), "/-/log-in", email=email, password=password)
        text = answer.get_data(as_text=True).replace(email, "ADDRESS")
        answers.add((answer.status_code, text[: text.index("csrf_token")], text.count("kern-error")))
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_an_unknown_address_costs_a_hash_too(app, monkeypatch):
    seen = []
    real = passwords._hasher.verify
    monkeypatch.setattr(passwords, "_hasher", type("Hasher", (), {
        "verify": staticmethod(lambda stored, password: seen.append(stored) or real(stored, password)),
        "hash": staticmethod(passwords._hasher.hash),
    }))  # fmt: skip
    assert passwords.is_right("irgendein-passwort", None) is False
    assert len(seen) == 1


def test_the_session_of_before_is_dead_after_logging_in_again(world, app, post):
    person = world.person()
    first, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    world.log_in(first, person)
    old = first.get_cookie(name).value
    press = first.get("/-/settings")
    token = press.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    first.post("/-/log-in", data={"csrf_token": token, "email": person.email, "password": world.password})
    assert first.get_cookie(name).value != old
    copy = app.test_client()
    copy.set_cookie(name, old)
    assert not is_in(copy)
    assert is_in(first)


def test_a_form_cookie_of_before_logging_in_says_nothing_about_the_person(world, app, post):
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    client.get("/-/log-in")
    before = client.get_cookie(name).value
    logs_in(client, post, world.person(), world.password)
    copy = app.test_client()
    copy.set_cookie(name, before)
    assert is_in(client)
    assert not is_in(copy)


def test_logging_out_kills_a_copied_cookie(world, app, press):
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    world.log_in(client, world.person())
    copy = app.test_client()
    copy.set_cookie(name, client.get_cookie(name).value)
    assert is_in(copy)
    assert press(client, "/-/settings", "/-/log-out").status_code == 302
    assert not is_in(client)
    assert not is_in(copy)


def test_a_log_in_needs_the_token_of_its_form(world, client):
    person = world.person()
    answer = client.post("/-/log-in", data={"email": person.email, "password": world.password})
    assert answer.status_code == 400
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_ten_wrong_tries_in_an_hour_shut_strangers_out_but_not_the_owner(world, app, post, press, at, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "NOBODY", passwords._hasher.hash("nobody"))
    person, owner, stranger = world.person(), app.test_client(), app.test_client()
    with at(now().replace(minute=5)):
        assert logs_in(owner, post, person, world.password).status_code == 302  # one try on a new device
        press(owner, "/-/settings", "/-/log-out")
        codes = [logs_in(stranger, post, person, "falsch-falsch-falsch").status_code for _ in range(10)]
        assert codes == [422] * 10, "the right one of before does not count"
        assert logs_in(stranger, post, person, world.password).status_code == 429
        assert logs_in(owner, post, person, world.password).status_code == 302


def test_a_network_may_try_thirty_passwords_in_an_hour(app, at):
    with at(now().replace(minute=5)):
        waits = [limits.password_wait(f"p{n}@uebung.example", device="", network="n") for n in range(31)]
        assert waits == [timedelta(0)] * 30 + [timedelta(minutes=2)]
        assert not limits.password_wait("p1@uebung.example", device="", network="another")
        registered = [limits.register_wait("n") for _ in range(21)]
    assert registered == [timedelta(0)] * 20 + [timedelta(minutes=3)]


def test_staff_sessions_are_shorter(world, app, post):
    staff = world.staff(world.tenant(), Role.MODERATOR)
    resident, lengths = world.person(), []
    for person in (staff, resident):
        logs_in(app.test_client(), post, person, world.password)
        row = db.session.scalars(select(LoginSession).where(LoginSession.person_id == person.id)).one()
        lengths.append(row.ends_at - row.created_at)
    assert lengths == [timedelta(hours=10), timedelta(hours=24)]


def test_the_list_of_log_ins_shows_the_device_and_ends_one(world, app, post, press):
    person, here, there = world.person(), app.test_client(), app.test_client()
    there.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    logs_in(there, post, person, world.password)
    logs_in(here, post, person, world.password)
    page = here.get("/-/sessions").get_data(as_text=True)
    assert "Firefox, Windows" in page
    assert "Gecko" not in page
    number = page.split("/-/sessions/")[1].split("/end")[0]
    press(here, "/-/sessions", f"/-/sessions/{number}/end")
    assert not is_in(there)
    assert is_in(here)


def test_nobody_ends_the_log_in_of_somebody_else(world, app, press):
    victim, attacker = app.test_client(), app.test_client()
    world.log_in(victim, world.person())
    number = db.session.scalars(select(LoginSession.id)).one()
    world.log_in(attacker, world.person())
    press(attacker, "/-/sessions", f"/-/sessions/{number}/end")
    assert is_in(victim)


def test_blocking_ends_every_log_in_at_once(world, client):
    person = world.person()
    world.log_in(client, person)
    with transaction():
        block(person)
    assert not is_in(client)


def test_pages_of_the_account_lead_to_the_log_in_and_back(world, client, post):
    tenant, person = world.tenant(), world.person()
    answer = client.get(f"/{tenant.slug}/-/settings")
    assert answer.status_code == 302
    back = logs_in(client, post, person, world.password, url=answer.location)
    assert back.location == f"/{tenant.slug}/-/settings"
    english = client.get("/en/-/sessions")
    assert english.status_code == 200


def test_personal_pages_are_not_stored_by_caches(world, client):
    world.log_in(client, world.person())
    answer = client.get("/-/participation")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("works_here", "asked", "place"),
    [
        (True, "", "/{slug}/-/staff?done=logged-in"),
        (True, "?next=/-/settings", "/-/settings"),
        (False, "", "/{slug}/-/participation?done=logged-in"),
    ],
)
def test_moderators_land_where_their_work_waits_unless_they_asked_for_a_page(
    world, client, post, works_here, asked, place
):
    tenant = world.tenant()
    person = world.staff(tenant, Role.MODERATOR) if works_here else world.person()
    answer = logs_in(client, post, person, world.password, f"/{tenant.slug}/-/log-in{asked}")
    assert answer.location == place.format(slug=tenant.slug)


def test_a_person_without_a_password_makes_one_on_a_page_that_says_so(world, client):
    assert "Passwort vergessen</h1>" in client.get("/-/forgotten").get_data(as_text=True)
    person = world.person(account=False)
    world.log_in(client, person)
    page = client.get("/-/forgotten").get_data(as_text=True)
    assert "Passwort anlegen</h1>" in page
    assert f'value="{person.email}"' in page


def test_after_too_many_tries_the_answer_says_when_to_come_back(world, app, client, post, at, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8, 1))
    person, begun = world.person(), now().replace(microsecond=0)
    with at(begun):
        for _ in range(10):
            logs_in(client, post, person, "falsch-falsch-falsch")
    with at(begun + timedelta(minutes=48)):
        refused = logs_in(client, post, person, world.password)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "720")
        assert "in 12 Minuten" in refused.text
    with at(begun + timedelta(minutes=60)):
        assert logs_in(client, post, person, world.password).status_code == 302


def test_logging_out_clears_what_the_browser_keeps_but_not_which_device_it_is(world, client, post, press):
    person = world.person()
    logs_in(client, post, person, world.password)
    assert "Clear-Site-Data" not in client.get("/-/settings").headers
    left = press(client, "/-/settings", "/-/log-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("k") is not None
