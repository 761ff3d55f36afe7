"""A text goes along when its procedure is copied or becomes a template; what people wrote does not."""

from random import Random

import pytest
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.documents.importing import dump
from participation.kernel.db import db, transaction
from participation.procedures.content import load
from participation.procedures.making import copy_of, make_procedure
from participation.procedures.queries import procedure_at


@pytest.fixture
def original(world):
    """A procedure with a text of 300 paragraphs and some comments."""
    procedure = world.procedure(slug="gesetz", module="text")
    with transaction():
        world.app.extensions["registry"].get("text").seed(world.activity(procedure), Random(1), 5)
    return world.again(procedure)


@pytest.mark.requirement("OG-09")
def test_a_copy_at_another_authority_has_the_words_and_a_document_of_its_own(world, original):
    source, before = copy_of(original), dict(original.activities[0].settings)
    tenant = world.tenant("woanders")
    with transaction():
        make_procedure(tenant, source, slug="kopie", title="Kopie")
    copy = procedure_at("woanders", "kopie").activities[0]
    assert dump(copy) == dump(world.again(original).activities[0])
    assert len(dump(copy)["nodes"]) > 300
    assert copy.settings["document_id"] not in (None, before["document_id"])
    mine = select(Contribution.id).where(Contribution.activity_id == copy.id)
    assert db.session.scalars(mine).all() == []


def test_settings_that_do_not_fit_any_more_take_their_defaults_and_are_said(world, original):
    content = dict(copy_of(original).content)
    content["activities"][0]["settings"] = {"sort": "backwards", "ratings": False}
    tenant = world.tenant("woanders")
    with transaction():
        made = load(tenant, content, slug="kopie")
        said = [str(sentence) for sentence in made.left_out]
    settings = procedure_at("woanders", "kopie").activities[0].settings
    assert (settings["sort"], settings["ratings"]) == ("newest", False)
    assert said == ["Die Einstellung „sort“ passt hier nicht mehr."]
