"""Questions before the opening, ballots while it is open, results after the end."""

from datetime import timedelta

import pytest

from modules.ballot import checks, results, search, services
from modules.ballot.counting import count
from modules.ballot.queries import OptionItem, questions_of
from modules.ballot.services import QuestionDraft
from modules.ballot.tests.conftest import CHOICES, make_vote
from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.voting.embargo import Embargo

TWO = (OptionItem("", "Kies"), OptionItem("", "Pflaster", "Gut für Rollstühle."))


def titles(world, procedure):
    return [question.title for question in questions_of(world.activity(procedure))]


def test_questions_are_added_changed_moved_and_removed_before_the_opening(world, coming):
    with transaction():
        services.save_question(world.activity(coming), "", QuestionDraft("single", "Neu?", "**Wichtig**", 1, TWO))
    added = questions_of(world.activity(coming))[-1]
    assert (added.key, added.html, [option.key for option in added.options]) == (
        "q4",
        "<p><strong>Wichtig</strong></p>",
        ["o1", "o2"],
    )
    with transaction():
        kept = (added.options[1], OptionItem("", "Asphalt"))
        services.save_question(world.activity(coming), "q4", QuestionDraft("single", "Anders?", "", 1, kept))
    changed = questions_of(world.activity(coming))[-1]
    assert [(option.key, option.title) for option in changed.options] == [("o2", "Pflaster"), ("o3", "Asphalt")]
    with transaction():
        services.move_question(world.activity(coming), "q4", -1)
        services.remove_question(world.activity(coming), "q1")
    assert [question.key for question in questions_of(world.activity(coming))] == ["q2", "q4", "q3"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (QuestionDraft("single", " ", "", 1, TWO), "title"),
        (QuestionDraft("ranked", "Was?", "", 1, TWO), "kind"),
        (QuestionDraft("single", "Was?", "", 1, TWO[:1]), "options"),
        (QuestionDraft("single", "Was?", "", 1, (*TWO, *TWO)), "options"),
        (QuestionDraft("several", "Was?", "", 1, TWO), "most"),
        (QuestionDraft("several", "Was?", "", 3, TWO), "most"),
    ],
)
def test_a_question_that_cannot_be_answered_is_not_taken(world, coming, draft, field):
    with pytest.raises(Invalid) as refused, transaction():
        services.save_question(world.activity(coming), "", draft)
    assert refused.value.field == field
    assert len(titles(world, coming)) == 3


def test_after_the_opening_questions_stay_as_people_read_them(world, vote):
    before = services.dump(world.activity(vote))
    for change in (
        lambda activity: services.save_question(activity, "q1", QuestionDraft("single", "Anders?", "", 1, TWO)),
        lambda activity: services.remove_question(activity, "q1"),
        lambda activity: services.move_question(activity, "q1", 1),
        lambda activity: services.load(activity, {"questions": []}),
    ):
        with pytest.raises(Conflict), transaction():
            change(world.activity(vote))
    assert services.dump(world.activity(vote)) == before


def test_the_question_of_another_vote_cannot_be_changed(world, coming):
    with pytest.raises(Unknown), transaction():
        services.remove_question(world.activity(coming), "q9")


FOREIGN = {
    "an option that is not there": {"q2": ["o9"]},
    "an option of another question": {"q1": ["o1"]},
    "a question that is not there": {"q1": ["yes"], "q9": ["yes"]},
    "more than are allowed": {"q3": ["o1", "o2", "o3"]},
    "two where one is allowed": {"q2": ["o1", "o2"]},
    "nothing at all": {},
    "only left out": {"q2": [""]},
}


@pytest.mark.parametrize("choices", FOREIGN.values(), ids=FOREIGN)
def test_choices_that_do_not_fit_are_refused_and_nothing_is_cast(world, vote, cast, urn, choices):
    with pytest.raises(Invalid):
        cast(vote, world.person(), choices)
    assert urn() == []


def test_what_was_cast_comes_out_after_the_end_and_counts(world, vote, cast, at):
    for number in range(12):
        cast(vote, world.person(), CHOICES if number % 3 else {"q1": ["no"]})
    with pytest.raises(Embargo):
        results.collect(world.activity(vote))
    with at(now() + timedelta(days=60)):
        package = results.collect(world.activity(vote))
        assert len(package.rows["ballots"]) == 12
        found = count(package)
        assert [(bar.key, bar.value, bar.chosen) for bar in found.tallies[0].bars] == [
            ("yes", 8, True),
            ("no", 4, False),
            ("abstain", 0, False),
        ]
        rows = list(results.counted(world.activity(vote), None))
        assert {row["votes"] for row in rows if row["question_key"] == "q3"} == {8, 0}
        assert len(list(results.single_ballots(world.activity(vote), None))) == 12


@pytest.mark.requirement("LP-12")
def test_below_the_threshold_only_totals_come_out(world, vote, cast, at):
    for _ in range(9):
        cast(vote, world.person())
    with at(now() + timedelta(days=60)):
        package = results.collect(world.activity(vote))
        assert set(package.rows) == {"totals"}
        assert count(package).ballots == 9
        assert list(results.single_ballots(world.activity(vote), None)) == []


@pytest.mark.requirement("LP-12")
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"effect": ""}, "Es fehlt, welche Wirkung"),
        ({"effect": "recommendation", "body": ""}, "welche Stelle das Ergebnis bekommt"),
        ({"effect": "commitment", "body": "Der Rat"}, "der Tag und der Link zum Beschluss"),
    ],
)
def test_a_vote_that_does_not_name_its_effect_is_not_complete(world, settings, words):
    procedure = make_vote(world, settings=settings)
    (check,) = checks.missing(world.activity(procedure))
    assert words in str(check.sentence)
    assert check.blocking


def test_a_vote_without_questions_or_with_one_option_is_not_complete(world):
    procedure = world.procedure(module="ballot", identity=("account",))
    assert [str(check.sentence) for check in checks.missing(world.activity(procedure))] == [
        "Die Abstimmung hat noch keine Frage.",
        "Es fehlt, welche Wirkung die Abstimmung hat.",
    ]
    assert list(checks.missing(world.activity(make_vote(world)))) == []


def test_the_search_finds_questions_and_options(world, vote):
    entries = list(search.entries(world.activity(vote)))
    assert [entry.title for entry in entries] == titles(world, vote)
    assert "Gut für Rollstühle." in entries[1].text


def test_after_the_end_nothing_is_taken(world, vote, cast, at, urn):
    with at(now() + timedelta(days=60)), pytest.raises(Refused, match="refused"):
        cast(vote, world.person())
    assert urn() == []
