"""What came by letter or telephone: recorded by staff, with the same fate, and never public without consent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from participation.contributions import intake
from participation.contributions.counters import recount
from participation.contributions.intake_checks import Received, formats_of, same_text
from participation.contributions.intake_models import Intake
from participation.contributions.intake_queries import numbers, record_at, records
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.queries import counts_by_place, item_in, versions_of
from participation.contributions.text_keys import text_key
from participation.contributions.threads import first_comments
from participation.contributions.visible import public_contributions
from participation.evaluation.queries import named
from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.models import Participant
from participation.results.records import contribution_records

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
LETTER = Received(
    channel="letter",
    received_on=date(2026, 11, 19),
    text="Der Radweg an der Kreuzstraße fehlt.",
    place="here",
    sender_name="Erika Brief",
    sender_address="Postweg 1\n12345 Stadt",
    consent="text",
)


@pytest.fixture(autouse=True)
def _noon(at):
    with at(NOON):
        yield


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def record(world, procedure):
    """`record(consent="none")`: a letter, recorded."""

    def make(where=None, **values):
        clerk = world.person()
        with transaction():
            activity = world.activity(where or procedure)
            return intake.record(activity, replace(LETTER, **values), actor_id=clerk.id)

    return make


def again(contribution):
    return db.session.get(Contribution, contribution.id, populate_existing=True)


def correct(world, procedure, contribution, version=1, **values):
    with transaction():
        found = replace(LETTER, **values)
        intake.correct(again(contribution), world.activity(procedure), found, version=version, actor_id=None)


@pytest.mark.requirement("RA-3-01", "RA-3-10", "RA-3-25")
def test_a_letter_becomes_a_contribution_like_any_other(world, procedure, record):
    found = again(record())
    row = db.session.query(Intake).one()
    assert (found.state, found.intake_channel, found.identity, found.late) == ("published", "letter", "paper", False)
    assert found.received_at == datetime(2026, 11, 19, 11, tzinfo=UTC)
    assert (row.sender_name, row.consent, row.contribution_id) == ("Erika Brief", "text", found.id)
    item = item_in(procedure, found.reference)
    assert item.pseudonym.startswith("Teilnehmende ")
    assert counts_by_place(world.activity(procedure)) == {"here": 1, "*": 1}
    assert [entry.id for entry in named(procedure, [found.reference])] == [found.id]


@pytest.mark.parametrize(
    ("consent", "name", "organisation"),
    [("text", "Teilnehmende", ""), ("text_and_name", "Erika Brief", "Radbund")],
)
def test_the_name_is_shown_only_where_the_sender_agreed(procedure, record, consent, name, organisation):
    item = item_in(procedure, record(consent=consent, organisation="Radbund").reference)
    assert item.pseudonym.startswith(name)
    assert item.organisation_name == organisation


@pytest.mark.requirement("RA-3-10", "RA-4.4-06")
def test_without_consent_it_is_answered_and_found_by_nobody_else(world, procedure, record, client):
    found = again(record(consent="none"))
    work_off()
    activity = world.activity(procedure)
    assert found.state == "filed"
    assert item_in(procedure, found.reference) is None
    assert first_comments(activity, "here").items == []
    assert counts_by_place(activity) == {}
    assert db.session.query(Contribution).filter(public_contributions()).all() == []
    assert "Kreuzstraße" not in client.get(f"/{procedure.tenant.slug}/-/search?q=Radweg").get_data(as_text=True)
    assert list(contribution_records(activity, {})) == []
    base = f"/{procedure.tenant.slug}/{procedure.slug}"
    api = f"/api/v1/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}"
    open_one = again(record(text="Der Zebrastreifen fehlt.", place=""))  # what is public is found by the same ways
    work_off()
    assert "Zebrastreifen" in client.get(f"{base}/-/feed.atom").get_data(as_text=True)
    assert "Zebrastreifen" in client.get(f"/{procedure.tenant.slug}/-/search?q=Zebrastreifen").get_data(as_text=True)
    assert "Zebrastreifen" in client.get(f"{api}/contributions/{open_one.reference}").get_data(as_text=True)
    for path in ("/", "/-/feed.atom", f"/-/contributions/{found.reference}"):
        assert "Kreuzstraße" not in client.get(base + path).get_data(as_text=True)
    for path in ("/contributions", f"/contributions/{found.reference}", "/export.csv", "/export.json"):
        assert "Kreuzstra" not in client.get(api + path).get_data(as_text=True)
    assert [entry.id for entry in named(procedure, [found.reference])] == [found.id]
    staff = world.viewer(world.staff(procedure.tenant, Role.CASE_WORKER), procedure)
    assert item_in(procedure, found.reference, staff).state == "filed"
    assert recount() == 0


def test_consent_withdrawn_takes_it_off_every_page_and_given_later_it_is_read_first(world, procedure, record):
    found = record(consent="text_and_name")
    correct(world, procedure, found, consent="none")
    assert again(found).state == "filed"
    assert item_in(procedure, found.reference) is None
    assert db.session.query(Participant).one().pseudonym.startswith("Teilnehmende ")
    correct(world, procedure, found, version=2, consent="text")
    assert again(found).state == "pending"
    assert recount() == 0


def test_the_moderation_of_the_phase_applies(world, record):
    assert record(world.procedure(moderation="always")).state == "pending"
    assert record(world.procedure(moderation="first")).state == "pending"


@pytest.mark.parametrize("stage", ["draft", "review", "released", "announced", "archived"])
def test_nothing_is_recorded_before_the_opening_or_in_the_archive(world, record, stage):
    where = world.procedure(stage=stage, begins=timedelta(days=3) if stage != "archived" else timedelta(days=-90))
    with pytest.raises(Refused):
        record(where)


@pytest.mark.parametrize("stage", ["running", "paused", "evaluation", "completed"])
def test_it_is_recorded_while_it_runs_and_after_that(world, record, stage):
    assert record(world.procedure(stage=stage, begins=timedelta(days=-20), lasts=timedelta(days=25))).id


def test_a_vote_takes_no_letters(world, record):
    where = world.procedure(kinds=["voting"])
    assert formats_of(where) == []
    with pytest.raises(Refused, match="refused"):
        record(where)


@pytest.mark.requirement("RA-3-10")
@pytest.mark.parametrize(
    ("ends", "day", "late"),
    [
        (datetime(2026, 11, 18, 0, 0), date(2026, 11, 17), False),
        (datetime(2026, 11, 18, 0, 0), date(2026, 11, 18), True),
        (datetime(2026, 11, 18, 18, 0), date(2026, 11, 18), False),
        (datetime(2026, 11, 18, 18, 0), date(2026, 11, 19), True),
    ],
)
def test_late_is_what_came_on_a_day_after_the_end(world, record, ends, day, late):
    begins = datetime(2026, 11, 1)
    where = world.procedure(stage="evaluation", begins=begins - datetime(2026, 11, 20, 12), lasts=ends - begins)
    assert again(record(where, received_on=day)).late is late


def test_the_day_of_receipt_names_the_phase(world, record):
    where = world.procedure(kinds=["noting", "talking"], begins=timedelta(days=-5))
    found = record(where)
    assert found.phase_id == next(phase.id for phase in world.activity(where).phases if phase.kind == "noting")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("received_on", {"received_on": date(2026, 11, 21)}),
        ("received_on", {"received_on": date(2026, 10, 1)}),
        ("received_on", {"received_on": None}),
        ("text", {"text": "  "}),
        ("text", {"text": "a\x00b"}),
        ("place", {"place": "nowhere"}),
        ("quote", {"quote": "diese Wörter"}),
        ("channel", {"channel": "web"}),
        ("consent", {"consent": ""}),
        ("sender_email", {"sender_email": "kaputt"}),
        ("sender_name", {"consent": "text_and_name", "sender_name": ""}),
        ("sender_address", {"sender_address": "a\n" * 9}),
        ("title", {"title": "a" * 300}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(record, field, values):
    with pytest.raises(Invalid) as caught:
        record(**values)
    assert caught.value.field == field


def test_a_corrected_text_is_a_new_version_and_the_one_before_stays(world, procedure, record):
    found = record()
    correct(world, procedure, found, text="Der Radweg fehlt seit Jahren.", place="there", received_on=today())
    now_is = again(found)
    assert (now_is.source, now_is.place, now_is.versions) == ("Der Radweg fehlt seit Jahren.", "there", 2)
    assert [entry.source for entry in versions_of(found.id)] == [now_is.source, LETTER.text]
    assert counts_by_place(world.activity(procedure)) == {"there": 1, "*": 1}
    names = {row.name for row in db.session.query(EventRow)}
    assert {"contributions.intake_recorded", "contributions.intake_corrected"} <= names
    assert recount() == 0


def test_who_corrects_what_somebody_else_corrected_meanwhile_is_told(world, procedure, record):
    found = record()
    correct(world, procedure, found, sender_name="Erika Brief-Meier")
    with pytest.raises(Conflict):
        correct(world, procedure, found, sender_name="E. Brief")
    assert db.session.query(Intake).one().sender_name == "Erika Brief-Meier"
    assert db.session.query(ContributionVersion).count() == 1


def test_what_was_recorded_by_mistake_leaves_the_pages_and_stays_in_the_file(procedure, record):
    found = record()
    with transaction():
        intake.take_back(again(found), why="by_mistake", actor_id=None)
    assert again(found).state == "withdrawn"
    assert item_in(procedure, found.reference) is None
    with pytest.raises(Conflict), transaction():
        intake.take_back(again(found), why="by_sender", actor_id=None)
    assert recount() == 0


def test_the_same_words_are_found_before_they_are_saved_twice(procedure, record):
    found = record()
    key = text_key("Der   Radweg, an der kreuzstraße FEHLT")
    assert same_text(procedure, [key]) == {key: found.reference}
    assert same_text(procedure, [key], but=found.id) == {}


def test_the_list_is_of_this_procedure_the_newest_first(world, procedure, record):
    made = [record().id for _ in range(23)]
    record(world.procedure())
    page = records(procedure)
    assert [row.id for row in page.rows] == made[:2:-1]
    assert [row.id for row in records(procedure, after=page.next).rows] == made[2::-1]
    assert numbers(procedure).all == 23
    assert record_at(world.procedure(), made[0]) is None
