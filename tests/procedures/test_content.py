"""A procedure as data: copied with all its content, moved in time, refused where it does not fit."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid, Unknown
from participation.procedures.content import Part, dump, load
from participation.procedures.making import copy_of, make_procedure, proposed_slug, source_of, supplied_templates
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import procedure_at
from participation.procedures.services import add_activity
from participation.procedures.templates import (
    keep_template,
    own_templates,
    remove_template,
    share_template,
    shared_templates,
    take_template,
)
from participation.registry import installed

FACTS = {
    "summary": "Kurz gesagt.", "description": "## Lang\n\nText", "topic": "Verkehr", "area": "Nord", "level": "decide",
    "legal_basis": "§ 3 BauGB", "deciders": "Der Rat", "fixed": "Das Geld", "changeable": "Der Weg", "practice": True,
    "visible_to": "members",
}  # fmt: skip


@pytest.fixture
def original(world):
    """A procedure with facts, dates, phases and people."""
    first = today() + timedelta(days=10)
    return world.procedure(
        slug="park", title="Der Park", kinds=["noting", "talking"], begins=timedelta(days=10), moderation="first",
        announced_on=first - timedelta(days=5), answers_by=first + timedelta(days=90), picture=b"bild",
        picture_alt="Ein Baum", **FACTS,
    )  # fmt: skip


def spans(procedure):
    return [
        (datetime.fromisoformat(phase.begins_local), datetime.fromisoformat(phase.ends_local))
        for activity in procedure.activities
        for phase in activity.phases
    ]


def without_day(content):
    return {name: value for name, value in content.items() if name != "begins_on"}


def test_a_dump_is_plain_data_without_people(world, original):
    world.contribution(original, world.person("Rosa Kanarienvogel"), source="Ein Beitrag.")
    words = json.dumps(dump(world.again(original)))
    assert "Kanarienvogel" not in words
    assert "Ein Beitrag." not in words


def test_what_is_loaded_says_the_same_again(world, original):
    content = json.loads(json.dumps(dump(original)))
    tenant = world.tenant("woanders")
    with transaction():
        load(tenant, content, slug="kopie")
    copy = procedure_at("woanders", "kopie")
    assert dump(copy) == content
    assert copy.stage == "draft"
    assert spans(copy) == spans(original)


@pytest.mark.requirement("RA-3-18")
def test_a_copy_begins_on_another_day_and_all_days_move_along(world, original):
    source = copy_of(original)
    with transaction():
        made = make_procedure(
            world.again(original).tenant, source, title="Noch einer", begins_on=date(2027, 3, 1)
        ).procedure.slug
    copy = procedure_at(original.tenant.slug, made)
    by = date(2027, 3, 1) - spans(original)[0][0].date()
    assert spans(copy) == [(begins + by, ends + by) for begins, ends in spans(original)]
    assert copy.announced_on == original.announced_on + by
    assert copy.answers_by == original.answers_by + by
    assert {name: getattr(copy, name) for name in FACTS} == FACTS
    assert (copy.has_picture, copy.picture_alt, copy.picture) == (True, "Ein Baum", b"bild")
    assert (copy.origin_title, copy.origin_tenant) == ("Der Park", original.tenant.name)
    assert without_day(dump(copy))["activities"] == without_day(dump(original))["activities"]


def test_the_summer_time_changes_no_hour_of_a_moved_phase(world):
    tenant = world.tenant("amt")
    content = {
        "format": 1,
        "facts": {"title": "Zeit"},
        "activities": [
            {
                "module": "probe", "slug": "a", "title": "A",
                "phases": [
                    {"kind": "noting", "begins_day": 0, "begins_time": "09:00", "ends_day": 30, "ends_time": "18:00"}
                ],
            }
        ],
    }  # fmt: skip
    with transaction():
        load(tenant, content, slug="zeit", begins_on=date(2027, 3, 20))
    phase = procedure_at("amt", "zeit").activities[0].phases[0]
    assert (phase.begins_local, phase.ends_local) == ("2027-03-20T09:00:00", "2027-04-19T18:00:00")
    assert (phase.begins_at.hour, phase.ends_at.hour) == (8, 16)


def test_numbers_of_other_things_never_come_along(world, original):
    with transaction():
        world.activity(original).settings = {"document_id": 1, "sort": "newest"}
    assert dump(world.again(original))["activities"][0]["settings"] == {"sort": "newest"}


@pytest.mark.requirement("OG-10")
def test_what_does_not_fit_stays_out_and_is_said(world, original):
    content = dump(original)
    content["activities"] += [
        {"module": "gone", "slug": "b", "title": "Spiel"},
        {"module": "probe", "slug": "c", "title": "C", "settings": {"sort": "backwards"}},
        {"module": "probe", "slug": "d", "title": "D", "phases": [{"kind": "never", "begins_day": 0, "ends_day": 9}]},
    ]
    content["activities"][0]["phases"][0]["identity"] = ["email", "oracle"]
    tenant = world.tenant("woanders")
    with transaction():
        said = [str(sentence) for sentence in load(tenant, content, slug="kopie").left_out]
    copy = procedure_at("woanders", "kopie")
    assert [activity.slug for activity in copy.activities] == ["a", "c", "d"]
    assert copy.activities[1].settings == {}
    assert copy.activities[0].phases[0].identity == ["email"]
    assert said == [
        "„Spiel“ bleibt weg. Das Format „gone“ ist auf dieser Plattform nicht vorhanden.",
        "Die Einstellung „sort“ passt hier nicht mehr.",
        "Die Phase „never“ gibt es in diesem Format nicht mehr.",
    ]


def test_an_activity_whose_module_is_gone_is_dumped_without_its_content(world, original):
    with transaction():
        activity = add_activity(world.again(original), installed().get("probe"), slug="alt", title="Alt")
        activity.module = "gone"
    entry = dump(world.again(original))["activities"][1]
    assert (entry["module"], entry["content"]) == ("gone", None)


def broken():
    good = {"module": "probe", "slug": "a", "title": "A"}
    yield "newer", {"format": 2, "something": "new"}
    yield "without a format", {"facts": {"title": "x"}}
    yield "an odd format", {"format": "1", "activities": 7}
    yield "an unknown fact", {"format": 1, "facts": {"stage": "running"}}
    yield "a phase without days", {"format": 1, "activities": [good | {"phases": [{"kind": "noting"}]}]}
    yield "a phase that ends first", {
        "format": 1, "activities": [good | {"phases": [{"kind": "noting", "begins_day": 5, "ends_day": 1}]}]
    }  # fmt: skip
    yield "a bad address", {"format": 1, "activities": [good | {"slug": "../x"}]}
    yield "one address twice", {"format": 1, "activities": [good, good]}
    yield (
        "an audience nobody knows",
        {
            "format": 1,
            "activities": [good | {"phases": [{"kind": "noting", "begins_day": 0, "ends_day": 1, "audience": "all"}]}],
        },
    )


@pytest.mark.parametrize(("name", "content"), list(broken()), ids=[name for name, _ in broken()])
def test_a_broken_or_newer_content_is_refused_and_nothing_is_half_made(world, name, content):
    tenant = world.tenant("amt")
    with pytest.raises(Invalid) as refused, transaction():
        load(tenant, content, slug="neu", title="Neu")
    assert str(refused.value.sentence)
    assert db.session.scalar(select(func.count(Procedure.id))) == 0
    assert db.session.scalar(select(func.count(Activity.id))) == 0


def test_other_rooms_add_their_part(world, original, monkeypatch):
    taken = []
    part = Part(name="questions", dump=lambda procedure: [procedure.title], load=lambda _new, data: taken.extend(data))
    monkeypatch.setitem(world.app.extensions, "content_parts", (part,))
    content = dump(original)
    assert content["parts"] == {"questions": ["Der Park"]}
    one, other = world.tenant("eins"), world.tenant("zwei")
    with transaction():
        load(one, content, slug="kopie")
    assert taken == ["Der Park"]
    monkeypatch.setitem(world.app.extensions, "content_parts", ())
    with transaction():
        load(other, content, slug="kopie")
    assert taken == ["Der Park"], "a part that is gone is left alone"


@pytest.mark.requirement("RA-3-18")
def test_the_supplied_templates_fit_the_platform(world):
    tenant = world.tenant("amt")
    found = supplied_templates()
    assert len(found) >= 2
    for number, entry in enumerate(found):
        assert entry.summary
        with transaction():
            made = make_procedure(tenant, source_of(tenant, f"supplied:{entry.name}"), title=f"Nummer {number}")
            slug, left_out = made.procedure.slug, [str(sentence) for sentence in made.left_out]
        assert not [sentence for sentence in left_out if "ballot" not in sentence]
        copy = procedure_at("amt", slug)
        assert copy.activities[0].phases
        assert copy.answers_by > spans(copy)[-1][1].date(), "answers come after the last phase"


@pytest.mark.requirement("OG-09")
def test_a_template_keeps_its_origin_over_several_hands(world, original):
    one, two, three = original.tenant, world.tenant("zwei", name="Zwei"), world.tenant("drei", name="Drei")
    with transaction():
        template = keep_template(world.again(original), title="  Parks   planen ", summary="Für Parks")
        assert template.title == "Parks planen"
        assert not {"contact", "deciders", "picture_alt"} & set(template.content["facts"])
        number = template.id
    with pytest.raises(Unknown), transaction():
        take_template(two, number)
    with transaction():
        share_template(db.session.get(type(template), number), True)
    assert [(row.title, row.tenant) for row in shared_templates(two.id)] == [("Parks planen", one.name)]
    with transaction():
        second = take_template(two, number).id
    with pytest.raises(Invalid), transaction():
        take_template(two, number)
    assert shared_templates(two.id) == []
    with transaction():
        share_template(db.session.get(type(template), second), True)
        third = take_template(three, second).id
    with transaction():
        remove_template(db.session.get(type(template), number))
    db.session.expire_all()
    row = db.session.get(type(template), third)
    assert (row.origin_title, row.origin_tenant) == ("Parks planen", one.name)
    assert own_templates(two.id)[0].origin == one.name
    source = source_of(three, f"template:{third}")
    assert (source.origin_title, source.origin_tenant) == ("Parks planen", one.name)


def test_a_template_needs_a_name(world, original):
    with pytest.raises(Invalid) as refused, transaction():
        keep_template(world.again(original), title=" ")
    assert refused.value.field == "title"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Straßen für Übermorgen", "strassen-fuer-uebermorgen"), ("  Ça va? – Österreich!", "ca-va-oesterreich"),
        ("???", "verfahren"), ("-", "verfahren"), ("API", "api-2"),
        ("Ein sehr langer Titel, der in keine Adresse passt, weil er zu viele Wörter hat",
         "ein-sehr-langer-titel-der-in-keine-adresse-passt"),
    ],
)  # fmt: skip
def test_an_address_is_proposed_from_the_title(world, title, slug):
    assert proposed_slug(world.tenant(), title) == slug
