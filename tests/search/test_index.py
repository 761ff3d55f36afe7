"""The index follows the rows, finds the same on both databases, and shows nobody what they may not see."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text

from participation.access.rules import VISITOR
from participation.access.services import grant_role
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.documents.events import DocumentVersionAdded
from participation.interfaces import Found, Role, SearchEntry
from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite, transaction
from participation.kernel.events import emit
from participation.kernel.outbox import work_off
from participation.procedures.models import Procedure
from participation.procedures.services import change_procedure
from participation.registry import Registry
from participation.search.models import SearchRow
from participation.search.queries import Narrow, address_of, found
from participation.search.services import forget_removed_words, rebuild
from participation.search.stems import terms
from participation.testing.probe import MODULE, PROBE

WORDS = {
    "a": "Die Straße ist schmal",
    "b": "STRASSE und Weg",
    "c": "Ein Straßenbaum",
    "d": "Neue Spielplätze",
    "e": "Der Spielplatz am See",
    "f": "Alte Bäume",
    "g": "Ein Baum",
    "h": "Verkehrsberuhigung im Ort",
    "i": "Tempo 30 auf der B 27",
    "j": "Café für Émile",
}
HITS = {
    "Straße": "abc",
    "strasse": "abc",
    "Straßen": "abc",
    "Straßenbaum": "c",
    "Spielplatz": "de",
    "Spielplätze": "de",
    "Baum": "fg",
    "Bäume": "fg",
    "Verkehr": "h",
    "Tempo 30": "i",
    "B 27": "i",
    "café": "j",
    "die Straße": "abc",
    "Straße Weg": "b",
    "Baumhaus": "",
}


def search(question, who=VISITOR, page=1, modules=("probe",), **narrow):
    return found(terms(question), who, Narrow(**narrow), modules=modules, page=page)


def titles(question, who=VISITOR, **narrow):
    return sorted(hit.title for hit in search(question, who, **narrow).hits)


def texts(question, who=VISITOR, **narrow):
    return sorted(hit.text for hit in search(question, who, kind="contribution", **narrow).hits)


@pytest.mark.requirement("RA-3-20")
def test_both_databases_find_the_same(world):
    procedure = world.procedure(title="X")
    person = world.person()
    for source in WORDS.values():
        world.contribution(procedure, person, source)
    work_off()
    letters = {source: letter for letter, source in WORDS.items()}
    got = {question: "".join(sorted(letters[text] for text in texts(question))) for question in HITS}
    assert got == HITS


def test_title_summary_and_description_of_a_procedure_are_found(world):
    world.procedure(title="Radwege", summary="Kurz: Ufer", description="Viel **Asphalt** hier", slug="rad")
    work_off()
    assert [titles(word) for word in ("Radweg", "Ufer", "Asphalt")] == [["Radwege"]] * 3


def test_a_word_in_the_title_comes_before_one_in_a_text(world):
    world.procedure(title="Anderes", description="Ein Spielplatz und vieles mehr.")
    world.procedure(title="Spielplatz", description="Vieles und noch mehr davon.")
    work_off()
    assert [hit.title for hit in search("Spielplatz").hits] == ["Spielplatz", "Anderes"]


def test_a_changed_procedure_is_found_by_its_new_words_only(world):
    procedure = world.procedure(title="Radwege")
    with transaction():
        change_procedure(world.again(procedure), title="Fußwege")
    work_off()
    assert (titles("Radweg"), titles("Fussweg")) == ([], ["Fußwege"])


def test_a_procedure_in_preparation_is_found_by_its_staff_only(world):
    world.procedure(title="Geheimplan", stage="draft")
    elsewhere = world.procedure(title="Anderes")
    draft = db.session.scalars(select(Procedure).where(Procedure.title == "Geheimplan")).one()
    staff, stranger = world.person(), world.person()
    with transaction():
        grant_role(staff.id, Role.EDITOR, draft.tenant_id, draft.id)
        grant_role(stranger.id, Role.EDITOR, elsewhere.tenant_id, elsewhere.id)
    work_off()
    assert titles("Geheimplan") == []
    assert titles("Geheimplan", world.viewer(stranger)) == []
    assert titles("Geheimplan", world.viewer(staff)) == ["Geheimplan"]


def test_a_released_procedure_is_found_once_the_clock_has_opened_it(world, at):
    world.procedure(title="Stadtpark", stage="released", begins=timedelta(days=2))
    work_off()
    assert titles("Stadtpark") == []
    with at(now() + timedelta(days=3)):
        assert titles("Stadtpark") == ["Stadtpark"]


def test_a_procedure_that_is_not_for_the_public_is_not_found(world):
    procedure = world.procedure(title="Nur für Träger")
    with transaction():
        change_procedure(world.again(procedure), visible_to="institutions")
    work_off()
    assert titles("Träger") == []


def test_a_contribution_follows_its_state(world):
    person = world.person()
    procedure = world.procedure(title="X")
    contribution = world.contribution(procedure, person, "Mehr Bäume")
    number = contribution.id
    for state, expected in (("hidden", []), ("published", ["Mehr Bäume"]), ("pending", [])):
        with transaction():
            contributions.change_state(db.session.get_one(Contribution, number), state, actor_id=None)
        assert texts("Baum") == expected if state != "published" else True
        work_off()
        assert texts("Baum") == expected
    with transaction():
        contributions.withdraw(db.session.get_one(Contribution, number), who=world.viewer(person, procedure))
    work_off()
    assert db.session.scalars(select(SearchRow.id).where(SearchRow.kind == "contribution")).all() == []


def test_a_hidden_contribution_is_not_found_even_before_the_index_knows(world):
    contribution = world.contribution(world.procedure(title="X"), source="Mehr Bäume")
    work_off()
    assert texts("Baum") == ["Mehr Bäume"]
    with transaction():
        contributions.change_state(db.session.get_one(Contribution, contribution.id), "hidden", actor_id=None)
    assert texts("Baum") == []


def test_what_comes_in_during_a_phase_that_is_not_public_is_not_found(world):
    world.contribution(world.procedure(title="X", kinds=["secret"]), source="Mehr Bäume")
    work_off()
    assert texts("Baum") == []


def test_an_edited_contribution_is_found_by_its_new_words(world):
    person = world.person()
    procedure = world.procedure(title="X")
    contribution = world.contribution(procedure, person, "Mehr Bäume")
    with transaction():
        contributions.edit(
            db.session.get_one(Contribution, contribution.id),
            world.activity(procedure),
            MODULE.actions[0],
            who=world.viewer(person, procedure),
            source="Mehr Häuser",
            version=1,
        )
    work_off()
    assert (texts("Baum"), texts("Haus")) == ([], ["Mehr Häuser"])


def test_tenants_are_apart(world):
    one, other = world.tenant("aalen"), world.tenant("bonn")
    world.contribution(world.procedure(tenant=one, slug="park", title="X"), source="Ein Baum in Aalen")
    world.contribution(world.procedure(tenant=other, slug="park", title="X"), source="Ein Baum in Bonn")
    work_off()
    assert texts("Baum", tenant="aalen") == ["Ein Baum in Aalen"]
    assert texts("Baum", tenant="bonn", procedure="park") == ["Ein Baum in Bonn"]
    assert len(texts("Baum")) == 2


@pytest.fixture
def talkative(app, monkeypatch):
    """The probe names two parts of its text; a test may change them."""
    entries = [
        SearchEntry(key="p1", title="§ 1", text="Von den Radwegen", fragment="p1"),
        SearchEntry(key="p2", title="§ 2", text="Von den Bäumen", fragment="p2"),
    ]
    module = replace(MODULE, documents=lambda _activity: entries)
    monkeypatch.setitem(app.extensions, "registry", Registry([Found(module=module, folder=PROBE.folder)]))
    return entries


def test_parts_of_a_text_are_found_where_they_stand(world, talkative):
    world.procedure(title="X")
    work_off()
    (hit,) = search("Radweg", kind="text").hits
    assert (hit.title, hit.endpoint, hit.fragment, hit.activity) == ("§ 1", "probe.index", "p1", "a")


def test_a_new_version_of_a_text_replaces_the_old_one(world, talkative):
    procedure = world.procedure(title="X")
    work_off()
    talkative[:] = [SearchEntry(key="p2", title="§ 2", text="Von den Häusern")]
    with transaction():
        values = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id}
        emit(DocumentVersionAdded(document_id=1, version_id=2, **values))
    work_off()
    assert [titles(word, kind="text") for word in ("Radweg", "Baum", "Haus")] == [[], [], ["§ 2"]]


def test_texts_of_a_module_that_is_gone_are_not_shown(world, talkative):
    world.procedure(title="X")
    work_off()
    assert search("Radweg", modules=[]).hits == []


def test_the_index_forgets_what_goes_by_a_cascade(world):
    world.contribution(world.procedure(title="Spielplatz"), source="Ein Baum")
    work_off()
    with transaction():
        db.session.execute(delete(Procedure))
    assert db.session.scalar(select(func.count()).select_from(SearchRow)) == 0
    if is_sqlite():
        count = text("SELECT count(*) FROM fts_search WHERE fts_search MATCH 'baum OR spielplatz'")
        assert db.session.scalar(count) == 0
        db.session.rollback()
        with transaction():
            db.session.execute(text("INSERT INTO fts_search(fts_search, rank) VALUES ('integrity-check', 1)"))
            forget_removed_words()


def test_a_rebuild_mends_what_is_missing(world, runner):
    world.contribution(world.procedure(title="X"), source="Ein Baum")
    with transaction():
        db.session.execute(delete(SearchRow))
    assert texts("Baum") == []
    with transaction():
        last, number = rebuild()
        assert rebuild(last) == (last, 0)
    assert number == 1
    assert texts("Baum") == ["Ein Baum"]


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "*",
        "a OR",
        "NEAR(",
        "stems:baum",
        "-baum",
        "baum'",
        "' OR 1=1 --",
        "(",
        "&|!",
        ":*",
        "§",
        "\x01",
        "😀",
        "^x",
    ],
)
def test_odd_questions_find_something_or_nothing_and_never_raise(world, question):
    world.contribution(world.procedure(title="X"), source="Ein Baum")
    work_off()
    assert search(question).total in (0, 1)


def test_more_than_200_hits_are_counted_as_that(world):
    procedure = world.procedure(title="X")
    activity = world.activity(procedure)
    row = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id, "activity_id": activity.id}
    with transaction():
        for number in range(205):
            entry = SearchRow(**row, kind="procedure", key=f"k{number}", title="Baum", text="", changed_at=now())
            entry.stems = "baum"
            db.session.add(entry)
    first, last = search("Baum"), search("Baum", page=10)
    assert (first.total, first.is_more, len(first.hits), len(last.hits)) == (200, True, 20, 20)
    assert not {hit.id for hit in first.hits} & {hit.id for hit in last.hits}


def test_a_number_leads_to_its_contribution_for_those_who_may_see_it(world):
    author = world.person()
    procedure = world.procedure(title="X")
    contribution = world.contribution(procedure, author, "Ein Baum")
    reference = contribution.reference
    assert address_of(reference, VISITOR).reference == reference
    assert address_of(reference, VISITOR, tenant="anderswo") is None
    with transaction():
        contributions.change_state(db.session.get_one(Contribution, contribution.id), "hidden", actor_id=None)
    assert address_of(reference, VISITOR) is None
    assert address_of(reference, world.viewer(world.person())) is None
    assert address_of(reference, world.viewer(author)).reference == reference
