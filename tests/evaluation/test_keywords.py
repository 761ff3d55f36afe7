"""Keywords: what they bring, what is proposed from the texts, and lists of them."""

import pytest
from sqlalchemy import func, select

from participation.evaluation import keywords, proposals
from participation.evaluation.answer_blocks import answer_blocks, keep_answer_block, remove_answer_block, with_block
from participation.evaluation.arguments import split
from participation.evaluation.assigning import assign, assignment_of
from participation.evaluation.case_file import keywords_on
from participation.evaluation.case_models import Department, Tag
from participation.evaluation.keyword_lists import keyword_rows
from participation.evaluation.proposals import frequent_terms
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Unknown

TEXTS = {
    1: "Mehr Spielplätze bauen. Wir wünschen uns das.",
    2: "Der alte Spielplatz ist kaputt, und der Radweg auch.",
    3: "Am Spielplatz fehlt Schatten. Bauen Sie Bäume an.",
    4: "Der Radweg endet im Nichts.",
    5: "Bitte den Radweg verlängern, wir fahren dort jeden Tag.",
    6: "Bitte weniger Lärm.",
    7: "Bitte mehr Ruhe.",
}


@pytest.fixture
def desk(world):
    """A procedure with a contribution, a department of the authority, a case worker."""
    procedure = world.procedure()
    contribution = world.contribution(procedure, source="Der Radweg fehlt.")
    with transaction():
        department = Department(tenant_id=procedure.tenant_id, title="Tiefbau", external=False)
        db.session.add(department)
    return procedure, contribution, department, world.staff(procedure.tenant, Role.CASE_WORKER).id


def made(procedure, title, **values):
    with transaction():
        return keywords.add_keyword(procedure, title, **values)


@pytest.mark.requirement("RA-4.4-03")
def test_a_keyword_assigns_its_department_where_nobody_has_it_yet(desk, world):
    procedure, contribution, department, actor = desk
    keyword = made(procedure, "Radverkehr", department_id=department.id)
    with transaction():
        assert keywords.tag(contribution, keyword, actor_id=actor)
    with transaction():
        assert not keywords.tag(contribution, keyword, actor_id=actor)
    assert assignment_of(contribution).department_id == department.id
    other = world.contribution(procedure)
    with transaction():
        assign(other, person_id=actor, actor_id=actor)
    with transaction():
        keywords.tag(other, keyword, actor_id=actor)
    assert assignment_of(other).department_id is None
    with transaction():
        assert keywords.untag(contribution, keyword, actor_id=actor)
    assert assignment_of(contribution).department_id == department.id


def test_arguments_have_keywords_of_their_own(desk):
    procedure, contribution, _department, actor = desk
    keyword = made(procedure, "Radverkehr")
    with transaction():
        argument = split(contribution, quote="Radweg", version=1, actor_id=actor)
        keywords.tag(contribution, keyword, argument_id=argument.id, actor_id=actor)
        keywords.tag(contribution, keyword, actor_id=actor)
    assert keywords_on(contribution) == {
        None: [(keyword.id, "Radverkehr")],
        argument.id: [(keyword.id, "Radverkehr")],
    }
    assert [(row.contributions, row.arguments) for row in keyword_rows(procedure)] == [(1, 1)]


def test_titles_are_there_once_and_of_this_procedure(desk, world):
    procedure, contribution, _department, actor = desk
    made(procedure, "Radverkehr")
    with pytest.raises(Conflict), transaction():
        keywords.add_keyword(procedure, " radverkehr ")
    with pytest.raises(Invalid), transaction():
        keywords.add_keyword(procedure, " ")
    other = made(world.procedure(procedure.tenant), "Radverkehr")
    with pytest.raises(Unknown), transaction():
        keywords.tag(contribution, other, actor_id=actor)
    strange = world.procedure()
    with transaction():
        block = keep_answer_block(strange.tenant_id, None, title="Fremd", source="Ja.", actor_id=None)
    with pytest.raises(Invalid), transaction():
        keywords.add_keyword(procedure, "Bäume", block_id=block.id)


@pytest.mark.requirement("RA-4.4-03")
def test_text_blocks_of_the_keywords_come_first_and_leave_keywords_behind(desk):
    procedure, _contribution, _department, actor = desk
    tenant_id = procedure.tenant_id
    with transaction():
        keep_answer_block(tenant_id, None, title="Allgemein", source="Danke.", actor_id=actor)
        block = keep_answer_block(tenant_id, None, title="Radwege", source="Geplant.", actor_id=actor)
        keyword = keywords.add_keyword(procedure, "Radverkehr", block_id=block.id)
    assert [entry.title for entry in answer_blocks(tenant_id)] == ["Allgemein", "Radwege"]
    assert [entry.title for entry in answer_blocks(tenant_id, [keyword.id])] == ["Radwege", "Allgemein"]
    assert with_block(block, "Gern.") == "Gern.\n\nGeplant."
    assert with_block(block, "Gern.\n\nGeplant.") == "Gern.\n\nGeplant."
    with transaction():
        remove_answer_block(tenant_id, block.id, actor_id=actor)
    assert keyword_rows(procedure)[0].block is None


@pytest.mark.requirement("RA-4.4-10")
def test_frequent_nouns_are_proposed_with_their_counts():
    found = frequent_terms(TEXTS)
    assert [(term.title, term.ids) for term in found] == [("Radweg", (2, 4, 5)), ("Spielplatz", (1, 2, 3))]
    assert [term.title for term in frequent_terms(TEXTS, known=["Radwege und Straßen"])] == ["Spielplatz"]
    assert frequent_terms({}) == []


def test_a_word_that_nearly_all_use_is_not_proposed():
    texts = {number: f"Zum Marktplatz: {text}" for number, text in TEXTS.items()}
    assert "Marktplatz" not in [term.title for term in frequent_terms(texts)]


def test_a_keyword_goes_to_all_at_once_and_off_all_again(desk, world):
    procedure, contribution, _department, actor = desk
    ids = [contribution.id, world.contribution(procedure).id]
    elsewhere = world.contribution(world.procedure(procedure.tenant)).id
    keyword = made(procedure, "Radverkehr")
    with transaction():
        keywords.tag(contribution, keyword, actor_id=actor)
    with transaction():
        assert proposals.tag_all(keyword, [*ids, elsewhere], actor_id=actor) == 1
    with transaction():
        assert proposals.untag_all(keyword, actor_id=actor) == 2
    assert db.session.scalar(select(func.count(Tag.id))) == 0


def test_from_the_command_line(desk, runner, tmp_path, world):
    procedure, contribution, _department, _actor = desk
    where = ["--tenant", procedure.tenant.slug, "--procedure", procedure.slug]
    by = ["--as", world.staff(procedure.tenant, Role.CASE_WORKER).email]
    assert runner.invoke(args=["keyword", "add", "Radverkehr", *where, *by]).exit_code == 0
    path = tmp_path / "keywords.csv"
    path.write_text("Schlagwort;Textbaustein\nBäume\nRadverkehr\nLärm;Gibt es nicht\n", "utf-8")
    read = runner.invoke(args=["keyword", "import", str(path), *where, *by])
    assert "1 added, 1 were there, 1 not taken" in read.output
    tagged = runner.invoke(args=["keyword", "tag", "radverkehr", contribution.reference, *where, *by])
    assert "1 of 1" in tagged.output
    assert "1      0  Radverkehr" in runner.invoke(args=["keyword", "list", *where]).output
    assert runner.invoke(args=["keyword", "tag", "Fehlt", contribution.reference, *where, *by]).exit_code == 1
