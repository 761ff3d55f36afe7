"""The second factor: what it takes, what it refuses, who gets in without it (nobody of the staff)."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from participation.accounts import second_factor as factor
from participation.accounts.erasure import erase
from participation.accounts.models import LoginSession, Person, RecoveryCode, SecondFactor
from participation.accounts.second_factor import opened
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Invalid

KEY = re.compile(r"<code>([A-Z2-7 ]{32,})</code>")
PAPER = re.compile(r"<code>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})</code>")


@pytest.fixture
def tenant(world):
    return world.tenant()


@pytest.fixture
def staff(world, tenant):
    return world.staff(tenant, Role.TENANT_ADMIN)


@pytest.fixture(autouse=True)
def _middle_of_a_step(at):
    """A clock that stands in the middle of a half minute, so that no test meets its end."""
    with at(now().replace(minute=5, second=10)):
        yield


def is_in(client) -> bool:
    return client.get("/-/settings").status_code == 200


def code_of(person, steps=0):
    key = opened(db.session.scalar(select(SecondFactor.secret).where(SecondFactor.person_id == person.id)))
    return pyotp.TOTP(key).at(now() + timedelta(seconds=30 * steps))


def password(client, post, person, world, url="/-/log-in"):
    return post(client, url, email=person.email, password=world.password)


def set_up(client, post, start="/-/second-factor"):
    """The three pages of setting it up; returns the page with the recovery codes."""
    answer = post(client, start, act="device")
    key = KEY.search(client.get(answer.location).get_data(as_text=True))[1].replace(" ", "")
    return post(client, answer.location, code=pyotp.TOTP(key).at(now()))


def names() -> list[str]:
    return list(db.session.scalars(select(EventRow.name).where(EventRow.name.like("accounts.%")).order_by(EventRow.id)))


@pytest.mark.requirement("RA-5.1.7-01")
def test_staff_set_it_up_on_their_way_and_land_on_the_page_they_wanted(world, client, post, tenant, staff):
    password(client, post, staff, world)
    team = f"/{tenant.slug}/-/team"
    led = client.get(team)
    assert (led.status_code, led.location) == (302, f"/{tenant.slug}/-/second-factor?next={team}")
    assert "nötig" in client.get(led.location).text
    page = set_up(client, post, led.location)
    assert page.status_code == 200
    assert f'href="{team}"' in page.text, "and on to the page they wanted"
    assert len(set(PAPER.findall(page.text))) == 10
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(team).status_code == 200
    assert "accounts.second_factor_set" in names()


def test_the_key_and_the_codes_are_stored_so_that_nobody_can_read_them(world, client, post, staff):
    world.log_in(client, staff, proven=False)
    page = set_up(client, post)
    row = db.session.scalars(select(SecondFactor)).one()
    key = opened(row.secret)
    everything = row.secret + row.offered + "".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert key not in everything
    assert all(code.replace("-", "") not in everything for code in PAPER.findall(page.text))
    told = "".join(str(data) for data in db.session.scalars(select(EventRow.data)))
    assert key not in told
    assert key not in client.get("/-/data").text


def test_a_wrong_first_code_sets_nothing(world, client, post, staff):
    world.log_in(client, staff, proven=False)
    start = post(client, "/-/second-factor", act="device").location
    refused = post(client, start, code="000000")
    assert refused.status_code == 422
    assert "passt nicht" in refused.text
    assert post(client, start, code="").status_code == 422
    assert not factor.is_set(staff.id)


def test_setting_it_up_ends_every_other_log_in(world, app, client, post, staff):
    other = app.test_client()
    world.log_in(other, staff, proven=False)
    world.log_in(client, staff, proven=False)
    set_up(client, post)
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.requirement("RA-5.1.7-01")
def test_after_the_password_nobody_is_logged_in_before_the_code(world, client, post, tenant, staff):
    world.code(staff)
    half = password(client, post, staff, world, f"/{tenant.slug}/-/log-in?next=/-/sessions")
    assert half.location == f"/{tenant.slug}/-/second-factor/code?next=/-/sessions"
    assert not is_in(client)
    assert client.get(f"/{tenant.slug}/-/team").status_code == 302
    back = client.get("/-/log-in?next=/-/settings")
    assert back.location == "/-/second-factor/code?next=/-/settings", "the log-in page leads on to the code"
    whole = post(client, half.location, code=world.code(staff))
    assert whole.location == "/-/sessions"
    assert is_in(client)
    assert client.get(f"/{tenant.slug}/-/team").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 1, "the half one is gone"


def test_the_key_of_the_cookie_changes_with_the_code(world, app, client, post, staff):
    name = app.config["SESSION_COOKIE_NAME"]
    world.code(staff)
    half = password(client, post, staff, world)
    before = client.get_cookie(name).value
    post(client, half.location, code=world.code(staff))
    copy = app.test_client()
    copy.set_cookie(name, before)
    assert not is_in(copy)


def test_half_a_log_in_ends_after_a_quarter_of_an_hour_and_can_be_broken_off(
    world, app, client, post, press, staff, at
):
    world.code(staff)
    half = password(client, post, staff, world)
    with at(now() + timedelta(minutes=16)):
        assert client.get(half.location).location.startswith("/-/log-in")
    press(client, half.location, "/-/log-out")
    assert client.get(half.location).location.startswith("/-/log-in")


def test_every_way_in_asks_for_the_code(world, client, post, letters, staff):
    world.code(staff)
    post(client, "/-/log-in-link", email=staff.email)
    asked = post(client, letters()[-1][2])
    assert asked.location.startswith("/-/second-factor/code?next=")
    assert not is_in(client)
    post(client, "/-/forgotten", email=staff.email)
    asked = post(client, letters()[-1][2], password="drei bunte Kiesel")
    assert asked.location.startswith("/-/second-factor/code?next=")
    assert not is_in(client)


def test_a_code_works_once(world, app, post, staff):
    code, first, second = world.code(staff), app.test_client(), app.test_client()
    for client, status in ((first, 302), (second, 422)):
        half = password(client, post, staff, world)
        assert post(client, half.location, code=code).status_code == status


def test_of_two_at_the_same_time_only_one_gets_through(world, in_threads, staff):
    code, number = world.code(staff), staff.id

    def use():
        try:
            with transaction():
                factor.prove(db.session.get_one(Person, number), code)
            return True
        except Invalid:
            return False

    assert sorted(in_threads(4, use)) == [False, False, False, True]


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_wrong(world, staff, steps, taken):
    world.code(staff)
    wanted = code_of(staff, steps)
    if taken:
        with transaction():
            factor.prove(staff, wanted)
    else:
        with pytest.raises(Invalid), transaction():
            factor.prove(staff, wanted)


def test_no_older_code_works_after_a_newer_one(world, staff):
    world.code(staff)
    with transaction():
        factor.prove(staff, code_of(staff, 1))
    with pytest.raises(Invalid), transaction():
        factor.prove(staff, code_of(staff, 0))


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "１２３４５６", "00000x", "-12345"])
def test_what_is_no_code_is_refused(world, staff, text):
    world.code(staff)
    with pytest.raises(Invalid), transaction():
        factor.prove(staff, text)


def test_spaces_in_a_code_do_no_harm(world, staff):
    code = world.code(staff)
    with transaction():
        factor.prove(staff, f" {code[:3]} {code[3:]} ")


@pytest.mark.requirement("RA-5.1.7-01")
def test_after_five_wrong_codes_there_is_a_pause_and_the_right_one_does_not_help(world, client, post, staff, at):
    world.code(staff)
    half = password(client, post, staff, world)
    codes = [post(client, half.location, code="000000").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    with at(now() + timedelta(minutes=20)):
        again = password(client, post, staff, world)
        refused = post(client, again.location, code=world.code(staff))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2400")
        assert "40 Minuten" in refused.text
    with at(now() + timedelta(minutes=61)):
        half = password(client, post, staff, world)
        assert post(client, half.location, code=world.code(staff)).status_code == 302


def test_a_right_code_forgives_the_wrong_ones(world, client, post, staff):
    world.code(staff)
    half = password(client, post, staff, world)
    for _ in range(4):
        post(client, half.location, code="000000")
    post(client, half.location, code=world.code(staff))
    assert all(_may_try(staff) for _ in range(5))
    assert not _may_try(staff)


def _may_try(person) -> bool:
    try:
        factor.count_try(person.id)
    except factor.Pause:
        return False
    return True


@pytest.mark.requirement("RA-5.1.7-01")
def test_a_recovery_code_works_once_however_it_is_typed(world, app, client, post, staff):
    world.log_in(client, staff, proven=False)
    code = PAPER.findall(set_up(client, post).text)[3]
    typed = [code.lower().replace("-", " "), code]
    for text, status in zip(typed, (302, 422), strict=True):
        fresh = app.test_client()
        half = password(fresh, post, staff, world)
        assert post(fresh, half.location, recovery=text).status_code == status
    assert factor.codes_left(staff.id) == 9
    assert "accounts.recovery_code_used" in names()


def test_new_recovery_codes_void_the_old_ones(world, app, client, post, staff):
    world.log_in(client, staff, proven=False)
    old = PAPER.findall(set_up(client, post).text)
    new = PAPER.findall(post(client, "/-/second-factor", act="codes").text)
    assert len(new) == 10
    assert not set(old) & set(new)
    with pytest.raises(Invalid), transaction():
        factor.prove(staff, old[0])
    with transaction():
        factor.prove(staff, new[0])


def test_changing_it_asks_for_a_code_when_the_last_is_old(world, client, post, staff, at):
    world.code(staff)
    world.log_in(client, staff)
    with at(now() + timedelta(minutes=16)):
        asked = post(client, "/-/second-factor", act="codes")
        assert (asked.status_code, "mehr als 15 Minuten" in asked.text) == (403, True)
        assert post(client, "/-/second-factor", act="codes", again_code="000000").status_code == 422
        assert factor.codes_left(staff.id) == 0
        assert post(client, "/-/second-factor", act="codes", again_code=world.code(staff)).status_code == 200
        assert factor.codes_left(staff.id) == 10
        assert post(client, "/-/second-factor", act="codes").status_code == 200, "that was a proof"


def test_the_old_device_works_until_the_new_one_has_shown_a_code(world, client, post, staff):
    world.code(staff)
    world.log_in(client, staff)
    before = opened(db.session.scalar(select(SecondFactor.secret)))
    answer = post(client, "/-/second-factor", act="device")
    db.session.expire_all()
    assert opened(db.session.scalar(select(SecondFactor.secret))) == before
    key = KEY.search(client.get(answer.location).text)[1].replace(" ", "")
    assert post(client, answer.location, code=pyotp.TOTP(key).at(now())).status_code == 200
    db.session.expire_all()
    assert opened(db.session.scalar(select(SecondFactor.secret))) == key


def test_residents_may_have_one_and_take_it_off_again_and_staff_may_not(world, app, client, post, staff):
    person = world.person()
    world.log_in(client, person, proven=False)
    set_up(client, post)
    assert "Ausschalten".casefold() in client.get("/-/second-factor").text.casefold()
    half = password(app.test_client(), post, person, world)
    assert half.location.startswith("/-/second-factor/code")
    post(client, "/-/second-factor", act="remove")
    assert not factor.is_set(person.id)
    world.code(staff)
    at_work = app.test_client()
    world.log_in(at_work, staff)
    post(at_work, "/-/second-factor", act="remove")
    assert factor.is_set(staff.id)


def test_a_changed_secret_of_the_server_locks_nothing_open(world, app, staff, monkeypatch):
    code = world.code(staff)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    with pytest.raises(Invalid), transaction():
        factor.prove(staff, code)


def test_the_proof_ends_with_the_log_in(world, client, staff, tenant, at):
    world.log_in(client, staff, staff=True)
    assert client.get(f"/{tenant.slug}/-/team").status_code == 200
    with at(now() + timedelta(minutes=31)):
        assert client.get(f"/{tenant.slug}/-/team").location.startswith(f"/{tenant.slug}/-/log-in")


def test_an_erased_person_leaves_no_key_and_no_codes(world, client, post):
    person = world.person()
    world.log_in(client, person, proven=False)
    set_up(client, post)
    with transaction():
        erase(person, rename=lambda: "Jemand")
    assert db.session.scalar(select(func.count()).select_from(SecondFactor)) == 0
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_a_wrong_code_and_no_second_factor_take_the_same_way(world, monkeypatch):
    """Nothing is compared with `==`: the time says nothing about the digits."""
    seen = []
    monkeypatch.setattr(factor.secrets, "compare_digest", lambda one, two: seen.append(len(one)) or one == two)
    person = world.person()
    world.code(person)
    with pytest.raises(Invalid), transaction():
        factor.prove(person, "000000")
    assert seen == [6, 6, 6]
