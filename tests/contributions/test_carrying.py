"""A new version of a text goes public: every contribution has a fate, none is lost, few statements do it."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from participation.contributions import placing
from participation.contributions.carrying import carry_late, preview, publish
from participation.contributions.counters import recount
from participation.contributions.models import Anchor, Contribution, ContributionVersion, Draft
from participation.contributions.placement_models import Placement
from participation.contributions.placements import comments_then, counts_then, pasts_of, stops_of
from participation.contributions.queries import counts_by_place
from participation.documents import drafting, editing
from participation.documents.anchors import passage_at
from participation.documents.models import Document, DocumentVersion, Node
from participation.documents.queries import nodes
from participation.documents.reading import Kind, NodeDraft, Reading
from participation.documents.services import add_version, create_document
from participation.documents.versions import comparison_of, readable_versions
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import Delivery, EventRow
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.phases import change_phase
from participation.testing.queries import count_queries
from tests.documents.changed_laws import readings


def with_law(world):
    """A running procedure with the OZG as its text."""
    made = world.procedure()
    with transaction():
        found = world.again(made)
        document = create_document(found, "Gesetz")
        add_version(document, readings("ozg")[0])
        found.activities[0].settings = {"document_id": document.id}
    return world.again(made)


@pytest.fixture
def procedure(world):
    return with_law(world)


@pytest.fixture
def document(procedure):
    return db.session.scalar(select(Document).where(Document.procedure_id == procedure.id))


def drafted(world, procedure, document, reading=None):
    """The version in preparation: the OZG as it was changed by hand."""
    with transaction():
        nodes_ = (reading or readings("ozg")[1]).nodes
        return drafting.begin_with(document, world.again(procedure), nodes_, actor_id=None).id


def go_public(world, procedure, document):
    with transaction():
        found = world.again(procedure)
        draft = drafting.draft_of(document)
        return publish(document, found, revision=draft.revision, actor_id=None)


def quoted(document, key, words):
    text = db.session.scalar(select(Node.text).where(Node.version_id == document.current_version_id, Node.key == key))
    start = text.index(words)
    return {
        "version_id": document.current_version_id,
        "node_key": key,
        **vars(passage_at(text, start, start + len(words))),
    }


@pytest.mark.requirement("RA-4.1-10", "RA-3-22")
def test_comments_are_carried_moved_or_orphaned_and_keep_their_words(world, procedure, document):
    stays = world.contribution(procedure, place="p1-abs1")
    moves = world.contribution(
        procedure, place="p3-abs2", passage=quoted(document, "p3-abs2", "einheitliches Organisationskonto")
    )
    answer = world.contribution(procedure, parent=moves)
    lost = world.contribution(procedure, place="p7-abs2")
    whole = world.contribution(procedure)
    drafted(world, procedure, document)
    assert go_public(world, procedure, document) == (1, 2, 1)
    places = {row.id: row.place for row in db.session.execute(select(Contribution.id, Contribution.place))}
    assert places == {
        stays.id: "p1-abs1",
        moves.id: "p4-abs3",
        answer.id: "p4-abs3",
        lost.id: "gone:1:p7-abs2",
        whole.id: "",
    }
    anchor = db.session.scalars(select(Anchor)).one()
    text = db.session.scalar(select(Node.text).where(Node.version_id == anchor.version_id, Node.key == "p4-abs3"))
    assert text[anchor.start : anchor.end] == "einheitliches Organisationskonto"
    fates = {row.contribution_id: (row.fate, row.place_before) for row in db.session.scalars(select(Placement))}
    assert fates[lost.id] == ("orphaned", "p7-abs2")
    assert fates[answer.id] == ("moved", "p3-abs2")
    assert whole.id not in fates
    with transaction():
        assert recount() == 0
    assert counts_by_place(world.activity(procedure))["p4-abs3"] == 2


@pytest.mark.requirement("RA-4.1-10")
def test_the_preview_says_what_publishing_will_do_and_changes_nothing(world, procedure, document):
    world.contribution(procedure, place="p1-abs1")
    lost = world.contribution(procedure, place="p7-abs2", source="Die Registrierung fehlt mir.")
    drafted(world, procedure, document)
    fates, orphans = preview(document, world.again(procedure))
    assert fates == (1, 0, 1)
    assert [(row.reference, row.citation) for row in orphans] == [(lost.reference, "§ 7 Absatz 2")]
    assert db.session.scalar(select(func.count()).select_from(Placement)) == 0
    assert go_public(world, procedure, document) == fates


@pytest.mark.requirement("RA-4.1-10")
def test_the_old_version_stays_as_it_was_with_its_comments(world, procedure, document):
    before = [node.text for node in nodes(document.current_version_id)]
    old_id = document.current_version_id
    lost = world.contribution(procedure, place="p7-abs2")
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    new = document.current_version_id
    assert [node.text for node in nodes(old_id)] == before
    assert counts_then(new) == {"p7-abs2": 1}
    found, _next = comments_then(world.again(procedure), new, "p7-abs2", world.viewer(None))
    assert [item.reference for item in found] == [lost.reference]
    assert [version.number for version in readable_versions(document)] == [2, 1]


@pytest.mark.requirement("RA-4.1-10")
def test_a_comment_is_followed_over_three_versions(world, procedure, document):
    comment = world.contribution(procedure, place="p2-abs2")
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    drafted(world, procedure, document, readings("ozg")[0])
    go_public(world, procedure, document)
    stops = stops_of([comment.id])[comment.id]
    assert [(stop.number, stop.place_before, stop.place) for stop in stops] == [
        (2, "p2-abs2", "p3-abs2"),
        (3, "p3-abs2", "p2-abs2"),
    ]
    past = pasts_of([comment.id])[comment.id]
    assert (past.number, past.fate, past.reworded) == (1, "moved", False)


def test_an_orphan_stays_one_and_is_never_taken_for_a_comment_on_the_same_number(world, procedure, document):
    lost = world.contribution(procedure, place="p7-abs2")
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    drafted(world, procedure, document, readings("ozg")[0])
    go_public(world, procedure, document)
    db.session.refresh(lost)
    assert lost.place == "gone:1:p7-abs2"


@pytest.mark.requirement("LP-10")
def test_nothing_is_published_while_a_statutory_period_runs(world, procedure, document):
    drafted(world, procedure, document)
    with transaction():
        world.phase(procedure).statutory = True
    with pytest.raises(Refused, match="refused") as refused:
        go_public(world, procedure, document)
    assert "gesetzliche Frist" in str(refused.value.sentence)
    assert db.session.get(Document, document.id).draft_version_id is not None


def test_a_draft_that_somebody_changed_since_is_not_published(world, procedure, document):
    drafted(world, procedure, document)
    with transaction():
        drafting.rewrite(
            document,
            lambda found: editing.changed(found, "p1-abs2", text="(2) Anders.", label="(2)", kind=Kind.PARAGRAPH),
            revision=1,
        )
    with pytest.raises(Conflict), transaction():
        publish(document, world.again(procedure), revision=1, actor_id=None)
    with pytest.raises(Conflict), transaction():
        drafting.rewrite(document, lambda found: found, revision=1)
    assert go_public(world, procedure, document) == (0, 0, 0)


def test_a_discarded_draft_leaves_nothing_behind(world, procedure, document):
    number = drafted(world, procedure, document)
    with pytest.raises(Conflict), transaction():
        drafting.begin(document, world.again(procedure), actor_id=None)
    with transaction():
        drafting.discard(document, actor_id=None)
    assert db.session.get(DocumentVersion, number) is None
    assert document.draft_version_id is None
    with transaction():
        again = drafting.begin(document, world.again(procedure), actor_id=None)
    assert again.number == 2
    names = [
        row.name
        for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
        if row.name.startswith("documents.draft")
    ]
    assert names == ["documents.draft_begun", "documents.draft_discarded", "documents.draft_begun"]


def test_what_was_typed_and_not_sent_goes_along(world, procedure, document):
    activity = world.activity(procedure)
    with transaction():
        for key, place in (("a", "p2-abs2"), ("b", "p7-abs2")):
            db.session.add(
                Draft(
                    tenant_id=procedure.tenant_id, activity_id=activity.id, key=key, cookie_hash="", type="probe.note",
                    place=place, fields={}, created_at=now(), changed_at=now(), expires_at=now(),
                )
            )  # fmt: skip
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    db.session.expire_all()
    assert {row.key: row.place for row in db.session.scalars(select(Draft))} == {"a": "p3-abs2", "b": ""}


def test_a_comment_that_came_in_at_that_very_moment_is_carried_by_the_worker(world, procedure, document):
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    comment = world.contribution(procedure, place="p2-abs2", at=now().replace(year=2020))
    work_off()
    event = db.session.scalars(select(EventRow).where(EventRow.name == "documents.draft_published")).one()
    delivery = Delivery(id=1, event_id=event.id, event=event.event(), at=event.at, target="")
    with transaction():
        carry_late(delivery)
    with transaction():
        carry_late(delivery)
    db.session.refresh(comment)
    assert comment.place == "p3-abs2"
    with transaction():
        assert recount() == 0


@pytest.mark.requirement("RA-4.1-10")
def test_staff_give_an_orphan_a_place_by_hand_and_take_it_back(world, procedure, document, monkeypatch):
    kind = world.app.extensions["registry"].contribution_type("probe.note")
    known = kind.place_exists
    object.__setattr__(kind, "place_exists", lambda _activity, place: place == "p8-abs1")
    try:
        lost = world.contribution(procedure, place="p7-abs2")
        answer = world.contribution(procedure, parent=lost)
        drafted(world, procedure, document)
        go_public(world, procedure, document)
        with pytest.raises(Invalid), transaction():
            placing.move(lost, "p99", actor_id=1)
        with pytest.raises(Invalid), transaction():
            placing.move(answer, "p8-abs1", actor_id=1)
        with transaction():
            before = placing.move(lost, "p8-abs1", actor_id=1)
        db.session.expire_all()
        assert (before, lost.place, answer.place) == ("gone:1:p7-abs2", "p8-abs1", "p8-abs1")
        stop = stops_of([lost.id])[lost.id][-1]
        assert (stop.fate, stop.by_hand, stop.place_before) == ("moved", True, "p7-abs2")
        with transaction():
            assert recount() == 0
        with transaction():
            placing.move_back(lost, before, actor_id=1)
        db.session.expire_all()
        assert answer.place == "gone:1:p7-abs2"
        with transaction():
            assert recount() == 0
    finally:
        object.__setattr__(kind, "place_exists", known)


def _law_of(paragraphs: int) -> Reading:
    """A law of so many §§ with one Absatz each."""
    base = [node.text for node in readings("ozg")[0].nodes if node.kind is Kind.PARAGRAPH and len(node.text) > 150]
    found = [_node("titel", None, Kind.HEADING, 1, "", "Großes Gesetz")]
    for number in range(1, paragraphs + 1):
        words = base[number % len(base)]
        found.append(
            _node(f"p{number}", "titel", Kind.HEADING, 2, f"§ {number}", f"§ {number} Vorschrift {number * 7}")
        )
        found.append(_node(f"p{number}-abs1", f"p{number}", Kind.PARAGRAPH, 0, "(1)", f"{words} Fall {number * 13}."))
    return Reading(title="Großes Gesetz", nodes=tuple(found), remarks=())


def _node(key: str, parent: str | None, kind: Kind, level: int, label: str, text: str) -> NodeDraft:
    citation = f"§ {key[1:]}" if kind is Kind.HEADING else f"§ {parent[1:]} Absatz 1"
    return NodeDraft(
        key=key, parent_key=parent, kind=kind, level=level, label=label, text=text, html=text, citation=citation
    )


@pytest.mark.requirement("RA-4.1-10")
def test_ten_thousand_comments_on_a_law_of_300_paragraphs_need_few_statements(world, procedure, document):
    law = _law_of(300)
    with transaction():
        add_version(document, law)
    first = world.contribution(procedure, place="p1-abs1")
    _plant(first, 10_000)
    changed = []
    for node in law.nodes:
        number = int(node.key[1:].partition("-")[0]) if node.key.startswith("p") else 0
        if node.kind is Kind.PARAGRAPH and 0 < number <= 280 and number % 7 == 0:
            if number % 5 == 0:
                continue  # 8 of the 40 are gone
            text = node.text.replace("Bund", "Land") + " Das gilt auch für Gemeinden."
            node = _node(node.key, node.parent_key, node.kind, node.level, node.label, text)
        changed.append(node)
    drafted(world, procedure, document, Reading(title=law.title, nodes=tuple(changed), remarks=()))
    before = _texts()
    with transaction():
        found, draft = world.again(procedure), drafting.draft_of(document)
        with count_queries() as statements:
            fates = publish(document, found, revision=draft.revision, actor_id=None)
    assert len(statements) <= 30
    assert sum(fates) == 10_001
    assert fates.orphaned == sum(1 for at in range(10_000) if (at % 300 + 1) % 35 == 0 and at % 300 < 280)
    placed = Counter(db.session.scalars(select(Placement.fate)))
    assert placed == {"carried": fates.carried, "orphaned": fates.orphaned}
    assert _texts() == before
    with transaction():
        assert recount() == 0


def _plant(first: Contribution, number: int) -> None:
    """So many comments, evenly over the §§, without going through the service one by one."""
    table = Contribution.__table__
    row = db.session.execute(select(table).where(table.c.id == first.id)).mappings().one()
    rows = [
        {**row, "id": first.id + 1 + at, "reference": f"X{at:09d}", "place": f"p{at % 300 + 1}-abs1"}
        for at in range(number)
    ]
    with transaction():
        db.session.execute(insert(table), rows)
        recount()


def _texts() -> list[tuple[object, ...]]:
    query = select(Contribution.id, Contribution.source, Contribution.html, Contribution.created_at, Contribution.state)
    versions = select(func.count()).select_from(ContributionVersion)
    return [*db.session.execute(query.order_by(Contribution.id)), (db.session.scalar(versions),)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_published_keeps_every_contribution_and_its_words(world, data):
    keys = [node.key for node in readings("ozg")[0].nodes]
    procedure = with_law(world)
    document = db.session.scalar(select(Document).where(Document.procedure_id == procedure.id))
    before = db.session.scalar(select(func.count()).select_from(Contribution))
    for place in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4)):
        world.contribution(procedure, place=place, source=f"Zu {place}.")
    texts = _texts()
    with transaction():
        drafting.begin(document, world.again(procedure), actor_id=None)
    for key in data.draw(st.lists(st.sampled_from(keys[6:]), max_size=6, unique=True)):
        with transaction():
            draft = drafting.draft_of(document)
            drafting.rewrite(document, _edit(data, key), revision=draft.revision)
    fates = go_public(world, procedure, document)
    assert _texts() == texts
    assert sum(fates) == len(texts) - 1 - before
    here = Contribution.procedure_id == procedure.id
    places = set(db.session.scalars(select(Contribution.place).where(here)))
    there = {node.key for node in nodes(document.current_version_id)}
    assert all(place in there or place.startswith("gone:") for place in places)
    with transaction():
        assert recount() == 0


def _edit(data, key):
    act = data.draw(st.sampled_from(["remove", "change", "insert"]))
    if act == "remove":
        return lambda found: editing.removed(found, key)
    if act == "insert":
        return lambda found: editing.inserted(found, key, text="Ein Einschub.", label="", kind=Kind.PARAGRAPH)
    return lambda found: editing.changed(found, key, text="Ganz neu gefasst.", label="", kind=found[-1].kind)


def test_a_public_comparison_is_read_again_without_a_query(world, procedure, document):
    drafted(world, procedure, document)
    go_public(world, procedure, document)
    version = readable_versions(document)[0]
    comparison_of(version)
    with count_queries() as statements:
        rows = comparison_of(version).rows
    assert statements == []
    assert any(row.is_change for row in rows)


def test_a_phase_may_still_be_changed_while_a_version_is_prepared(world, procedure, document):
    drafted(world, procedure, document)
    with transaction():
        change_phase(world.phase(procedure), title="Länger")
    assert go_public(world, procedure, document) == (0, 0, 0)
