"""What a procedure still needs before it can be published."""

from datetime import timedelta

import pytest

from participation.interfaces import Check
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.procedures.checklist import missing, points
from participation.procedures.services import change_procedure
from participation.registry import installed


@pytest.fixture
def complete(world):
    """A draft to which nothing is missing."""
    answers = today() + timedelta(days=200)
    values = {"summary": "Kurz.", "deciders": "Der Rat", "answers_by": answers}
    return world.procedure(stage="draft", begins=timedelta(days=20), **values)


def titles(found):
    return [str(point.title) for point in found]


def changed(world, procedure, **values):
    with transaction():
        change_procedure(world.again(procedure), **values)
    return world.again(procedure)


def test_a_complete_procedure_lacks_nothing(complete):
    assert missing(complete) == []


def test_an_empty_procedure_lacks_what_people_need_to_know(world):
    procedure = world.procedure(stage="draft", title="", kinds=[])
    assert titles(missing(procedure)) == [
        "Titel", "Das Wichtigste in Kürze", "Wer entscheidet", "Mindestens eine Phase",
        "Tag, bis zu dem Antworten kommen",
    ]  # fmt: skip
    assert all(str(point.sentence) for point in missing(procedure))


@pytest.mark.parametrize("name", ["title", "summary", "deciders", "contact"])
def test_each_needed_text_is_missed(world, complete, name):
    (point,) = missing(changed(world, complete, **{name: "  "}))
    assert (point.endpoint, point.anchor) == ("manage.facts", name)


def test_what_is_open_and_what_is_fixed_is_asked_but_does_not_stop(world, complete):
    open_points = [point for point in points(complete) if not point.done]
    assert {"Was feststeht", "Was sich ändern kann"} <= set(titles(open_points))
    assert not any(point.blocking for point in open_points)
    whole = changed(world, complete, fixed="Das Geld", changeable="Der Weg")
    assert not {"Was feststeht", "Was sich ändern kann"} & set(titles(p for p in points(whole) if not p.done))


def test_a_picture_without_words_stops_and_none_does_not(world, complete):
    assert titles(missing(changed(world, complete, picture=b"bild"))) == ["Bild mit Beschreibung"]
    assert missing(changed(world, complete, picture_alt="Ein Baum")) == []


@pytest.mark.requirement("RA-2-01")
def test_a_statutory_period_needs_its_law_and_its_notice_and_an_informal_one_does_not(world, complete):
    assert missing(complete) == []
    with transaction():
        world.phase(complete).statutory = True
    found = missing(world.again(complete))
    assert "Rechtliche Grundlage" in titles(found)
    assert any("bekannt gemacht" in str(point.sentence) for point in found)
    law = changed(world, complete, legal_basis="§ 3 Absatz 2 BauGB", announced_on=today())
    assert "Rechtliche Grundlage" not in titles(missing(law))
    assert not any("bekannt gemacht" in str(point.sentence) for point in missing(law))


@pytest.mark.requirement("RA-2-07")
@pytest.mark.parametrize(("level", "fits"), [("inform", False), ("consult", True), ("decide", False)])
def test_the_level_must_fit_to_what_the_phases_allow(world, complete, level, fits):
    procedure = changed(world, complete, level=level)
    point = next(point for point in points(procedure) if point.anchor == "level")
    assert point.done is fits
    assert bool(str(point.sentence)) is not fits


@pytest.mark.parametrize(
    ("name", "days"), [("announced_on", 30), ("answers_by", 25), ("decision_on", 25), ("retained_until", 100)]
)
def test_days_in_the_wrong_order_stop(world, complete, name, days):
    procedure = changed(world, complete, **{name: today() + timedelta(days=days)})
    (point,) = missing(procedure)
    assert (str(point.title), point.anchor) == ("Reihenfolge der Tage", name)


def test_phases_that_are_over_stop(world, complete, at):
    with at(world.phase(complete).ends_at):
        assert titles(missing(complete)) == ["Termine in der Zukunft"]


def test_a_module_says_what_its_activities_lack(world, complete, monkeypatch):
    module = installed().get("probe")
    asked = [Check(sentence="Es fehlt ein Text."), Check(sentence="Schön wäre mehr.", blocking=False)]
    monkeypatch.setitem(module.__dict__, "checks", lambda activity: asked)
    (point,) = missing(complete)
    assert (point.sentence, point.endpoint, point.activity.slug) == ("Es fehlt ein Text.", "probe.index", "a")


def test_an_activity_whose_module_is_gone_stops(world, complete):
    with transaction():
        world.activity(complete).module = "gone"
    assert "nicht vorhanden" in str(missing(world.again(complete))[0].sentence)
