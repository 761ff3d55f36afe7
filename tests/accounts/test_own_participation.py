"""My participation: everything of one person in one place."""

import pytest
from sqlalchemy import event

from participation.contributions.drafts import keep_draft
from participation.contributions.own import PAGE, contributions_of
from participation.contributions.services import change_state, withdraw
from participation.documents.models import Document, DocumentVersion, Node
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.notices.services import subscribe


@pytest.fixture
def person(world):
    return world.person(name="Mara")


@pytest.fixture
def browser(world, client, person):
    world.log_in(client, person)
    return client


def page(client, url="/-/participation") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.requirement("RA-3-07")
def test_a_contribution_stands_there_with_number_procedure_place_state_and_fate(world, browser, person):
    procedure = world.procedure(title="Der neue Steg")
    row = world.contribution(procedure, person, "Bitte mit Geländer.", place="here")
    text = page(browser)
    for part in (row.reference, "Der neue Steg", "Bitte mit Geländer.", "Veröffentlicht", "noch nicht bearbeitet"):
        assert part in text
    below = f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{row.reference}"
    for link in (below, f"{below}/receipt", f"{below}/edit", f"{below}/withdraw"):
        assert f'href="{link}"' in text


@pytest.mark.requirement("RA-3-07")
def test_links_are_there_only_where_they_lead_somewhere(world, browser, person):
    procedure = world.procedure()
    gone, over = world.contribution(procedure, person), world.contribution(procedure, person)
    with transaction():
        withdraw(gone, who=world.viewer(person, procedure))
        world.again(procedure).stage = "evaluation"
    text = page(browser)
    assert f"{gone.reference}/withdraw" not in text
    assert f"{over.reference}/withdraw" in text
    assert f"{over.reference}/edit" not in text
    assert "Sie haben den Beitrag zurückgezogen" in text


@pytest.mark.requirement("RA-3-22")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [("hidden", "Die Moderation hat den Beitrag ausgeblendet"), ("pending", "Wir prüfen den Beitrag")],
)
def test_the_fate_is_said_in_a_sentence(world, browser, person, state, sentence):
    row = world.contribution(world.procedure(), person)
    with transaction():
        change_state(row, state, actor_id=None)
    assert sentence in page(browser)


def test_an_authority_shows_only_its_own_and_the_portal_all(world, browser, person):
    here, there = world.procedure(title="Hier"), world.procedure(title="Dort")
    world.contribution(here, person, "Satz hier")
    world.contribution(there, person, "Satz dort")
    own = page(browser, f"/{here.tenant.slug}/-/participation")
    assert "Satz hier" in own
    assert "Satz dort" not in own
    assert {"Satz hier", "Satz dort"} <= {part for part in ("Satz hier", "Satz dort") if part in page(browser)}


def test_nothing_of_anybody_else_is_shown(world, browser):
    world.contribution(world.procedure(), source="Von jemand anderem")
    text = page(browser)
    assert "Von jemand anderem" not in text
    assert "Noch kein Beitrag" in text


@pytest.mark.requirement("RA-3-08")
def test_what_was_typed_and_not_sent_and_what_is_subscribed_stands_there(world, browser, person):
    procedure = world.procedure(title="Der neue Steg")
    with transaction():
        draft = keep_draft(
            world.activity(procedure), cookie="c" * 32, person_id=person.id, kind="probe.note", place="here",
            parent=None, fields={"text": "Noch nicht fertig"},
        )  # fmt: skip
        subscription = subscribe(procedure, person)
    text = page(browser)
    assert "Noch nicht fertig" in text
    assert f"/-/drafts/{draft.key}" in text
    assert subscription.key in text


def test_the_list_is_filtered_by_procedure_and_state(world, browser, person):
    one, two = world.procedure(title="Eins"), world.procedure(title="Zwei")
    world.contribution(one, person, "Satz eins")
    gone = world.contribution(two, person, "Satz zwei")
    with transaction():
        withdraw(gone, who=world.viewer(person, two))
    assert "Satz zwei" not in page(browser, f"/-/participation?procedure={one.id}")
    assert "Satz eins" not in page(browser, "/-/participation?state=withdrawn")
    odd = page(browser, "/-/participation?procedure=x&state=' OR 1=1&after=-3")
    assert "Satz eins" in odd


def test_pages_follow_each_other_without_gap_or_double(world, person):
    procedure = world.procedure()
    numbers = [world.contribution(procedure, person, f"Satz {number}").id for number in range(PAGE + 3)]
    first = contributions_of(person.id)
    second = contributions_of(person.id, after=first.next)
    assert [item.id for item in (*first.items, *second.items)] == numbers[::-1]
    assert second.next is None


def test_the_page_needs_at_most_ten_queries(world, app, browser, person):
    for _ in range(3):
        procedure = world.procedure()
        for number in range(4):
            world.contribution(procedure, person, f"Satz {number}", place="here")
    page(browser)
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    page(browser)
    reads = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(reads) <= 10, "\n".join(reads)


def test_the_place_is_cited_where_one_text_of_the_procedure_has_it(world, person):
    procedure = world.procedure()
    world.contribution(procedure, person, place="here")
    on = {"tenant_id": procedure.tenant_id}
    for expected in ("§ 2 Absatz 4", None):
        with transaction():
            document = Document(**on, procedure_id=procedure.id, title="Entwurf")
            db.session.add(document)
            db.session.flush()
            version = DocumentVersion(**on, document_id=document.id, number=1, created_at=now())
            db.session.add(version)
            db.session.flush()
            document.current_version_id = version.id
            place = {
                "key": "here",
                "kind": "paragraph",
                "position": 1,
                "text": "",
                "html": "",
                "citation": "§ 2 Absatz 4",
            }
            db.session.add(Node(**on, version_id=version.id, **place))
        assert contributions_of(person.id).items[0].citation == expected


def test_an_excerpt_shows_words_and_not_the_marks_that_were_typed(world, client):
    person = world.person()
    world.contribution(world.procedure(), person, "Das ist **wichtig** für alle.")
    world.log_in(client, person)
    page = client.get("/-/participation").get_data(as_text=True)
    assert "Das ist wichtig für alle." in page
