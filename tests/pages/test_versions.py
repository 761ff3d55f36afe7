"""The pages of versions: staff prepare, link answers, publish; residents see what became of their comment."""

import re

import pytest
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.documents import importing as text_services
from participation.documents.models import Document
from participation.evaluation import services as answers
from participation.evaluation.causes import causes_of, changes_for
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

OLD = """# Satzung

## § 1 Zweck

(1) Der Platz dient allen Menschen in der Stadt.

(2) Hunde sind auf dem ganzen Platz an der Leine zu führen.

## § 2 Zeiten

(1) Der Platz ist von acht bis zwanzig Uhr geöffnet.

(2) Feste brauchen eine Erlaubnis der Stadtverwaltung.
"""
NEW = """# Satzung

## § 1 Zweck

(1) Der Platz dient allen Menschen in der Stadt.

(2) Hunde sind auf dem ganzen Platz an der Leine zu führen.

## § 2 Kinder

(1) Kinder dürfen überall spielen.

## § 3 Zeiten

(1) Der Platz ist von acht bis zweiundzwanzig Uhr geöffnet.
"""
WORK = "/stadt/platz/-/manage/versions"


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def procedure(world, tenant):
    made = world.procedure(tenant, slug="platz", module="text")
    with transaction():
        text_services.import_text(world.activity(made), OLD.encode(), "satzung.md")
    return world.again(made)


@pytest.fixture
def editor(world, client, tenant, procedure):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def document(procedure):
    return db.session.scalar(select(Document))


@pytest.fixture
def comments(world, procedure):
    author = world.person("Frau Sommer")
    return {
        "late": world.contribution(procedure, author, "Bitte länger öffnen.", place="p2-abs1"),
        "feast": world.contribution(procedure, source="Feste soll man frei feiern.", place="p2-abs2"),
        "dogs": world.contribution(procedure, source="Gut so.", place="p1-abs2"),
    }, author


def drafted(world, procedure):
    with transaction():
        text_services.import_text(world.activity(procedure), NEW.encode(), "neu.md")


def hidden(page):
    fields = dict(re.findall(r'name="(csrf_token|revision)" type="hidden" value="([^"]+)"', page))
    return fields or dict(re.findall(r'type="hidden" name="(csrf_token|revision)" value="([^"]+)"', page))


def answered(world, tenant, procedure, comment, decision="followed"):
    writer, second = world.staff(tenant, Role.MANAGER), world.staff(tenant, Role.MANAGER)
    with transaction():
        found = [db.session.get(Contribution, comment.id)]
        response = answers.answer(
            world.again(procedure), found, decision=decision, source="Wir öffnen länger.", actor_id=writer.id
        )
    with transaction():
        answers.publish(response, number=1, actor_id=second.id)
    return response.id


def publish(client, document):
    page = client.get(f"{WORK}/{document.id}/publish").text
    return client.post(f"{WORK}/{document.id}/publish", data=hidden(page) | {"checked": "y"})


@pytest.mark.requirement("RA-4.1-10", "RA-3-22")
def test_from_the_answer_to_the_changed_sentence_and_back(
    world, client, app, tenant, procedure, editor, document, comments
):
    (made, author) = comments
    response_id = answered(world, tenant, procedure, made["late"])
    drafted(world, procedure)
    page = client.get(f"{WORK}/{document.id}/compare").text
    assert "1 Antwort passt hierher" in page
    form = client.get(f"{WORK}/{document.id}/causes/p3-abs1").text
    assert made["late"].reference in form
    sent = hidden(form) | {"answers": [str(response_id)]}
    assert client.post(f"{WORK}/{document.id}/causes/p3-abs1", data=sent).status_code == 303
    review = client.get(f"{WORK}/{document.id}/publish").text
    assert made["feast"].reference in review
    assert publish(client, document).status_code == 303
    reader = app.test_client()
    changes = reader.get(f"/stadt/platz/-/versions/{document.id}/2").text
    assert "zweiundzwanzig" in changes
    assert f"/stadt/platz/-/contributions/{made['late'].reference}" in changes
    seen = reader.get(f"/stadt/platz/-/contributions/{made['late'].reference}").text
    assert "Wegen der Antwort auf diesen Beitrag wurde der Text geändert" in seen
    assert f"/stadt/platz/-/versions/{document.id}/2#p3-abs1" in seen
    own = app.test_client()
    world.log_in(own, author)
    for path in ("/stadt/-/participation", f"/stadt/platz/-/contributions/{made['late'].reference}/receipt"):
        found = own.get(path)
        assert found.status_code == 200, path
        assert "zweiundzwanzig" in found.text


@pytest.mark.requirement("RA-4.1-10")
def test_readers_find_moved_orphaned_and_carried_comments(world, client, app, procedure, editor, document, comments):
    made, _author = comments
    drafted(world, procedure)
    publish(client, document)
    reader = app.test_client()
    assert "Was hat sich geändert?" in reader.get("/stadt/platz/text/a/").text
    late = reader.get("/stadt/platz/text/a/at/p3-abs1").text
    assert "Verschoben nach § 3 Absatz 1" in late
    assert "zur Fassung 1" in late
    assert "In die neue Fassung übernommen" in reader.get("/stadt/platz/text/a/at/p1-abs2").text
    assert made["feast"].reference not in reader.get("/stadt/platz/text/a/at/p2-abs1").text
    feast = reader.get(f"/stadt/platz/-/contributions/{made['feast'].reference}").text
    assert "Die Textstelle ist entfallen" in feast
    old = f"/stadt/platz/-/versions/{document.id}/1/text"
    assert f"{old}?at=p2-abs2#p2-abs2" in feast.replace("&amp;", "&")
    page = reader.get(f"{old}?at=p2-abs2").text
    assert "Feste soll man frei feiern." in page
    assert "von acht bis zwanzig Uhr" in page
    detail = reader.get(f"/stadt/platz/text/a/comments/{made['feast'].reference}")
    assert detail.location.endswith(f"/-/contributions/{made['feast'].reference}")


@pytest.mark.requirement("RA-4.1-10")
def test_nothing_of_a_draft_is_public(world, client, app, procedure, editor, document, comments):
    drafted(world, procedure)
    reader = app.test_client()
    assert "Kinder dürfen" not in reader.get("/stadt/platz/text/a/").text
    for number in (1, 2, 3):
        assert reader.get(f"/stadt/platz/-/versions/{document.id}/{number}").status_code == 404
    assert reader.get(f"/stadt/platz/-/versions/{document.id}/2/text").status_code == 404
    assert reader.get(f"{WORK}/{document.id}/compare").status_code in (302, 303, 403)
    assert "Kinder dürfen" in client.get(f"{WORK}/{document.id}/compare").text


def test_the_comparison_shows_changes_first_and_the_whole_text_on_request(
    world, client, app, procedure, editor, document
):
    drafted(world, procedure)
    publish(client, document)
    address = f"/stadt/platz/-/versions/{document.id}/2"
    some, whole = client.get(address).text, client.get(f"{address}?show=all").text
    assert "Der Platz dient allen Menschen" not in some
    assert "Der Platz dient allen Menschen" in whole
    for page in (some, whole):
        assert re.search(r"<del>.*zwanzig.*</del>", page, re.DOTALL)
        assert "gestrichen:" in page
    with count_queries() as statements:
        app.test_client().get(address)
    assert len(statements) <= 16


def test_a_version_is_begun_described_and_discarded(world, client, procedure, editor, document):
    page = client.get(WORK).text
    assert client.post(f"{WORK}/{document.id}/begin", data=hidden(page)).status_code == 303
    assert "in Vorbereitung" in client.get(WORK).text
    form = client.get(f"{WORK}/{document.id}/summary").text
    sent = hidden(form) | {"summary": "Mehr Platz für Kinder."}
    assert client.post(f"{WORK}/{document.id}/summary", data=sent).status_code == 303
    assert "Mehr Platz für Kinder." in client.get(WORK).text
    unchecked = client.post(f"{WORK}/{document.id}/publish", data=hidden(form))
    assert unchecked.status_code == 422
    page = client.get(WORK).text
    assert client.post(f"{WORK}/{document.id}/discard", data=hidden(page)).status_code == 303
    assert "in Vorbereitung" not in client.get(WORK).text


def test_publishing_a_draft_that_changed_since_the_review_is_refused(world, client, procedure, editor, document):
    drafted(world, procedure)
    stale = hidden(client.get(f"{WORK}/{document.id}/publish").text) | {"checked": "y"}
    section = client.get("/stadt/platz/text/a/prepare/section/p2-abs1").text
    fields = dict(re.findall(r'name="(csrf_token|number)" type="hidden" value="([^"]+)"', section))
    sent = fields | {"text": "(1) Kinder dürfen spielen.", "label": "(1)", "kind": "paragraph", "do": "save"}
    assert client.post("/stadt/platz/text/a/prepare/section/p2-abs1", data=sent).status_code == 303
    answer = client.post(f"{WORK}/{document.id}/publish", data=stale)
    assert answer.status_code == 409
    assert db.session.get(Document, document.id).draft_version_id is not None


def test_a_cause_must_be_an_answer_of_this_procedure(world, client, tenant, procedure, editor, document, comments):
    made, _author = comments
    drafted(world, procedure)
    address = f"{WORK}/{document.id}/causes/p3-abs1"
    form = hidden(client.get(address).text)
    refused = client.post(address, data=form | {"references": "ZZZZZ-ZZZZZ"})
    assert refused.status_code == 422
    assert "ZZZZZ-ZZZZZ" in refused.text
    answered(world, tenant, procedure, made["dogs"], decision="noted")
    kept = client.post(address, data=form | {"references": made["dogs"].reference.lower()})
    assert kept.status_code == 303
    draft = db.session.get(Document, document.id).draft_version_id
    assert list(causes_of(draft)) == ["p3-abs1"]
    assert changes_for([made["dogs"].id]) == {}
    assert client.get(f"{WORK}/{document.id}/causes/p99").status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CASE_WORKER])
def test_only_editors_and_managers_prepare_versions(world, client, tenant, procedure, document, role):
    world.log_in(client, world.staff(tenant, role), staff=True)
    assert client.get(WORK).status_code == 403


def test_before_the_opening_and_without_a_text_the_page_says_so(world, client, tenant):
    world.procedure(tenant, slug="leer", module="text")
    world.log_in(client, world.staff(tenant, Role.EDITOR), staff=True)
    assert "Noch kein Text" in client.get("/stadt/leer/-/manage/versions").text
