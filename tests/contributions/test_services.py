"""Adding, changing, taking back and rating contributions."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.access import rules
from participation.contributions import ratings, services
from participation.contributions.below import thread
from participation.contributions.counters import recount
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.queries import counts_by_place, item_in, own_ratings
from participation.contributions.references import SHAPE, fresh_reference, read_reference, text_hash
from participation.contributions.threads import _read_key, first_comments, first_threads
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.testing.probe import ADD, NOTE


def again(contribution):
    return db.session.get(Contribution, contribution.id, populate_existing=True)


@pytest.fixture
def procedure(world):
    return world.procedure()


def change(world, procedure, person, contribution, source, version=1):
    activity = world.activity(procedure)
    with transaction():
        who = world.viewer(person, procedure)
        services.edit(again(contribution), activity, ADD, who=who, source=source, version=version)


def rate(world, procedure, person, contribution, value):
    activity = world.activity(procedure)
    by = world.participant(procedure, person)
    with transaction():
        ratings.rate(again(contribution), activity, value, who=world.viewer(person, procedure), by=by)


@pytest.mark.requirement("RA-4.1-08")
def test_the_receipt_proves_the_text(world, procedure):
    note = world.contribution(procedure, source="Mein *Text*")
    version = db.session.query(ContributionVersion).one()
    assert SHAPE.fullmatch(note.reference)
    assert version.text_hash == text_hash(version.salt, "", "Mein *Text*")
    assert version.at == note.received_at


def test_a_reference_is_read_as_people_type_it():
    reference = fresh_reference()
    assert read_reference(reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == reference
    assert read_reference("nonsense") is None


def test_an_edit_keeps_the_version_before(world, procedure):
    person = world.person()
    note = world.contribution(procedure, person, "Erst so.")
    change(world, procedure, person, note, "Dann so.")
    sources = [row.source for row in db.session.query(ContributionVersion).order_by(ContributionVersion.number)]
    assert sources == ["Erst so.", "Dann so."]
    assert again(note).html == "<p>Dann so.</p>"


def test_an_edit_of_an_old_version_is_a_conflict_and_changes_nothing(world, procedure):
    person = world.person()
    note = world.contribution(procedure, person, "Eins.")
    change(world, procedure, person, note, "Zwei.")
    with pytest.raises(Conflict):
        change(world, procedure, person, note, "Drei.", version=1)
    assert again(note).source == "Zwei."


def test_nobody_edits_what_somebody_else_wrote(world, procedure):
    note = world.contribution(procedure)
    with pytest.raises(Refused):
        change(world, procedure, world.person(), note, "Fremd.")


@pytest.mark.requirement("LP-13")
def test_withdrawing_takes_it_out_of_the_counts_but_not_out_of_the_file(world, procedure):
    person = world.person()
    note = world.contribution(procedure, person, place="here")
    with transaction():
        services.withdraw(again(note), who=world.viewer(person, procedure))
    activity = world.activity(procedure)
    assert counts_by_place(activity) == {}
    assert first_comments(activity, "here").items == []
    assert again(note).source == "Ein Beitrag."
    with transaction():
        assert recount() == 0


def test_a_withdrawn_comment_keeps_its_place_above_answers_without_its_text(world, procedure):
    person = world.person()
    note = world.contribution(procedure, person, "Das nehme ich zurück.", place="here")
    world.contribution(procedure, source="Eine Antwort.", parent=note)
    with transaction():
        services.withdraw(again(note), who=world.viewer(person, procedure))
    found = first_threads(world.activity(procedure), "here")
    assert [item.state for item in found.items] == ["withdrawn"]
    assert [item.html for item in found.replies[note.id]] == ["<p>Eine Antwort.</p>"]


@pytest.mark.requirement("RA-3-12")
def test_ratings_have_three_values_can_change_and_be_taken_back(world, procedure):
    note, person = world.contribution(procedure), world.person()
    for value, counts in (
        ("agree", (1, 0, 0, 1)),
        ("agree", (1, 0, 0, 1)),
        ("neutral", (0, 1, 0, 0)),
        ("disagree", (0, 0, 1, -1)),
        ("none", (0, 0, 0, 0)),
    ):
        rate(world, procedure, person, note, value)
        row = again(note)
        assert (row.agree, row.neutral, row.disagree, row.score) == counts
    rate(world, procedure, person, note, "agree")
    assert own_ratings([note.id], world.viewer(person, procedure)) == {note.id: "agree"}
    with transaction():
        assert recount() == 0


def test_nobody_rates_the_own_contribution_or_with_another_word(world, procedure):
    person = world.person()
    own, other = world.contribution(procedure, person), world.contribution(procedure)
    with pytest.raises(Refused):
        rate(world, procedure, person, own, "agree")
    with pytest.raises(Invalid):
        rate(world, procedure, person, other, "love")


@pytest.mark.parametrize("stage", ["announced", "paused", "evaluation", "completed", "archived", "cancelled"])
@pytest.mark.parametrize("role", [None, Role.MANAGER, Role.MODERATOR])
def test_outside_an_open_phase_nobody_takes_part_staff_included(world, stage, role):
    procedure = world.procedure(stage=stage, begins=-_days(40), lasts=_days(20))
    person = world.staff(procedure.tenant, role) if role else world.person()
    who = world.viewer(person, procedure)
    for action in (ADD, rules.COMMENT, rules.RATE):
        assert not rules.can(who, action, world.activity(procedure)).allowed


def _days(number):
    from datetime import timedelta

    return timedelta(days=number)


def test_what_came_in_while_a_phase_was_not_public_is_seen_by_author_and_staff_only(world):
    procedure = world.procedure(kinds=["secret"])
    person = world.person()
    note = world.contribution(procedure, person)
    moderator = world.staff(procedure.tenant, Role.MODERATOR)
    sees = [item_in(procedure, note.reference, world.viewer(who, procedure)) for who in (None, world.person())]
    assert sees == [None, None]
    assert item_in(procedure, note.reference, world.viewer(person, procedure)) is not None
    assert item_in(procedure, note.reference, world.viewer(moderator, procedure)) is not None


@pytest.mark.parametrize("sort", ["newest", "discussed", "agreed"])
def test_every_order_is_paged_without_gaps_or_doubles(world, procedure, sort):
    activity = world.activity(procedure)
    by = world.participant(procedure)
    with transaction():
        for index in range(47):
            services.add(
                world.phase(procedure), by=by, kind=NOTE.name, source=f"Nummer {index}", place="here", at=now()
            )
    seen, after = [], None
    while True:
        page = first_threads(activity, "here", sort=sort, after=after)
        plain = first_comments(activity, "here", sort=sort, after=after)
        assert [item.id for item in page.items] == [item.id for item in plain.items]
        seen += [item.id for item in page.items]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 47


@pytest.mark.requirement("RA-4-05")
def test_a_deep_thread_is_read_in_order_page_by_page(world, procedure):
    root = parent = world.contribution(procedure, place="here")
    for index in range(25):
        parent = world.contribution(procedure, source=f"Ebene {index}", parent=again(parent))
    item = item_in(procedure, root.reference)
    first = thread(item, world.activity(procedure))
    rest = thread(item, world.activity(procedure), after=first.next)
    assert [entry.depth for entry in (*first.items, *rest.items)] == list(range(1, 26))
    assert item.replies == 25


@given(st.text(max_size=40), st.sampled_from(["newest", "discussed", "agreed"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_odd_key_in_the_address_is_no_key(text, sort):
    key = _read_key(text, sort)
    assert key is None or abs(key[1]) < 2**63
