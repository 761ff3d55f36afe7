"""The whole life of one procedure, in the browser and through the interface for programs, with a moved clock."""

from datetime import datetime, time, timedelta

import pytest

from participation.interfaces import Role
from participation.kernel import clock
from participation.kernel.clock import BERLIN, now, today
from participation.kernel.db import transaction
from participation.procedures.advancing import tick
from tests.journeys import life_ended as ended
from tests.journeys import life_lived as lived
from tests.journeys import life_prepared as prepared

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


class Life:
    """The people of one procedure, and the days of its life counted from the first day of taking part."""

    def __init__(self, site, visit):
        self.site, self.visit = site, visit
        tenant = site.world.tenant("amt", name="Ministerium für Planung")
        roles = {"manager": Role.MANAGER, "second": Role.MANAGER, "moderator": Role.MODERATOR}
        roles |= {"worker": Role.CASE_WORKER, "admin": Role.TENANT_ADMIN}
        self.people = {name: site.world.staff(tenant, role) for name, role in roles.items()}
        self.people |= {name: site.world.person(name.title()) for name in ("ada", "ben", "cem")}
        self.first = today() + timedelta(days=4)

    def on_day(self, number):
        """Let it be noon of that day, and let the worker do what waits."""
        noon = datetime.combine(self.first + timedelta(days=number), time(12), BERLIN)
        clock.shift(timedelta(0))
        self.site.clock_shifted(noon - now())
        with transaction():
            tick()  # as the worker does
        self.site.work()

    def page(self, who, path, **values):
        """A device of somebody who is logged in; None is a visitor."""
        return self.visit(self.site, path, person=self.people[who] if who else None, **values)

    def phone(self, who, path):
        """The same, held in one hand."""
        return self.page(who, path, **PHONE)


@pytest.fixture
def life(site, visit):
    return Life(site, visit)


def prepare(life):
    desk = life.visit(life.site, "/amt/")
    prepared.log_in_with_second_factor(life.site, desk, life.people["manager"])
    prepared.begin_from_the_template(desk, life.first)
    prepared.fill_the_facts(desk, life.first)
    prepared.import_the_text(desk)
    prepared.write_the_question(desk)
    prepared.plan_short_phases(desk, life.first)
    prepared.add_a_notice(desk, life.first)
    prepared.see_that_nothing_is_missing(desk)
    prepared.look_at_a_day_to_come(desk, life.first)
    prepared.submit(desk)
    second = life.people["second"]
    prepared.review_and_release(life.page("second", life.site.link(second.email)))


def live(life):
    life.on_day(-2)
    lived.see_it_announced(life.phone("ada", "/amt/"))
    life.on_day(0)
    good = lived.comment(life.phone("ada", "/amt/"), lived.COMMENT)
    bad = lived.comment(life.phone("ben", "/amt/"), lived.RUDE)
    lived.publish_and_hide(life.page("moderator", "/amt/-/moderation"), good, bad)
    lived.read_what_is_published(life.phone(None, "/amt/"))
    life.on_day(2)
    lived.rate(life.phone("ben", "/amt/"))
    life.on_day(4)
    ada = life.phone("ada", "/amt/")
    lived.vote(ada, "Ja")
    lived.change_the_vote(ada, "Nein")
    lived.vote(life.phone("ben", "/amt/"), "Nein")
    lived.vote(life.phone("cem", "/amt/"), "Ja")
    life.on_day(6)
    lived.find_it_closed(life.phone("ada", "/amt/"))
    return good


def end(life, number, folder):
    ended.write_an_answer(life.page("worker", "/amt/"), number)
    ended.publish_the_answer(life.page("second", "/amt/"))
    ended.is_told_by_mail(life.site, life.phone("ada", "/amt/"), life.people["ada"].email)
    ended.compute_and_write_the_result(life.page("manager", "/amt/"))
    everybody = life.phone(None, "/amt/")
    ended.no_result_is_there_yet(everybody)
    ended.publish_the_result(life.page("second", "/amt/"))
    ended.read_the_result(everybody)
    figures = ended.download_and_recount(life.site, everybody, folder)
    ended.the_page_says_the_same(everybody, figures)
    life.on_day(61)
    ended.find_it_in_the_archive(life.phone(None, "/amt/"))
    return figures


@pytest.mark.requirement("RA-2-05", "RA-3-02", "RA-3-10", "RA-3-20", "RA-3-27")
def test_a_ministry_brings_one_procedure_from_the_template_to_the_archive(life, tmp_path):
    prepare(life)
    number = live(life)
    figures = end(life, number, tmp_path)
    vote = ended.vote_in(figures)
    assert vote["ballots"] == 3, "one each, changed or not"
    assert [(bar["key"], bar["value"]) for bar in vote["tallies"][0]["bars"]] == [("yes", 1), ("no", 2), ("abstain", 0)]
