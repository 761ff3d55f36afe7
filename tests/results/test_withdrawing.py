"""A text leaves the published data: a new version verifies without it, its checksum and all figures stay."""

import pytest

from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.results.cutting import cut, texts_to_withdraw, withdraw_text
from participation.results.queries import in_preparation, next_number, published, published_versions
from participation.results.store import path_of
from participation.results.verifying import faults_of, opened
from tests.results.test_package import rows_of


@pytest.fixture
def old(scene, world):
    """A published version that holds a text which was withdrawn afterwards."""
    scene.rate(scene.shown, agree=3)
    scene.add("Ein zweiter Beitrag.")
    result = scene.published()
    with transaction():
        world.set_state(db.session.get(Contribution, scene.shown.id), "withdrawn")
    return result


def take_out(scene, result, reference):
    frozen = cut(result, reference, number=next_number(scene.whole()), reason="Gelöscht.")
    with transaction():
        withdraw_text(scene.whole(), result, frozen, reference, actor_id=scene.second.id)
    return published(scene.procedure.id)


@pytest.mark.requirement("LP-14", "BX-03")
def test_the_new_version_verifies_without_the_text_and_counts_the_same(scene, old):
    before = {row["reference"]: row for row in rows_of(path_of(old.stored_name))}
    figures, root, first = dict(old.figures), old.root, old.number
    new = take_out(scene, old, scene.shown.reference)
    assert (new.number, new.state, new.reason, new.figures) == (first + 1, "published", "Gelöscht.", figures)
    path = path_of(new.stored_name)
    assert "Mehr Bäume bitte.".encode() not in path.read_bytes()
    after = {row["reference"]: row for row in rows_of(path)}
    gone = after[scene.shown.reference]
    assert {"salt", "text", "title", "author"} & set(gone) == set()
    assert gone["leaf"] == before[scene.shown.reference]["leaf"], "the leaf hash stays"
    with opened(path) as package:
        assert faults_of(package) == []
        assert package.manifest["replaces"] == root
        assert package.manifest["version"] == new.number


def test_the_packages_of_older_versions_are_gone_and_their_pages_stay(scene, old):
    take_out(scene, old, scene.shown.reference)
    assert [(row.number, row.has_package) for row in published_versions(scene.procedure.id)] == [(2, True), (1, False)]


def test_what_everybody_can_still_read_does_not_leave_the_data(scene):
    result = scene.published()
    with pytest.raises(Refused):
        take_out(scene, result, scene.shown.reference)
    assert published(scene.procedure.id).number == 1


def test_a_number_without_text_in_the_data_is_refused(scene, old):
    with pytest.raises(Invalid):
        take_out(scene, old, scene.hidden.reference)


def test_a_correction_under_way_has_to_be_computed_again(scene, old):
    scene.compute(reason="Zahlendreher")
    take_out(scene, old, scene.shown.reference)
    waiting = in_preparation(scene.procedure.id)
    assert (waiting.number, waiting.stored_name) == (3, None)
    scene.compute(reason="Zahlendreher")
    assert in_preparation(scene.procedure.id).number == 3


def test_texts_that_nobody_may_read_any_more_are_named(scene, old):
    assert texts_to_withdraw(scene.whole(), old) == [scene.shown.reference]
    new = take_out(scene, old, scene.shown.reference)
    assert texts_to_withdraw(scene.whole(), new) == []


def test_two_at_once_make_one_version(scene, old):
    frozen = cut(old, scene.shown.reference, number=2, reason="Gelöscht.")
    take_out(scene, old, scene.shown.reference)
    with pytest.raises(Conflict), transaction():
        withdraw_text(scene.whole(), old, frozen, scene.shown.reference, actor_id=scene.second.id)
