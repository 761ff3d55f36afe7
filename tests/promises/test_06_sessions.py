"""Promise 6: sessions end when they should. Each case copies the cookie of a log-in and goes on with the copy."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from participation.access.members import end_work
from participation.access.team import give_role, take_grant, team_of
from participation.accounts import second_factor as factor
from participation.accounts.changes import block, change_email
from participation.accounts.erasure import erase
from participation.accounts.models import LoginSession, Person, Token
from participation.accounts.passwords import hash_password
from participation.accounts.services import send_link, set_password
from participation.accounts.tokens import sign
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from tests.promises.people import Device, code_now

PLACES = ("/-/settings", "/-/participation", "/-/sessions", "/-/data", "/-/second-factor")


class Life:
    """Somebody of the staff with a second factor, logged in; `copy` holds the cookies of that log-in."""

    def __init__(self, world, app, at):
        self.world, self.at = world, at
        self.tenant = world.tenant()
        self.person = world.staff(self.tenant, Role.MODERATOR)
        world.code(self.person)
        self.own = Device(app)
        world.log_in(self.own.client, self.person, staff=True)
        self.copy = self.own.copied()
        assert self.opened(self.copy) == len(self.places), "before the case the copy is in"

    @property
    def places(self):
        return (*PLACES, f"/{self.tenant.slug}/-/moderation", f"/{self.tenant.slug}/-/keys")

    def opened(self, device):
        """How many of the personal pages and pages of the staff answer a device."""
        return sum(device.client.get(path).status_code == 200 for path in self.places)

    def does(self, act):
        """Do something to the person inside a transaction."""
        with transaction():
            act(db.session.get_one(Person, self.person.id))


def log_out(life):
    life.own.press("/-/settings", "/-/log-out")


def blocked(life):
    life.does(block)


def password_changed(life):
    life.does(lambda person: set_password(person, hash_password("drei bunte Kiesel")))


def mail_changed(life):
    life.does(lambda person: send_link("change_email", "neu@uebung.example", None, person_id=person.id))
    token = db.session.scalars(select(Token)).one()
    life.does(lambda _person: change_email(sign(token), None))


def factor_changed(life):
    """By the person, on the own device: the key of the own cookie is another one then, too."""
    answer = life.own.post("/-/second-factor", act="device")
    key = factor.offered_key(life.person.id)
    assert life.own.post(answer.location, code=code_now(key)).status_code == 200
    assert life.opened(life.own) == len(life.places), "who changed it stays in"


def factor_reset(life):
    life.does(lambda person: factor.reset(person, life.tenant.id, actor_id=None))


def role_given(life):
    life.does(lambda person: give_role(person.id, Role.MANAGER, life.tenant.id))


def role_taken(life):
    life.does(lambda _person: take_grant(team_of(life.tenant.id)[0].grant_id, life.tenant.id))


def work_ended(life):
    life.does(lambda person: end_work(person.id, life.tenant.id, actor_id=0))


def others_ended(life):
    """The copy is another device here; it goes, this one stays."""
    life.copy = Device(life.world.app)
    life.world.log_in(life.copy.client, life.person, staff=True)
    assert life.opened(life.copy) == len(life.places)
    life.own.press("/-/sessions", "/-/sessions/end-others")
    assert life.opened(life.own) == len(life.places), "this one stays"


def erased(life):
    life.does(lambda person: erase(person, rename=lambda: "Jemand"))


def logged_in_anew(life):
    """A new log-in in the same browser: what the browser held before is dead."""
    half = life.own.post("/-/log-in-link", email=life.person.email)
    assert half.status_code == 302
    token = db.session.scalars(select(Token).where(Token.purpose == "log_in")).one()
    life.own.post(f"/-/confirm/{sign(token)}")


CASES = (
    log_out, blocked, password_changed, mail_changed, factor_changed, factor_reset, role_given, role_taken, work_ended,
    others_ended, erased, logged_in_anew,
)  # fmt: skip


@pytest.mark.requirement("RA-5.1.7-01")
def test_no_copied_cookie_works_after_the_end(world, app, at, figure):
    assert len(CASES) == 12
    left = {}
    with at(now().replace(minute=5, second=10)):
        for case in CASES:
            life = Life(world, app, at)
            case(life)
            left[case.__name__] = life.opened(life.copy)
            with transaction():
                db.session.execute(delete(Token))
    figure(f"{len(CASES)} cases, {sum(left.values())} further successful requests of copied cookies")
    assert {name: number for name, number in left.items() if number} == {}


ENDS = {  # who, staff, how long away, whether that is the end
    "staff idle 31 minutes": (True, timedelta(minutes=31), False, True),
    "staff idle 28 minutes": (True, timedelta(minutes=28), False, False),
    "staff busy for 10 hours": (True, timedelta(hours=10), True, True),
    "staff busy for 9 hours 40": (True, timedelta(hours=9, minutes=40), True, False),
    "resident idle 2 hours": (False, timedelta(hours=2), False, True),
    "resident idle 1 hour 58": (False, timedelta(hours=1, minutes=58), False, False),
    "resident busy for 24 hours": (False, timedelta(hours=24), True, True),
    "resident busy for 23 hours": (False, timedelta(hours=23), True, False),
}


def test_log_ins_end_when_idle_and_after_their_longest_time(world, app, at, figure):
    begun, wrong = now(), []
    for name, (staff, away, busy, is_over) in ENDS.items():
        device = Device(app)
        with at(begun):
            world.log_in(device.client, world.person(), staff=staff)
        if busy:
            for minutes in range(20, int(away.total_seconds() // 60), 20):
                with at(begun + timedelta(minutes=minutes)):
                    assert device.is_in()
        with at(begun + away):
            if device.is_in() is is_over:
                wrong.append(name)
    figure(f"{len(ENDS)} lifetimes, {len(wrong)} wrong")
    assert wrong == []


def test_the_key_is_a_new_one_at_each_step_of_logging_in(world, app, at, figure):
    """What a browser held before a step is dead after it, so nobody can be given a key to wait with (fixation)."""
    person, device, seen = world.person(), Device(app), []
    with at(now().replace(minute=5, second=10)):
        world.code(person)
        device.client.get("/-/log-in")
        seen.append(device.key())
        half = device.post("/-/log-in", email=person.email, password=world.password)
        seen.append(device.key())
        copy = device.copied()
        assert device.post(half.location, code=world.code(person)).status_code == 302
        seen.append(device.key())
        anew = Device(app)
        anew.client.set_cookie(app.config["SESSION_COOKIE_NAME"], seen[2])
        assert anew.is_in()
    dead = [not Device.with_key(app, key).is_in() for key in seen[:2]]
    figure(f"{len(set(seen))} keys in {len(seen)} steps, {dead.count(False)} of {len(dead)} earlier ones still work")
    assert len(set(seen)) == 3
    assert dead == [True, True]
    assert not copy.is_in()
    rows = db.session.scalars(select(LoginSession.key_hash)).all()
    assert all(key not in rows for key in seen), "the database holds hashes, not keys"


def test_showing_again_who_one_is_makes_a_new_key_and_the_old_one_is_dead(world, app, at):
    person, device = world.person(), Device(app)
    world.log_in(device.client, person, proven=False)
    other, copy, before = Device(app), device.copied(), device.key()
    world.log_in(other.client, person, proven=False)
    with at(now() + timedelta(minutes=16)):
        assert device.press("/-/sessions", "/-/sessions/end-others").status_code == 403, "ending log-ins asks again"
        assert (other.is_in(), device.key()) == (True, before)
        ended = device.press("/-/sessions", "/-/sessions/end-others", again_password=world.password)
        assert ended.status_code == 302
        assert device.key() != before
        assert [one.is_in() for one in (device, copy, other)] == [True, False, False]
        number = db.session.scalars(select(LoginSession.id)).one()
        assert device.press("/-/sessions", f"/-/sessions/{number}/end").status_code == 302, "15 minutes nobody asks"


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_cookie_is_as_the_table_says(world, make_app, at, secure):
    site = make_app(base_url="https://portal.example" if secure else "http://localhost", trusted_hosts=["localhost"])
    person, device = world.person(), Device(site)
    answer = device.post("/-/log-in", email=person.email, password=world.password)
    found = next(text for text in answer.headers.getlist("Set-Cookie") if re.match(r"(__Host-)?s=", text))
    parts = {part.strip() for part in found.split(";")[1:]}
    assert found.startswith("__Host-s=") is secure
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if secure else set())
