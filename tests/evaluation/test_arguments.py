"""Contributions split into arguments: marked, worked on, answered one by one, told in one mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.contributions.models import Contribution
from participation.documents.anchors import Span
from participation.evaluation import arguments, services
from participation.evaluation.alike import alike_arguments
from participation.evaluation.passages import passage_of_quote, pieces, place_of
from participation.evaluation.public_answers import answers_of, answers_to
from participation.evaluation.settling import overall
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused

LONG = "Am Bahnhof fehlt eine Bank.\n\nUnd der Radweg endet plötzlich 🚲 im Nichts.\n\nSonst ist alles gut."


@pytest.fixture
def desk(world):
    """A procedure with a long contribution, and two case workers."""
    procedure = world.procedure()
    contribution = world.contribution(procedure, source=LONG)
    people = [world.staff(procedure.tenant, Role.CASE_WORKER).id for _ in range(2)]
    return procedure, contribution, *people


def split(contribution, quote="", **values):
    with transaction():
        return arguments.split(contribution, quote=quote, version=contribution.versions, actor_id=None, **values)


def answer(procedure, found, writer, decision="followed", source="Ja."):
    with transaction():
        return services.answer(procedure, [], arguments=found, decision=decision, source=source, actor_id=writer)


def publish(response, second):
    with transaction():
        services.publish(response, number=response.number, actor_id=second)


@pytest.mark.requirement("RA-4.4-04")
def test_passages_become_arguments_over_paragraphs_and_the_original_stays(desk):
    _procedure, contribution, *_people = desk
    one = split(contribution, "fehlt eine Bank. Und der Radweg")
    assert one.source == "fehlt eine Bank.\n\nUnd der Radweg"
    start = LONG.index("Sonst")
    two = split(contribution, span=(start, len(LONG)))
    assert (two.number, two.source) == (2, "Sonst ist alles gut.")
    assert db.session.get(Contribution, contribution.id).source == LONG
    with pytest.raises(Invalid), transaction():
        arguments.split(contribution, quote="Radweg endet", version=1, actor_id=None)
    with pytest.raises(Invalid), transaction():
        arguments.split(contribution, quote="steht nicht da", version=1, actor_id=None)
    with pytest.raises(Conflict), transaction():
        arguments.split(contribution, quote="plötzlich", version=2, actor_id=None)


def test_the_working_copy_keeps_every_version_and_the_second_of_two_is_refused(desk):
    _procedure, contribution, one, two = desk
    argument = split(contribution, "der Radweg endet plötzlich 🚲 im Nichts")
    with transaction():
        arguments.change(argument, source="Radweg verlängern.", number=1, actor_id=one)
    with pytest.raises(Conflict), transaction():
        arguments.change(argument, source="Radweg weg.", number=1, actor_id=two)
    assert (argument.source, argument.versions) == ("Radweg verlängern.", 2)
    assert arguments.first_words(argument.id) == "der Radweg endet plötzlich 🚲 im Nichts"


def test_an_argument_is_joined_again_and_brought_back_unless_its_words_are_taken(desk):
    _procedure, contribution, *_people = desk
    argument = split(contribution, "der Radweg endet")
    with transaction():
        arguments.remove(argument, actor_id=None)
    with transaction():
        arguments.restore(argument, actor_id=None)
    assert argument.removed_at is None
    with transaction():
        arguments.remove(argument, actor_id=None)
    other = split(contribution, "der Radweg endet plötzlich")
    assert other.number == 2
    with pytest.raises(Refused), transaction():
        arguments.restore(argument, actor_id=None)


@pytest.mark.requirement("RA-4.4-04", "RA-4.4-06", "RA-4.4-07")
def test_each_argument_is_weighed_alone_and_the_sender_gets_one_mail_with_all_answers(desk, mails):
    procedure, contribution, writer, second = desk
    one, two = split(contribution, "eine Bank"), split(contribution, "der Radweg endet")
    first = answer(procedure, [one], writer, "followed", "Die Bank kommt.")
    publish(first, second)
    assert db.session.get(Contribution, contribution.id).decision == ""
    said = answers_to([contribution.id])[contribution.id]
    assert [(entry.decision, entry.passages) for entry in said] == [("followed", ("eine Bank",))]
    publish(answer(procedure, [two], writer, "not_followed", "Der Weg gehört dem Land."), second)
    found = db.session.get(Contribution, contribution.id, populate_existing=True)
    assert (found.decision, found.work) == ("partly_followed", "processed")
    told = [mail for mail in mails() if "Antwort auf Ihren Beitrag" in mail["Subject"]]
    assert len(told) == 1
    body = told[0].get_body(("plain",)).get_content()
    for words in ("eine Bank", "Die Bank kommt.", "Wird nicht übernommen", "Der Weg gehört dem Land.", "Sonst ist"):
        assert words in body
    placed = [(row.argument, row.passage, row.decision) for row in answers_of(procedure)]
    assert placed == [(1, "eine Bank", "followed"), (2, "der Radweg endet", "not_followed")]


def test_answers_published_together_are_told_once(desk, mails):
    procedure, contribution, writer, second = desk
    one, two = split(contribution, "eine Bank"), split(contribution, "der Radweg endet")
    seen = [(answer(procedure, [entry], writer), 1) for entry in (one, two)]
    with transaction():
        services.publish_many(seen, actor_id=second)
    assert len([mail for mail in mails() if "Antwort auf Ihren Beitrag" in mail["Subject"]]) == 1


def test_a_split_contribution_has_no_answer_as_a_whole_and_an_answered_one_is_not_split(desk, world):
    procedure, contribution, writer, second = desk
    one = split(contribution, "eine Bank")
    with pytest.raises(Invalid), transaction():
        services.answer(procedure, [contribution], decision="noted", source="Gut.", actor_id=writer)
    answer(procedure, [one], writer)
    with pytest.raises(Refused), transaction():
        arguments.remove(one, actor_id=None)
    other = world.contribution(procedure, source="Noch etwas.")
    with transaction():
        whole = services.answer(procedure, [other], decision="noted", source="Gut.", actor_id=writer)
    with pytest.raises(Refused), transaction():
        arguments.split(other, quote="Noch", version=1, actor_id=None)
    with transaction():
        services.discard(whole, actor_id=second)
    assert split(other, "Noch").number == 1


def test_words_that_were_blacked_out_or_changed_are_not_said_again(desk, world):
    procedure, contribution, writer, second = desk
    publish(answer(procedure, [split(contribution, "eine Bank")], writer), second)
    with transaction():
        contribution.source = LONG.replace("eine Bank", "[geschwärzt]")
    assert answers_to([contribution.id])[contribution.id][0].passages == ("",)
    with transaction():
        contribution.source = LONG
        world.set_state(contribution, "hidden")
    assert answers_to([contribution.id])[contribution.id][0].passages == ("",)


@pytest.mark.requirement("RA-4.4-10")
def test_arguments_that_say_the_same_are_found_as_long_as_their_words_may_be_read(desk, world):
    procedure, contribution, writer, _second = desk
    mine = split(contribution, "Am Bahnhof fehlt eine Bank")
    same = world.contribution(procedure, source="Hallo! AM BAHNHOF FEHLT EINE BANK, finde ich.")
    near = world.contribution(procedure, source="Nur dies: Am alten Bahnhof fehlt eine Bank")
    split(same, "AM BAHNHOF FEHLT EINE BANK")
    split(near, "Am alten Bahnhof fehlt eine Bank")
    found = alike_arguments(mine, near=True)
    assert [(one.reference, one.argument, one.open) for one in found] == [
        (same.reference, 1, True),
        (near.reference, 1, True),
    ]
    assert [one.reference for one in alike_arguments(mine, near=False)] == [same.reference]
    answer(procedure, [mine, arguments.argument_at(same, 1)], writer)
    with transaction():
        near.source = "Nur dies: [geschwärzt]"
    assert [(one.reference, one.open) for one in alike_arguments(mine, near=True)] == [(same.reference, False)]


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([], ""),
        (["noted", "noted"], "noted"),
        (["followed", "already_followed"], "followed"),
        (["followed", "not_followed"], "partly_followed"),
        (["already_followed", "noted"], "partly_followed"),
        (["noted", "elsewhere", "not_followed"], "not_followed"),
        (["noted", "elsewhere"], "elsewhere"),
    ],
)
def test_several_decisions_are_one_for_the_whole(decisions, expected):
    assert overall(decisions) == expected


@given(st.lists(st.sampled_from(services.DECISIONS), min_size=1, max_size=6))
def test_the_whole_always_has_one_of_the_six_and_the_order_does_not_matter(decisions):
    assert overall(decisions) in services.DECISIONS
    assert overall(decisions) == overall(decisions[::-1])


@given(st.text("ab \n", max_size=60), st.data())
def test_the_pieces_of_a_text_are_the_text(text, data):
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = [(n, Span(a, b)) for n, (a, b) in enumerate(zip(ends[::2], ends[1::2], strict=False), 1) if a < b]
    found = pieces(text, pairs)
    assert "".join(piece.text for piece in found) == text
    assert [piece.number for piece in found if piece.number] == [number for number, _span in pairs]


def test_a_quote_may_leave_its_middle_out():
    found = passage_of_quote(LONG, "Bank … Nichts")
    assert LONG[found.start : found.end].startswith("Bank.")
    assert LONG[found.start : found.end].endswith("Nichts")
    assert place_of("gibt es nicht", 3, LONG) is None


def test_a_marked_passage_gets_whole_words_at_its_ends(desk):
    _procedure, contribution, *_people = desk
    start = LONG.index("ahnhof")
    assert split(contribution, span=(start, start + 8)).source == "Bahnhof fehlt"
