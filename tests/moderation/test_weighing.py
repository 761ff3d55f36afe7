"""What reports weigh: the step of trust, once for each network; three from two networks calls a human."""

import pytest

from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.moderation.desk import desk_of
from participation.moderation.models import Report
from participation.moderation.queue import queue
from participation.moderation.reports import report_contribution
from participation.moderation.weighing import made_urgent


@pytest.fixture
def tenant(world):
    return world.tenant()


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant)


@pytest.fixture
def desk(world, tenant, procedure):
    return desk_of(world.viewer(world.staff(tenant, Role.MODERATOR)), tenant)


def report(contribution, network, weight=1):
    with transaction():
        return report_contribution(contribution.id, reason="insult", reporter=network, weight=weight).id


def urgent(desk):
    return {row.reference: row.urgent for row in queue(desk, "reported").rows}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("a", 3)], False),
        ([("a", 3), ("a", 3), ("a", 2)], False),
        ([("a", 1), ("b", 1)], False),
        ([("a", 2), ("b", 1)], True),
        ([("a", 1), ("b", 1), ("c", 1)], True),
        ([("a", 1), ("a", 2), ("b", 1)], True),
    ],
)
def test_weight_three_from_two_networks_is_urgent(world, procedure, desk, reports, expected):
    one = world.contribution(procedure)
    for network, weight in reports:
        report(one, network, weight)
    assert urgent(desk) == {one.reference: expected}


def test_what_is_urgent_stands_above_what_one_network_reports_again_and_again(world, procedure, desk):
    loud, serious = world.contribution(procedure), world.contribution(procedure)
    for _ in range(5):
        report(loud, "a", 3)
    for network in ("a", "b"):
        report(serious, network, 2)
    assert list(urgent(desk).items()) == [(serious.reference, True), (loud.reference, False)]


def test_just_one_report_makes_urgent_and_closed_ones_do_not_count(world, procedure):
    one = world.contribution(procedure)
    made = [report(one, network) for network in "abcde"]
    with transaction():
        rows = [db.session.get(Report, number) for number in made]
        assert [made_urgent(row) for row in rows] == [False, False, True, False, False]
        rows[0].closed_at = rows[0].at
        db.session.flush()
        assert [made_urgent(row) for row in rows[1:]] == [False, False, True, False]


def test_moderators_get_one_mail_for_the_first_report_and_one_when_it_is_urgent(world, procedure, desk, mails):
    one = world.contribution(procedure)
    for network in "abcdef":
        report(one, network)
    sent = [mail.get_body().get_content() for mail in mails() if "gemeldet" in mail["Subject"]]
    assert ["Dringend" in text for text in sent] == [False, True]


def test_the_queue_says_why_a_text_waits(world, client, tenant, procedure):
    world.log_in(client, world.staff(tenant, Role.MODERATOR), staff=True)
    waits = world.contribution(procedure, held_for=["gap", "links"])
    for page in (f"/{tenant.slug}/-/moderation?list=waiting", f"/{tenant.slug}/-/moderation/{waits.reference}"):
        text = client.get(page).get_data(as_text=True)
        assert "kurz nach dem vorigen Beitrag, viele Links" in text
