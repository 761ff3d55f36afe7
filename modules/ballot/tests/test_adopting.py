"""Contributions of another format become options, and both sides lead to each other."""

import re

import pytest

from modules.ballot.models import Option
from modules.ballot.queries import questions_of
from modules.ballot.services import QuestionConflict, QuestionDraft, dump, save_question
from modules.ballot.tests.conftest import EFFECT
from participation.contributions.models import Contribution
from participation.contributions.passing_on import best, pass_on
from participation.contributions.services import change_state
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid, Unknown
from participation.procedures.services import add_activity


@pytest.fixture
def procedure(world):
    """A procedure in which people wrote four contributions, with a vote that is not open yet."""
    made = world.procedure(module="probe")
    with transaction():
        found = world.again(made)
        vote = add_activity(found, world.app.extensions["registry"].get("ballot"), slug="vote", title="Die Abstimmung")
        vote.settings = {**vote.settings, **EFFECT}
    return world.again(made)


@pytest.fixture
def ideas(world, procedure):
    made = [world.contribution(procedure, source="Das hilft allen.", title=f"Idee {number}") for number in range(4)]
    with transaction():
        for score, row in zip((1, 9, 5, 7), made, strict=True):
            world.again_contribution(row).score = score
    return made


@pytest.fixture
def manager(world, procedure):
    return world.staff(procedure.tenant, Role.MANAGER)


def formats(world, procedure):
    return world.again(procedure).activities


def give(world, procedure, *chosen, by):
    source, target = formats(world, procedure)
    with transaction():
        return pass_on(source, target, [row.reference for row in chosen], actor_id=by.id)


def test_the_best_become_options_with_their_origin(world, procedure, ideas, manager):
    source, _vote = formats(world, procedure)
    assert [row.title for row in best(source, 3)] == ["Idee 1", "Idee 3", "Idee 2"]
    assert give(world, procedure, ideas[2], ideas[1], by=manager) == 2
    (question,) = questions_of(formats(world, procedure)[1])
    assert [(row.title, row.text, row.origin) for row in question.options] == [
        ("Idee 1", "Das hilft allen.", ideas[1].reference),
        ("Idee 2", "Das hilft allen.", ideas[2].reference),
    ]
    assert question.most == 2
    give(world, procedure, ideas[1], ideas[3], by=manager)  # one is there already
    (question,) = questions_of(formats(world, procedure)[1])
    assert [row.title for row in question.options] == ["Idee 1", "Idee 2", "Idee 3"]
    assert dump(formats(world, procedure)[1])["questions"][0]["options"][0] == {
        "key": "o1", "title": "Idee 1", "text": "Das hilft allen.",
    }  # fmt: skip


def test_what_cannot_be_passed_on_is_refused(world, procedure, ideas, manager):
    with pytest.raises(Invalid):
        give(world, procedure, by=manager)
    with pytest.raises(Invalid):
        give(world, procedure, ideas[0], by=manager)  # one option is no choice
    with transaction():
        change_state(world.again_contribution(ideas[0]), "hidden", actor_id=None)
    with pytest.raises(Invalid):
        give(world, procedure, ideas[0], ideas[1], by=manager)
    source, vote = formats(world, procedure)
    with pytest.raises(Unknown), transaction():
        pass_on(vote, source, [ideas[1].reference], actor_id=manager.id)
    assert db.session.query(Option).count() == 0


def test_the_same_title_twice_is_told_apart_and_the_origin_may_go(world, procedure, manager):
    twins = [world.contribution(procedure, source="Ein Text.", title="Mehr Licht") for _ in range(2)]
    give(world, procedure, *twins, by=manager)
    (question,) = questions_of(formats(world, procedure)[1])
    assert [row.title for row in question.options] == ["Mehr Licht", f"Mehr Licht ({twins[1].reference})"]
    with transaction():
        db.session.query(Contribution).filter_by(id=twins[0].id).delete()
        change_state(world.again_contribution(twins[1]), "hidden", actor_id=None)
    (question,) = questions_of(formats(world, procedure)[1])
    assert [row.origin for row in question.options] == ["", ""]
    assert [row.origin_id for row in db.session.query(Option).order_by(Option.id)] == [None, twins[1].id]


def test_an_edited_question_keeps_its_origins(world, procedure, ideas, manager):
    give(world, procedure, ideas[1], ideas[2], by=manager)
    _source, vote = formats(world, procedure)
    (question,) = questions_of(vote)
    from_form = [row._replace(origin="") for row in reversed(question.options)]
    with transaction():
        draft = QuestionDraft(question.kind, "Was zuerst?", "", 2, tuple(from_form))
        save_question(vote, "q1", draft, seen=question.mark)
    (question,) = questions_of(vote)
    assert [row.origin for row in question.options] == [ideas[2].reference, ideas[1].reference]
    with pytest.raises(QuestionConflict), transaction():
        save_question(vote, "q1", draft, seen="other")


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def test_the_organiser_ticks_the_best_and_both_pages_lead_to_each_other(world, client, procedure, ideas, manager):
    world.log_in(client, manager, staff=True)
    base = f"/{procedure.tenant.slug}/{procedure.slug}"
    source, _vote = formats(world, procedure)
    path = f"{base}/-/manage/formats/{source.id}/pass-on"
    assert path in client.get(f"{base}/-/manage/formats").get_data(as_text=True)
    page = client.get(f"{path}?best=2").get_data(as_text=True)
    ticked = re.findall(r"<input [^>]*checked[^>]*>", page)
    assert [row.reference in "".join(ticked) for row in ideas] == [
        False,
        True,
        False,
        True,
    ]
    target = re.search(r'name="target"[^>]*value="(\d+)"', page)[1]
    fields = {"csrf_token": token(page), "target": target}
    assert client.post(path, data=fields).status_code == 422
    assert client.post(path, data=fields | {"chosen": ["AAAAA-AAAAA"]}).status_code == 422
    assert client.post(path, data=fields | {"chosen": [ideas[1].reference]}).status_code == 422
    done = client.post(path, data=fields | {"chosen": [ideas[1].reference, ideas[3].reference]})
    assert "done=passed-on" in done.location
    client.delete_cookie(str(world.app.config["SESSION_COOKIE_NAME"]))
    ballot = client.get(f"{base}/ballot/vote/").get_data(as_text=True)
    assert f"/-/contributions/{ideas[1].reference}" in ballot
    assert f"/-/contributions/{ideas[0].reference}" not in ballot
    idea = client.get(f"{base}/-/contributions/{ideas[1].reference}").get_data(as_text=True)
    assert f'Dieser Beitrag steht auch hier: <a href="{base}/ballot/vote/">Die Abstimmung</a>' in idea
    other = client.get(f"{base}/-/contributions/{ideas[0].reference}").get_data(as_text=True)
    assert "steht auch hier" not in other


def test_the_command_passes_on_the_best(world, runner, procedure, ideas, manager):
    where = ["contributions", "pass-on", procedure.tenant.slug, procedure.slug, "probe/a", "ballot/vote"]
    done = runner.invoke(args=[*where, "--best", "3", "--as", manager.email])
    assert done.output == "3 contributions passed on to Die Abstimmung.\n"
    assert db.session.query(Option).count() == 3
    stranger = world.person()
    assert runner.invoke(args=[*where, "--best", "3", "--as", stranger.email]).exit_code == 1
    assert runner.invoke(args=[*where, "--as", manager.email]).exit_code == 2
    missing = runner.invoke(args=[*where[:-1], "ballot/other", "--best", "3", "--as", manager.email])
    assert "no format ballot/other" in missing.output
