"""Promise 7: accounts cannot be guessed or listed. Known or unknown, the answer is the same; guessing ends soon."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from participation.accounts import passwords
from participation.accounts import second_factor as factor
from participation.accounts.models import Person, SecondFactor, Token
from participation.accounts.tokens import sign
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from tests.promises.people import Device

VARYING = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*|(data-proof=")[^"]*')
NEW = {"name": "Wer Auch Immer", "password": "drei bunte Kiesel", "rules": "y"}
FLOWS = {  # page -> what is sent beside the address
    "/-/log-in": {"password": "falsch-falsch-falsch"},
    "/-/log-in-link": {},
    "/-/forgotten": {},
    "/-/register": NEW,
}


@pytest.fixture
def cheap(monkeypatch):
    """Passwords cost little here: these tests count, they do not measure."""
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "NOBODY", passwords._hasher.hash("nobody"))


def told(answer, email):
    """Everything an answer says: status, headers, bytes; the token and the address that was typed left out."""
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Set-Cookie", "Date"))
    names = [text.partition("=")[0] for text in answer.headers.getlist("Set-Cookie")]
    return answer.status_code, headers, names, VARYING.sub(b"", answer.data).replace(email.encode(), b"")


@pytest.mark.requirement("RA-5.1.7-01")
def test_every_flow_says_the_same_to_every_address(world, app, figure):
    """Known, without password, not confirmed, blocked, unknown: one answer for all of them, byte by byte."""
    blocked = world.person()
    with transaction():
        db.session.get_one(Person, blocked.id).blocked_at = now()
    kinds = {
        "known": world.person().email,
        "without password": world.person(account=False).email,
        "not confirmed": world.person(confirmed=False).email,
        "blocked": blocked.email,
        "unknown": "person-9@uebung.example",
    }
    different, seen = [], 0
    for page, values in FLOWS.items():
        answers = {}
        for name, email in kinds.items():
            answers[name] = told(Device(app).post(page, email=email, **values), email)
            seen += 1
        different += [f"{page}: {name}" for name, answer in answers.items() if answer != answers["unknown"]]
    different += _invitations(world, app, kinds)
    figure(f"{seen + len(kinds)} answers in {len(FLOWS) + 1} flows, {len(different)} tell whether an address is known")
    assert different == []


def _invitations(world, app, kinds):
    """What inviting says to staff: the list of invitations grows by one line, whoever it is."""
    tenant = world.tenant()
    device, admin = Device(app), world.staff(tenant, Role.TENANT_ADMIN)
    world.log_in(device.client, admin, staff=True)
    values = {"role": "editor", "procedure": "0"}
    answers = {name: device.post(f"/{tenant.slug}/-/team", email=email, **values) for name, email in kinds.items()}
    said = {name: (answer.status_code, answer.location, answer.data) for name, answer in answers.items()}
    return [f"team: {name}" for name, answer in said.items() if answer != said["unknown"]]


@pytest.mark.requirement("RA-5.1.7-01")
def test_ten_passwords_and_five_codes_in_any_hour_and_the_owner_is_not_locked_out(world, app, at, cheap, figure):
    person, begun = world.person(), now().replace(minute=50, second=10)
    owner, words, codes = Device(app), [], []
    with at(begun - timedelta(hours=30)):
        world.code(person)
        enter(owner, person, world)
        owner.press("/-/settings", "/-/log-out")
    for minute in range(0, 100, 2):  # around the full hour, where counting by the clock would begin anew
        with at(begun + timedelta(minutes=minute)):
            answer = Device(app).post(
                "/-/log-in", environ=network(minute), email=person.email, password="geraten-geraten"
            )
            words.append((minute, answer.status_code != 429))
    with at(begun + timedelta(minutes=20)):
        assert enter(owner, person, world), "on a known device the owner gets in all the while"
    with at(begun + timedelta(hours=30)):
        half = Device(app)
        page = half.post("/-/log-in", email=person.email, password=world.password).location
    for minute in range(0, 14, 1):
        with at(begun + timedelta(hours=30, minutes=minute)):
            codes.append((minute, half.post(page, code="000000").status_code != 429))
    with at(begun + timedelta(hours=30, minutes=14)):
        again = Device(app)
        page = again.post("/-/log-in", email=person.email, password=world.password).location
        more = [again.post(page, code="000000").status_code != 429 for _ in range(3)]
        assert enter(owner, person, world), "here too"
    most = most_in_an_hour(words), most_in_an_hour(codes) + sum(more)
    figure(f"at most {most[0]} passwords and {most[1]} codes in any hour; the owner got in")
    assert most[0] <= 10
    assert most[1] <= 5


def most_in_an_hour(tries):
    """The most tries that were taken in any stretch of 60 minutes."""
    taken = [minute for minute, was_taken in tries if was_taken]
    return max(sum(start <= minute < start + 60 for minute in taken) for start in taken)


def network(number):
    """Requests come from another network."""
    return {"REMOTE_ADDR": f"198.51.{number}.7"}


def enter(device, person, world):
    """Log in with password and code; whether that went well."""
    half = device.post("/-/log-in", email=person.email, password=world.password)
    if half.status_code != 302 or "/second-factor/" not in half.location:
        return device.is_in()
    key = factor.opened(db.session.scalar(select(SecondFactor.secret).where(SecondFactor.person_id == person.id)))
    return device.post(half.location, code=pyotp.TOTP(key).at(now())).status_code == 302


@pytest.mark.requirement("RA-5.1.7-01")
def test_an_address_gets_three_mails_in_an_hour_over_all_flows(world, app, mails, at, figure):
    tenant, victim = world.tenant(), world.person()
    admin, number = Device(app), 0
    world.log_in(admin.client, world.staff(tenant, Role.TENANT_ADMIN), staff=True)
    procedure = world.procedure(tenant)
    with at(now().replace(minute=5)):
        for page, values in FLOWS.items():
            for _ in range(3):
                Device(app).post(page, email=victim.email, **values)
                number += 1
        for _ in range(3):
            admin.post(f"/{tenant.slug}/-/team", email=victim.email, role="editor", procedure="0")
            Device(app).post(f"/{tenant.slug}/{procedure.slug}/-/subscribe", email=victim.email)
            number += 2
        sent = [mail for mail in mails() if mail["To"] == victim.email]
    figure(f"{len(sent)} mails to one address, asked for {number} times in an hour")
    assert 0 < len(sent) <= 3


@pytest.mark.requirement("RA-5.1.7-01")
def test_opening_a_link_uses_nothing_up(world, app, figure):
    """Scanners of mail open every link: each page with a link in its address, found among the routes."""
    tenant, person = world.tenant(), world.person()
    data = {"language": "de", "role": "editor", "procedure_id": None, "name": "Neu", "password_hash": "x"}
    purposes = {"account.confirm": "log_in", "account.new_password": "password", "account.new_email": "change_email",
                "account.invitation": "invite", "account.erase": "erase"}  # fmt: skip
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "token" in rule.arguments and "GET" in rule.methods}
    assert {endpoint for endpoint in found if endpoint.startswith("account.")} == set(purposes), (
        "a page with a link is new"
    )
    used = []
    for endpoint, purpose in purposes.items():
        with transaction():
            row = Token(tenant_id=tenant.id, person_id=person.id, purpose=purpose, email=person.email, data=data,
                        created_at=now(), expires_at=now() + timedelta(hours=1))  # fmt: skip
            db.session.add(row)
        with app.test_request_context():
            path = app.url_for(endpoint, tenant=tenant.slug, token=sign(row))
        for method in ("GET", "HEAD", "GET", "OPTIONS"):
            assert Device(app).client.open(path, method=method).status_code == 200
        db.session.expire_all()
        used += [endpoint] if db.session.get_one(Token, row.id).used_at else []
    figure(f"{len(purposes)} pages with a link opened four times each, {len(used)} links used up")
    assert used == []


def test_an_expired_invitation_stays_expired_through_every_other_door(world, app, mails, at, figure):
    tenant, email = world.tenant(), "neu@uebung.example"
    admin = Device(app)
    world.log_in(admin.client, world.staff(tenant, Role.TENANT_ADMIN), staff=True)
    admin.post(f"/{tenant.slug}/-/team", email=email, role="tenant_admin", procedure="0")
    link = sign(db.session.scalars(select(Token).where(Token.purpose == "invite")).one())
    doors = []
    with at(now() + timedelta(days=8)):
        for page, values in FLOWS.items():
            Device(app).post(f"/{tenant.slug}{page}", email=email, **values)
        for token in db.session.scalars(select(Token).where(Token.email == email, Token.purpose != "invite")).all():
            purpose, signed = token.purpose, sign(token)
            place = {"password": "new-password"}.get(purpose, "confirm")
            device = Device(app)
            device.post(f"/{tenant.slug}/-/{place}/{signed}", password="drei bunte Kiesel")
            doors.append(device.client.get(f"/{tenant.slug}/-/team").status_code)
        late = Device(app).client.get(f"/{tenant.slug}/-/invitation/{link}").status_code
    from_grants = db.session.scalar(select(func.count()).select_from(Person).where(Person.email == email))
    figure(f"{len(doors)} other doors tried after the end, {doors.count(200)} led to the back office")
    assert len(doors) == 3
    assert 200 not in doors
    assert (late, from_grants) == (410, 1)


def test_a_forwarded_header_changes_neither_limit_nor_log(world, app, at, caplog, cheap, figure):
    """Each try claims another address; they are counted as the one network they come from."""
    taken, begun = 0, now()
    for number in range(40):
        claimed = f"203.0.{number}.9"
        headers = {
            "X-Forwarded-For": claimed,
            "X-Real-IP": claimed,
            "Forwarded": f"for={claimed}",
            "Client-IP": claimed,
        }
        values = {"email": f"p{number}@uebung.example", "password": "falsch-falsch"}
        with at(begun):
            taken += Device(app).post("/-/log-in", headers=headers, **values).status_code != 429
    seen = [record for record in caplog.records if "203.0." in record.getMessage()]
    figure(f"{taken} of 40 tries with forged addresses taken (the limit is 30), {len(seen)} in the log")
    assert taken == 30
    assert seen == []
