"""What belongs to merged contributions counts with the target, each person and each answer once; undo is exact."""

from random import Random

import pytest

from participation.contributions.below import thread
from participation.contributions.counters import drift
from participation.contributions.models import Contribution, RatingRow
from participation.contributions.queries import item_at, own_ratings
from participation.contributions.ratings import rate
from participation.contributions.services import withdraw
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.moderation.merging import merge, split
from participation.moderation.models import ModerationBatch
from participation.moderation.services import Seen, hide, restore
from participation.moderation.undo import take_back

WEIGHTS = {"agree": 1, "neutral": 0, "disagree": -1}


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def ideas(world, procedure):
    return [world.contribution(procedure, source=f"Ein Gedanke über Nummer {number}.") for number in range(3)]


@pytest.fixture
def press(world, procedure):
    """`press(contribution, person, value)` rates as somebody."""

    def rated(contribution, person, value="agree"):
        by, who = world.participant(procedure, person), world.viewer(person, procedure)
        with transaction():
            rate(fresh(contribution), world.activity(procedure), value, who=who, by=by)

    return rated


def fresh(contribution):
    return db.session.get(Contribution, contribution.id, populate_existing=True)


def do_merge(into, *contributions, by):
    seen = {entry.reference: Seen(entry.state, entry.versions) for entry in map(fresh, contributions)}
    with transaction():
        return merge(fresh(into), seen, actor_id=by.id)


def undo(batch_id):
    with transaction():
        return take_back(db.session.get_one(ModerationBatch, batch_id))


def counters():
    query = db.session.query(Contribution).populate_existing().order_by(Contribution.id)
    return {row.id: (row.state, row.agree, row.neutral, row.disagree, row.score, row.replies) for row in query}


@pytest.mark.requirement("RA-4.1-08")
def test_who_rated_several_counts_once_and_undo_is_exact(world, procedure, ideas, moderator, press):
    into, one, other = ideas
    both, single = world.person(), world.person()
    for entry in ideas:
        press(entry, both)
    press(other, single, "disagree")
    with transaction():
        row = fresh(other)
        row.imported, row.score = 7, row.score + 7
    before = counters()
    batch = do_merge(into, one, other, by=moderator)
    row = fresh(into)
    assert (row.agree, row.disagree, row.score) == (1, 1, 7)
    assert not drift()
    undo(batch.id)
    assert counters() == before
    assert not drift()


def test_the_own_rating_of_the_target_is_the_one_that_counts_and_taking_back_takes_all(
    world, procedure, ideas, moderator, press
):
    into, one, _other = ideas
    person = world.person()
    press(one, person, "disagree")
    do_merge(into, one, by=moderator)
    who = world.viewer(person, procedure)
    assert own_ratings([into.id], who) == {into.id: "disagree"}
    press(into, person, "agree")
    assert own_ratings([into.id], world.viewer(person, procedure)) == {into.id: "agree"}
    assert (fresh(into).agree, fresh(into).disagree) == (1, 0)
    press(into, person, "none")
    assert (fresh(into).agree, fresh(into).disagree) == (0, 0)
    assert db.session.query(RatingRow).count() == 0
    assert not drift()


@pytest.mark.requirement("RA-4.1-08")
def test_answers_to_merged_ones_stand_below_the_own_ones_and_are_paged(world, procedure, ideas, moderator):
    into, one, other = ideas
    own = [
        world.contribution(procedure, source=f"Eigene Antwort {number}.", parent=fresh(into)) for number in range(19)
    ]
    first = world.contribution(procedure, source="Antwort auf den ersten.", parent=fresh(one))
    deeper = world.contribution(procedure, source="Antwort auf die Antwort.", parent=fresh(first))
    late = world.contribution(procedure, source="Antwort auf den zweiten.", parent=fresh(other))
    before = counters()
    batch = do_merge(into, one, other, by=moderator)
    assert fresh(into).replies == 22
    activity = world.activity(procedure)
    root = item_at(activity, into.reference)
    pages = [thread(root, activity, with_merged=True)]
    while pages[-1].next:
        pages.append(thread(root, activity, after=pages[-1].next, with_merged=True))
    assert [[entry.item.id for entry in page.own] for page in pages] == [[entry.id for entry in own], []]
    assert [[entry.item.id for entry in page.merged] for page in pages] == [[first.id], [deeper.id, late.id]]
    assert [entry.level for page in pages for entry in page.merged] == [0, 1, 0]
    world.contribution(procedure, source="Noch eine Antwort auf die Antwort.", parent=fresh(deeper))
    assert fresh(into).replies == 23
    assert not drift()
    undo(batch.id)
    after = counters()
    assert {number: after[number] for number in (into.id, other.id)} == {
        number: before[number] for number in (into.id, other.id)
    }
    assert fresh(one).replies == 3
    assert not drift()


def test_answers_below_both_are_listed_and_counted_once(world, procedure, ideas, moderator):
    into, _one, _other = ideas
    answer = world.contribution(procedure, source="Sagt dasselbe noch einmal.", parent=fresh(into))
    below = world.contribution(procedure, source="Eine Antwort darauf.", parent=fresh(answer))
    do_merge(into, answer, by=moderator)
    assert fresh(into).replies == 1
    activity = world.activity(procedure)
    page = thread(item_at(activity, into.reference), activity, with_merged=True)
    assert [item.id for item in page.items] == [answer.id, below.id]
    assert not drift()


def test_the_page_says_what_is_merged_and_shows_its_answers(world, client, procedure, ideas, moderator):
    into, one, _other = ideas
    world.contribution(procedure, source="Ein gutes Wort dazu.", parent=fresh(one))
    do_merge(into, one, by=moderator)
    page = client.get(f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{into.reference}").get_data(
        as_text=True
    )
    for words in (
        "1 Antwort",
        "Aus zusammengeführten Beiträgen",
        "Ein gutes Wort dazu.",
        "1 Beitrag, der dasselbe sagt",
    ):
        assert words in page
    assert "Ein Gedanke über Nummer 1" not in page


def test_a_withdrawn_one_takes_its_support_along(world, procedure, ideas, moderator, press):
    person = world.person()
    mine = world.contribution(procedure, person, source="Mein eigener Gedanke dazu.")
    press(mine, world.person())
    do_merge(ideas[0], mine, by=moderator)
    assert fresh(ideas[0]).agree == 1
    with transaction():
        withdraw(fresh(mine), who=world.viewer(person, procedure))
    assert (fresh(ideas[0]).agree, fresh(mine).agree) == (0, 1)
    assert not drift()


@pytest.mark.parametrize("run", range(4))
def test_whatever_happens_in_which_order_the_counters_say_the_truth(world, procedure, moderator, press, run):
    chance = Random(f"merging {run}")
    people = [world.person() for _ in range(4)]
    roots = [world.contribution(procedure, source=f"Gedanke Nummer {number} hierzu.") for number in range(5)]
    batches = []
    for step in range(45):
        before = counters()
        act = chance.choice(("rate", "rate", "answer", "merge", "merge", "split", "undo", "hide"))
        batch = ACTS[act](world, procedure, press, moderator, chance, roots, people, batches)
        assert not drift(), f"{act} in step {step} of run {run}"
        if batch and chance.random() < 0.5:
            undo(batch.id)
            assert counters() == before, f"{act} in step {step} of run {run} was not taken back exactly"
        elif batch:
            batches.append(batch.id)
    assert naive_counts() == {number: found[1:] for number, found in counters().items()}


def naive_counts():
    """The counters, counted slowly."""
    rows = db.session.query(Contribution).all()
    given = db.session.query(RatingRow).order_by(RatingRow.at, RatingRow.id).all()
    found = {}
    for row in rows:
        members = {row.id} | {one.id for one in rows if one.state == "merged" and one.merged_into_id == row.id}
        stands_elsewhere = row.state == "merged" and row.merged_into_id is not None
        votes = {rating.participant_id: rating.value for rating in given if rating.contribution_id in members}
        votes |= {rating.participant_id: rating.value for rating in given if rating.contribution_id == row.id}
        votes.pop(row.participant_id, None)
        values = [] if stands_elsewhere else list(votes.values())
        below = [one for one in rows if one.state == "published" and {one.root_id, one.parent_id} & members]
        sums = tuple(values.count(name) for name in WEIGHTS)
        found[row.id] = (*sums, sum(WEIGHTS[value] for value in values), len(below))
    return found


def do_rate(world, procedure, press, moderator, chance, roots, people, batches):
    entry = fresh(chance.choice(roots))
    if entry.state == "published":
        press(entry, chance.choice(people), chance.choice(("agree", "neutral", "disagree", "none")))


def do_answer(world, procedure, press, moderator, chance, roots, people, batches):
    rows = db.session.query(Contribution).filter_by(state="published").order_by(Contribution.id).all()
    if rows:
        world.contribution(procedure, chance.choice(people), "Eine Antwort darauf.", parent=fresh(chance.choice(rows)))


def do_merging(world, procedure, press, moderator, chance, roots, people, batches):
    rows = db.session.query(Contribution).filter_by(state="published").order_by(Contribution.id).all()
    if len(rows) < 2:
        return None
    into, *chosen = chance.sample(rows, min(len(rows), chance.choice((2, 3))))
    return do_merge(into, *chosen, by=moderator)


def do_split(world, procedure, press, moderator, chance, roots, people, batches):
    rows = db.session.query(Contribution).filter_by(state="merged").order_by(Contribution.id).all()
    if not rows:
        return None
    row = fresh(chance.choice(rows))
    with transaction():
        act = split(row, actor_id=moderator.id, seen=Seen("merged", row.versions))
    return db.session.get(ModerationBatch, act.batch_id)


def do_undo(world, procedure, press, moderator, chance, roots, people, batches):
    if batches:
        undo(batches.pop())


def do_hide(world, procedure, press, moderator, chance, roots, people, batches):
    row = fresh(chance.choice(roots))
    seen = Seen(row.state, row.versions)
    with transaction():
        if row.state == "published":
            hide(row, actor_id=moderator.id, seen=seen, reason="off_topic", sentence="Kein Bezug.")
        elif row.state == "hidden":
            restore(row, actor_id=moderator.id, seen=seen, sentence="")


ACTS = {
    "rate": do_rate,
    "answer": do_answer,
    "merge": do_merging,
    "split": do_split,
    "undo": do_undo,
    "hide": do_hide,
}


def test_a_merged_one_is_not_rated_any_more(ideas, moderator, press, world):
    do_merge(ideas[0], ideas[1], by=moderator)
    with pytest.raises(Refused):
        press(ideas[1], world.person())
