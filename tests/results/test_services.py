"""From computing to publishing: two people, nothing too early, nothing that changed in between, old versions stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from participation.interfaces import Step
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.versions import version_of
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Phase
from participation.procedures.queries import procedure_by_id
from participation.results import services
from participation.results.queries import in_preparation, next_number, published, published_versions
from tests.results.conftest import WORDS


@pytest.mark.requirement("RA-3-22", "RA-4.4-09")
def test_a_result_goes_from_computing_to_the_public_and_completes_the_procedure(scene):
    before = version_of(f"procedure:{scene.procedure.id}")
    result = scene.published()
    assert (result.number, result.state, result.decision) == (1, "published", WORDS.decision)
    assert "<p>Sie wollten Schatten." in result.changed_html
    assert scene.whole().stage == Stage.COMPLETED
    assert version_of(f"procedure:{scene.procedure.id}") > before, "cached pages are made anew"
    names = [
        row.name for row in db.session.query(EventRow).filter(EventRow.name.like("results.%")).order_by(EventRow.id)
    ]
    assert names == [f"results.result_{what}" for what in ("computed", "submitted", "published")]


@pytest.mark.requirement("RA-3-27")
def test_who_submitted_does_not_publish(scene):
    scene.compute()
    scene.write()
    scene.submit()
    with pytest.raises(Refused, match="refused") as refused:
        scene.publish(who=scene.first)
    assert "zweite Person" in str(refused.value.sentence)
    assert published(scene.procedure.id) is None
    assert scene.whole().stage == Stage.EVALUATION
    scene.publish()
    assert published(scene.procedure.id) is not None


def test_without_a_role_nobody_publishes(scene, world):
    scene.compute()
    scene.write()
    scene.submit()
    with pytest.raises(Refused), transaction():
        services.publish(in_preparation(scene.procedure.id), actor_id=scene.second.id, roles=frozenset())


def test_nothing_is_computed_while_people_take_part(world, scene):
    running = world.procedure(scene.tenant)
    scene.procedure = running
    with pytest.raises(Refused, match="refused"):
        scene.compute()


@pytest.mark.requirement("LP-12")
def test_nothing_is_computed_before_the_end_of_a_vote(scene):
    with transaction():
        phase = db.session.query(Phase).filter_by(activity_id=scene.whole().activities[0].id).one()
        phase.step, phase.ends_at = Step.VOTING, now() + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        scene.compute()
    assert "niemand einen Zwischenstand" in str(refused.value.sentence)
    assert in_preparation(scene.procedure.id) is None


def test_what_is_missing_is_named_before_submitting(scene):
    scene.compute()
    with pytest.raises(Refused) as refused:
        scene.submit()
    assert "Entscheidung in einem Satz" in str(refused.value.sentence)


def test_what_changed_since_the_computing_is_not_published(scene, world):
    scene.compute()
    scene.write()
    scene.submit()
    with transaction():
        world.set_state(db.session.get(type(scene.shown), scene.shown.id), "hidden")
    with pytest.raises(Conflict):
        scene.publish()
    with transaction():
        services.take_back(in_preparation(scene.procedure.id), actor_id=scene.first.id)
    scene.compute()
    scene.submit()
    scene.publish()
    assert published(scene.procedure.id).figures["activities"][0]["contributions"] == 0


@pytest.mark.requirement("LP-12")
def test_a_result_appears_on_its_day_and_not_before(scene, at):
    day = today() + timedelta(days=3)
    scene.compute()
    scene.write(replace(WORDS, publish_on=day))
    scene.submit()
    scene.publish()
    assert in_preparation(scene.procedure.id).state == "approved"
    with transaction():
        assert services.publish_due() == 0
    assert published(scene.procedure.id) is None
    with at(now() + timedelta(days=4)), transaction():
        assert services.publish_due() == 1
    assert published(scene.procedure.id).approved_by_id == scene.second.id
    assert scene.whole().stage == Stage.COMPLETED


def test_what_is_not_true_any_more_on_its_day_goes_back_to_work(scene, world, at):
    scene.compute()
    scene.write(replace(WORDS, publish_on=today() + timedelta(days=3)))
    scene.submit()
    scene.publish()
    with transaction():
        world.set_state(db.session.get(type(scene.shown), scene.shown.id), "hidden")
    with at(now() + timedelta(days=4)), transaction():
        assert services.publish_due() == 0
    assert in_preparation(scene.procedure.id).state == "draft"
    assert published(scene.procedure.id) is None


def test_a_procedure_that_was_reopened_gets_no_result_on_the_day_and_others_do(scene, world, at):
    other = type(scene)(world)
    for one in (scene, other):
        one.compute()
        one.write(replace(WORDS, publish_on=today() + timedelta(days=3)))
        one.submit()
        one.publish()
    with transaction():
        phase = db.session.query(Phase).filter_by(activity_id=scene.whole().activities[0].id).one()
        phase.ends_at = now() + timedelta(days=30)
        scene.whole().stage = Stage.RUNNING
    with at(now() + timedelta(days=4)), transaction():
        assert services.publish_due() == 1
    assert (in_preparation(scene.procedure.id).state, scene.whole().stage) == ("draft", Stage.RUNNING)
    assert published(other.procedure.id) is not None


@pytest.mark.requirement("BX-03")
def test_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stays(scene):
    first = scene.published()
    with pytest.raises(Invalid):
        scene.compute()
    second = scene.published(reason="Ein Zahlendreher.", words=replace(WORDS, decision="Der Rat baut doch nicht."))
    assert [(row.number, row.reason, row.has_package) for row in published_versions(scene.procedure.id)] == [
        (2, "Ein Zahlendreher.", True),
        (1, "", True),
    ]
    assert published(scene.procedure.id).id == second.id
    old = published(scene.procedure.id, 1)
    assert (old.id, old.decision) == (first.id, WORDS.decision)
    assert old.root != second.root


def test_two_people_who_write_at_once_do_not_overwrite_each_other(scene):
    scene.compute()
    seen = in_preparation(scene.procedure.id).version
    scene.write()
    with pytest.raises(Conflict), transaction():
        services.write(in_preparation(scene.procedure.id), replace(WORDS, decision="Anders."), version=seen)
    assert in_preparation(scene.procedure.id).decision == WORDS.decision


def test_what_is_submitted_is_neither_written_nor_computed(scene):
    scene.compute()
    scene.write()
    scene.submit()
    with pytest.raises(Refused):
        scene.write()
    with pytest.raises(Refused):
        scene.compute()


def test_a_package_for_another_version_is_refused(scene):
    frozen = scene.freeze()
    scene.published()
    with pytest.raises(Conflict), transaction():
        services.compute(procedure_by_id(scene.procedure.id), frozen, actor_id=scene.first.id)
    assert next_number(scene.whole()) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "www.rat.de", "https://rat.de/ leer"])
def test_a_link_of_the_annex_is_a_web_address(scene, url):
    scene.compute()
    with pytest.raises(Invalid):
        scene.write(replace(WORDS, annex_url=url))


def test_two_who_compute_at_once_make_one_version(scene, in_threads):
    frozen = [scene.freeze(), scene.freeze()]

    def compute():
        with transaction():
            services.compute(procedure_by_id(number), frozen.pop(), actor_id=None)

    number = scene.procedure.id
    db.session.rollback()
    in_threads(2, compute)
    assert in_preparation(number).number == 1
