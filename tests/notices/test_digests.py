"""Digests: computed from what happened, once for a person and a day, of public things only."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from participation.accounts.models import Person
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel import mail as kernel_mail
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.outbox import LEASE, claim, deliver, work_off
from participation.notices import letters
from participation.notices.models import Digest, Mailing, MailKey, Subscription
from participation.notices.planning import plan_digests
from participation.notices.services import change_rhythm, subscribe
from participation.notices.wishes import Wish
from participation.procedures.advancing import advance
from participation.procedures.entries import Fields, add_entry
from participation.testing.queries import count_queries

MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 6:00 in Berlin
MANAGER = frozenset({Role.MANAGER, Role.TENANT_ADMIN})
DAY = timedelta(days=1)


def follow(world, procedure, person=None, **wish):
    """Subscribe somebody, a minute before whatever the test does at this moment."""
    person = person or world.person()
    with standing_at(now() - timedelta(minutes=1)), transaction():
        subscribe(world.again(procedure), person, Wish(**({"rhythm": "daily"} | wish)))
    return person


def plan():
    with transaction():
        return plan_digests()


def words(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def digests(mails):
    return [mail for mail in mails() if "Neues vom Tag" in mail["Subject"] or "Woche" in mail["Subject"]]


@pytest.fixture
def park(world, at):
    """A procedure that began in summer; the clock stands on a Sunday noon."""
    with at(MONDAY - timedelta(hours=18)):
        return world.procedure(title="Stadtpark", begins=timedelta(days=-60), lasts=timedelta(days=300))


@pytest.mark.requirement("RA-3-21")
def test_a_digest_tells_what_happened_since_the_last_one_and_a_quiet_day_brings_no_mail(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        reader = follow(world, park)
        for number in range(7):
            world.contribution(park, world.person(f"Name {number}"), f"Mehr Bäume, Nummer {number}")
        with transaction():
            add_entry(
                world.again(park), "notice", Fields("Begehung am Samstag", "Treffpunkt Tor", "both", now().date())
            )
    with at(MONDAY):
        assert plan() == 0, "not before seven"
    with at(MONDAY + timedelta(hours=1, minutes=5)):
        assert plan() == 1
        assert plan() == 0
        (mail,) = digests(mails)
    assert mail["To"] == reader.email
    text = words(mail)
    assert "7 neue Beiträge" in text
    assert text.count("Mehr Bäume, Nummer") == 5
    assert "Nummer 0" not in text
    assert "Neue Mitteilung: Begehung am Samstag" in text
    assert f"/{park.tenant.slug}/{park.slug}/" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/end/daily>" in mail["List-Unsubscribe"]
    assert "<li>7 neue Beiträge</li>" in mail.get_body(("html",)).get_content()
    with at(MONDAY + DAY + timedelta(hours=2)):
        assert plan() == 0
        assert len(digests(mails)) == 1


def test_what_is_hidden_meanwhile_or_was_never_public_is_not_told(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        follow(world, park)
        gone = world.contribution(park, source="Geheime Worte")
    with at(MONDAY + timedelta(hours=1)):
        assert plan() == 1
        with transaction():
            contributions.change_state(db.session.get_one(Contribution, gone.id), "hidden", actor_id=None)
        assert digests(mails) == []
    with at(MONDAY + DAY + timedelta(hours=2)):
        plan()
        assert digests(mails) == []


def test_own_contributions_are_no_news(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        me = follow(world, park)
        world.contribution(park, me, "Mein eigener Beitrag")
    with at(MONDAY + timedelta(hours=1)):
        plan()
        assert digests(mails) == []


def test_by_week_comes_on_monday_and_a_change_of_rhythm_loses_nothing(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        weekly = follow(world, park, rhythm="weekly")
        changing = follow(world, park)
    with at(MONDAY + timedelta(hours=4)):
        world.contribution(park, source="Am Montag nach sieben")
        plan()
        assert digests(mails) == [], "nothing had happened by Monday at seven"
    with at(MONDAY + timedelta(hours=6)), transaction():
        row = db.session.scalars(select(Subscription).where(Subscription.person_id == changing.id)).one()
        change_rhythm(row, "weekly")
    with at(MONDAY + 3 * DAY):
        plan()
        assert digests(mails) == []
    with at(MONDAY + 7 * DAY + timedelta(hours=1)):
        assert plan() == 2
        found = digests(mails)
    assert sorted(mail["To"] for mail in found) == sorted([weekly.email, changing.email])
    assert all("Ihre Woche im Überblick" in mail["Subject"] for mail in found)


def test_stages_results_and_phases_are_told_in_a_digest_to_those_who_chose_it(world, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        procedure = world.procedure(title="Radweg", begins=timedelta(days=-10), lasts=timedelta(days=13))
        daily, at_once = follow(world, procedure), follow(world, procedure, rhythm="at_once")
    with at(MONDAY - timedelta(hours=2)):
        with transaction():
            advance(world.again(procedure), "pause", actor_id=world_actor(world), roles=MANAGER, reason="Neuer Plan.")
        assert [mail["To"] for mail in mails()] == [at_once.email]
    with at(MONDAY + timedelta(hours=1)):
        assert plan() == 1
        (mail,) = digests(mails)
    assert mail["To"] == daily.email
    assert "Das Verfahren ist unterbrochen. Grund: Neuer Plan." in words(mail)
    assert "Endet bald: " in words(mail)


def world_actor(world):
    with db.session.no_autoflush:
        return db.session.scalar(select(func.min(Person.id)))


def test_a_follower_of_a_contribution_hears_of_replies_below_it_only(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        root = world.contribution(park, source="Bänke am Weg")
        follow(world, park, contribution_id=root.id)
        world.contribution(park, source="Etwas anderes")
        world.contribution(park, source="Gute Idee", parent=root)
    with at(MONDAY + timedelta(hours=1)):
        plan()
        (mail,) = digests(mails)
    text = words(mail)
    assert "Beitrag „Bänke am Weg“" in text
    assert "1 neue Antwort" in text
    assert "Gute Idee" in text
    assert "Etwas anderes" not in text


def test_a_format_that_is_followed_beside_its_procedure_is_told_once(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        person = follow(world, park)
        follow(world, park, person, activity_id=world.activity(park).id)
        world.contribution(park, source="Nur einmal")
    with at(MONDAY + timedelta(hours=1)):
        assert plan() == 1
        (mail,) = digests(mails)
    assert words(mail).count("Nur einmal") == 1


def test_public_bodies_alone_read_what_is_for_them(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        follow(world, park)
        with transaction():
            add_entry(world.again(park), "notice", Fields("Nur für Träger", "Text", "institutions", now().date()))
    with at(MONDAY + timedelta(hours=1)):
        plan()
        assert digests(mails) == []


def test_a_notice_of_a_later_day_is_told_on_its_day(world, park, mails, at):
    with at(MONDAY - timedelta(hours=18)):
        follow(world, park)
        with transaction():
            day = (MONDAY + DAY).date()
            add_entry(world.again(park), "question", Fields("Wann wird gebaut?", "Im Mai.", "both", day))
    with at(MONDAY + timedelta(hours=1)):
        plan()
        assert digests(mails) == []
    with at(MONDAY + DAY + timedelta(hours=1)):
        plan()
        (mail,) = digests(mails)
    assert "Neue Frage mit Antwort: Wann wird gebaut?" in words(mail)


class Killed(BaseException):
    """What a power cut is to a process."""


@pytest.mark.requirement("RA-3-21")
def test_a_worker_killed_in_the_middle_of_a_run_sends_nothing_twice_and_loses_nothing(
    world, park, mails, at, monkeypatch
):
    with at(MONDAY - timedelta(hours=18)):
        everybody = {follow(world, park).email for _ in range(3)}
        world.contribution(park, source="Mehr Bäume")
    sent = []

    def send_and_die(message):
        kernel_mail.send(message)
        sent.append(message["To"])
        if len(sent) == 2 + kinds:
            raise Killed

    with at(MONDAY + timedelta(hours=1)):
        assert plan() == 3
        kinds = 1  # the receipt
        monkeypatch.setattr(letters, "send", send_and_die)
        with pytest.raises(Killed):
            work_off()
        db.session.rollback()
    with at(MONDAY + timedelta(hours=1) + LEASE + timedelta(seconds=1)):
        found = digests(mails)
    assert sorted(mail["To"] for mail in found) == sorted(everybody), "each once"
    states = db.session.execute(select(Mailing.state).where(Mailing.purpose == "digest")).scalars().all()
    assert sorted(states) == ["sent", "sent", "unclear"]
    told = set(db.session.scalars(select(Subscription.told_at)))
    assert len(told) == 2, "whose mail is unclear is told of it once more in the next"


def test_ten_thousand_readers_need_no_more_statements_to_plan_than_ten(world, park, at):
    with at(MONDAY - timedelta(hours=18)):
        _many_readers(park, 10_000)
        world.contribution(park, source="Mehr Bäume")
        work_off()
    with at(MONDAY + timedelta(hours=1)):
        work_off()
        with count_queries() as planning:
            assert plan() == 10_000
        assert len(planning) <= 15
        (fan,) = claim()
        with count_queries() as fanning:
            deliver(fan)
        assert len(fanning) <= 60, "twenty chunks of five hundred, eleven pages of numbers"
        assert db.session.scalar(select(func.count()).where(DeliveryRow.handler == "notices.digest")) == 10_001
        ids = claim(3)
        with count_queries() as delivering:
            for number in ids:
                deliver(number)
        assert len(delivering) <= 3 * 26
        assert db.session.scalar(select(func.count()).where(Mailing.state == "sent", Mailing.purpose == "digest")) == 3


def _many_readers(procedure, number):
    with standing_at(now() - timedelta(minutes=1)), transaction():
        known = {"created_at": now(), "confirmed_at": now()}
        people = [{"email": f"leserin-{one}@uebung.example", "display_name": "", **known} for one in range(number)]
        ids = list(db.session.scalars(insert(Person).returning(Person.id), people))
        where = {"tenant_id": procedure.tenant_id}
        db.session.execute(insert(MailKey), [where | {"person_id": one, "key": f"key-{one}"} for one in ids])
        where |= {"procedure_id": procedure.id, "rhythm": "daily", "told_at": now(), **known}
        db.session.execute(insert(Subscription), [where | {"person_id": one, "key": f"s-{one}"} for one in ids])


def test_a_digest_row_is_unique_for_person_rhythm_and_day(world, park, at):
    with at(MONDAY - timedelta(hours=18)):
        follow(world, park)
        world.contribution(park, source="Mehr Bäume")
    with at(MONDAY + timedelta(hours=1)):
        plan()
        with transaction():
            db.session.execute(update(Subscription).values(told_at=MONDAY - DAY))
        assert plan() == 0
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 1
