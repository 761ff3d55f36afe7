"""A new version of a text through the browser: prepared by an editor, read by residents with their comments."""

import pytest
from playwright.sync_api import expect

from participation.documents import importing as text_services
from participation.documents.models import Document
from participation.evaluation import services as answers
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
OLD = """# Satzung für den Platz

## § 1 Zweck

(1) Der Platz dient allen Menschen in der Stadt.

## § 2 Zeiten

(1) Der Platz ist von acht bis zwanzig Uhr geöffnet.

(2) Feste brauchen eine Erlaubnis der Stadtverwaltung.
"""
NEW = """# Satzung für den Platz

## § 1 Zweck

(1) Der Platz dient allen Menschen in der Stadt.

(2) Kinder dürfen überall spielen.

## § 2 Zeiten

(1) Der Platz ist von acht bis zweiundzwanzig Uhr geöffnet.
"""


@pytest.fixture
def scene(site):
    """A running procedure with a text, two comments, a public answer to one, and who works on it."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(tenant, slug="platz", title="Der Platz", module="text")
    with transaction():
        text_services.import_text(site.world.activity(procedure), OLD.encode(), "satzung.md")
    late = site.world.contribution(procedure, source="Bitte länger öffnen.", place="p2-abs1")
    feast = site.world.contribution(procedure, source="Feste soll man frei feiern.", place="p2-abs2")
    editor, second = site.world.staff(tenant, Role.MANAGER), site.world.staff(tenant, Role.MANAGER)
    with transaction():
        found = site.world.again(procedure)
        response = answers.answer(
            found, [db.session.merge(late)], decision="followed", source="Wir öffnen länger.", actor_id=editor.id
        )
    with transaction():
        answers.publish(response, number=1, actor_id=second.id)
    with transaction():
        text_services.import_text(site.world.activity(procedure), NEW.encode(), "neu.md")
    return editor, late.reference, feast.reference, db.session.query(Document.id).scalar()


@pytest.mark.requirement("RA-4.1-04", "RA-4.1-10", "RA-3-22")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_version_is_looked_at_explained_and_published_and_residents_see_what_became_of_them(
    site, visit, scene, script
):
    editor, late, feast, document = scene
    desk = visit(site, "/stadt/platz/-/manage/versions", person=editor, script=script)
    expect(desk.get_by_role("heading", name="Fassung 2 in Vorbereitung")).to_be_visible()
    check(desk)
    desk.get_by_role("link", name="Änderungen ansehen und begründen").click()
    expect(desk.get_by_role("main")).to_contain_text("zweiundzwanzig")
    check(desk)
    desk.get_by_role("link", name="1 Antwort passt hierher").click()
    desk.get_by_label("Wird übernommen: Wir öffnen länger.").check()
    check(desk)
    desk.get_by_role("button", name="Begründung speichern").click()
    expect(desk.get_by_role("status")).to_contain_text("Die Begründung ist gespeichert")
    desk.get_by_role("link", name="Prüfen und veröffentlichen").click()
    expect(desk.get_by_role("main")).to_contain_text(feast)
    desk.get_by_role("button", name="Fassung 2 veröffentlichen").click()
    expect(desk.locator(".error-summary")).to_contain_text("Bitte bestätigen Sie")
    check(desk)
    desk.get_by_label("Ich habe die Änderungen").check()
    desk.get_by_role("button", name="Fassung 2 veröffentlichen").click()
    expect(desk.get_by_role("status")).to_contain_text("Die neue Fassung ist veröffentlicht")
    check(desk)
    reader = visit(site, "/stadt/platz/text/a/", width=360, height=640, script=script)
    reader.get_by_role("link", name="Was hat sich geändert?").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Was hat sich geändert?")
    check(reader)
    reader.get_by_role("link", name=late).click()
    expect(reader.get_by_role("heading", name="Was daraus geworden ist")).to_be_visible()
    expect(reader.locator(".became ins")).to_contain_text("zweiundzwanzig")
    check(reader)
    reader.goto(f"/stadt/platz/-/contributions/{feast}")
    expect(reader.get_by_role("main")).to_contain_text("Die Textstelle ist entfallen")
    reader.get_by_role("link", name="Fassung 1, § 2 Absatz 2").click()
    expect(reader.get_by_role("main")).to_contain_text("Feste brauchen eine Erlaubnis")
    expect(reader.get_by_role("main")).to_contain_text("Feste soll man frei feiern.")
    check(reader)
    reader.goto(f"/stadt/platz/-/versions/{document}/2?show=all")
    check(reader)
