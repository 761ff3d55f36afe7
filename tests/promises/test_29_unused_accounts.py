"""Accounts that nobody uses go: announced by mail after two years, deleted a month later, never without a word."""

from datetime import timedelta

import pytest

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.notices.inactive import NOTICE, UNCONFIRMED, UNUSED, forget_unused
from participation.notices.services import subscribe

A_MINUTE = timedelta(minutes=1)


def run(at, moment):
    """The job at a moment; how many went."""
    with at(moment), transaction():
        return forget_unused()


def is_here(person_id):
    db.session.expire_all()
    return db.session.get(Person, person_id) is not None


def test_the_periods_are_those_that_were_promised():
    assert (UNCONFIRMED.days, UNUSED.days, NOTICE.days) == (14, 730, 31)


def test_an_unused_account_is_announced_and_then_deleted_on_the_day(world, at, mails, figure):
    began, person = now(), world.person(name="Lange weg")
    written, person_id = world.contribution(world.procedure(), person).id, person.id
    announced = began + UNUSED + A_MINUTE
    assert run(at, began + UNUSED - A_MINUTE) == 0
    before = len(mails())  # the receipt of the contribution
    assert run(at, announced) == 0
    assert run(at, announced + A_MINUTE) == 0
    with at(announced + A_MINUTE):
        [mail] = mails()[before:]
    assert mail["To"] == "person-1@uebung.example"
    assert "zwei Jahren" in mail.get_body(("plain",)).get_content()
    assert run(at, announced + NOTICE - A_MINUTE) == 0
    assert is_here(person_id)
    assert run(at, announced + NOTICE + A_MINUTE) == 1
    assert not is_here(person_id)
    assert db.session.get(Contribution, written).state == "published"
    figure("announced after 730 days, deleted 31 days after that, to the minute; 1 mail")


def test_logging_in_keeps_the_account(world, client, at):
    began, person = now(), world.person()
    person_id = person.id
    run(at, began + UNUSED + A_MINUTE)
    with at(began + UNUSED + timedelta(days=30)):
        world.log_in(client, db.session.get(Person, person_id))
    assert run(at, began + UNUSED + NOTICE + timedelta(days=2)) == 0
    assert is_here(person_id)


@pytest.mark.parametrize("why", ["role", "operator", "subscription"])
def test_whoever_is_needed_stays(world, at, why):
    began, procedure = now(), world.procedure()
    person = world.staff(procedure.tenant, Role.MANAGER) if why == "role" else world.person(operator=why == "operator")
    if why == "subscription":
        with transaction():
            subscribe(procedure, person)
    person_id = person.id
    assert run(at, began + UNUSED + A_MINUTE) == 0
    assert run(at, began + UNUSED + NOTICE + timedelta(days=1)) == 0
    assert is_here(person_id)


@pytest.mark.parametrize(("account", "confirmed"), [(True, False), (False, True)])
def test_an_address_that_was_never_confirmed_or_holds_nothing_goes_after_fourteen_days(world, at, account, confirmed):
    began, person = now(), world.person(account=account, confirmed=confirmed)
    person_id = person.id
    assert run(at, began + UNCONFIRMED - A_MINUTE) == 0
    assert is_here(person_id)
    assert run(at, began + UNCONFIRMED + A_MINUTE) == 1
    assert not is_here(person_id)
