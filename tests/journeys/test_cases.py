"""From a long contribution to its answer: split by marking, keywords, text block, a second person, the public page."""

import pytest
from playwright.sync_api import expect

from participation.evaluation.answer_blocks import keep_answer_block
from participation.evaluation.keywords import add_keyword
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
LONG = "Am Bahnhof fehlt eine Bank.\n\nUnd der Radweg endet im Nichts. Danke."


@pytest.fixture
def scene(site):
    """A procedure with a long contribution, a text block that a keyword brings, and two case workers."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(tenant, slug="park")
    author = site.world.person("Rosa")
    contribution = site.world.contribution(procedure, author, source=LONG, place="here")
    with transaction():
        block = keep_answer_block(
            tenant.id, None, title="Radwege", source="Der Weg ist geplant.", decision="already_followed", actor_id=None
        )
        add_keyword(procedure, "Radverkehr", block_id=block.id)
    people = [site.world.staff(tenant, Role.CASE_WORKER) for _ in range(2)]
    return contribution, author, *people


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_contribution_is_split_tagged_answered_released_and_read(site, visit, scene, script):
    contribution, author, first, second = scene
    case = f"/stadt/park/-/manage/cases/{contribution.reference}"
    page = visit(site, case, person=first, script=script)
    check(page)
    split(page, script)
    expect(page.locator("mark")).to_have_count(1)
    page.get_by_role("link", name="Bearbeiten und beantworten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Argument 1")
    check(page)
    page.get_by_label("Schlagwort", exact=True).fill("Radverkehr")
    page.get_by_role("button", name="Vergeben").click()
    expect(page.locator(".case-keywords")).to_contain_text("Radverkehr")
    page.get_by_role("button", name="Radwege").click()
    expect(page.get_by_label("Begründung")).to_have_value("Der Weg ist geplant.")
    expect(page.get_by_label("Ist bereits enthalten")).to_be_checked()
    check(page)
    page.get_by_role("button", name="Antwort vorlegen").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Antwort liegt vor")
    check(page)
    release(visit(site, "/stadt/park/-/manage/answers/waiting", person=second, script=script))
    reader = visit(site, f"/stadt/park/-/contributions/{contribution.reference}", width=360, height=640, script=script)
    expect(reader.get_by_role("main")).to_contain_text("Ist bereits enthalten")
    expect(reader.get_by_role("main")).to_contain_text("Der Weg ist geplant.")
    check(reader)
    mail = site.mails(author.email)[-1].get_body(("plain",)).get_content()
    assert "Der Weg ist geplant." in mail
    assert "Am Bahnhof fehlt eine Bank." in mail


def split(page, script):
    """Mark words over two paragraphs: with the pointer, or by copying them."""
    if script:
        page.evaluate("""() => {
            const text = document.querySelector("[data-original]").firstChild;
            const range = document.createRange();
            range.setStart(text, text.data.indexOf("eine Bank"));
            range.setEnd(text, text.data.indexOf(" Danke"));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""")
        page.get_by_role("button", name="Markierte Worte herauslösen").click()
    else:
        page.get_by_text("In Argumente zerlegen").click()
        page.get_by_label("Worte aus dem Beitrag").fill("eine Bank. Und der Radweg endet im Nichts.")
        page.get_by_role("button", name="Als Argument herauslösen").click()
    expect(page.get_by_role("status").first).to_contain_text("ein eigenes Argument")
    expect(page.locator("mark")).to_have_text("eine Bank.\n\nUnd der Radweg endet im Nichts.")
    check(page)


def release(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("Antworten freigeben")
    check(page)
    page.get_by_label("Antwort 1").check()
    page.get_by_role("button", name="Ausgewählte freigeben").click()
    expect(page.get_by_role("status").first).to_contain_text("Veröffentlicht")
