"""Changing facts: never over somebody else's change, never what people rely on."""

import pytest

from participation.kernel.db import transaction
from participation.kernel.refusal import Conflict, Invalid
from participation.procedures.facts import PROMISED, change_facts, change_picture, frozen_facts, last_editor
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.services import change_procedure


@pytest.fixture
def procedure(world):
    return world.procedure(stage="draft", title="Der Park")


def change(world, procedure, version, person=None, **values):
    with transaction():
        change_facts(world.again(procedure), version, values, actor_id=person.id if person else None)
    return world.again(procedure)


def test_only_one_of_two_changes_of_the_same_state_is_taken(world, procedure):
    shown = procedure.version
    change(world, procedure, shown, title="Der Garten")
    with pytest.raises(Conflict):
        change(world, procedure, shown, title="Der Wald", area="Nord")
    saved = world.again(procedure)
    assert (saved.title, saved.area) == ("Der Garten", "")


def test_two_hundred_rounds_of_two_editors_lose_nothing(world, procedure):
    for number in range(200):
        shown = world.again(procedure).version
        change(world, procedure, shown, summary=f"Runde {number}")
        with pytest.raises(Conflict):
            change(world, procedure, shown, summary="überschrieben")
        assert world.again(procedure).summary == f"Runde {number}"


def test_nothing_changed_is_no_change(world, procedure):
    assert change(world, procedure, procedure.version, title="Der Park").version == procedure.version


def test_the_last_editor_is_named_until_the_account_is_gone(world, procedure):
    person = world.person("Ole Beispiel")
    change(world, procedure, procedure.version, person, area="Nord")
    assert last_editor(procedure.id) == "Ole Beispiel"
    with transaction():
        change_procedure(world.again(procedure), area="Süd")
    assert last_editor(procedure.id) == "Ole Beispiel", "the clock and commands have no name"


@pytest.mark.parametrize("stage", sorted(Stage))
def test_what_people_rely_on_is_frozen_once_they_see_it(world, stage):
    procedure = world.procedure(stage=stage)
    with transaction():
        world.again(procedure).announced_on = None
    procedure = world.again(procedure)
    internal = stage in INTERNAL
    if stage in (Stage.RELEASED, Stage.ANNOUNCED):
        internal = False  # the first phase has begun: the clock has opened it
    assert frozen_facts(procedure) == (() if internal else PROMISED)
    if not internal:
        with pytest.raises(Invalid) as refused:
            change(world, procedure, procedure.version, level="inform")
        assert refused.value.field == "level"


def test_an_empty_title_is_refused(world, procedure):
    with pytest.raises(Invalid) as refused:
        change(world, procedure, procedure.version, title=" \u200b ")
    assert refused.value.field == "title"


def test_a_picture_is_described_or_not_taken(world, procedure):
    for picture, words, field in ((None, "Baum", "picture"), (b"x", "  ", "picture_alt")):
        with pytest.raises(Invalid) as refused, transaction():
            change_picture(world.again(procedure), picture, words)
        assert refused.value.field == field
