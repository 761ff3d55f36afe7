"""What a screen reader is told: the accessibility tree of the pages of the main journey."""

import re

import pytest

from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE, TEXT, send, write_a_comment
from participation.contributions import ratings
from participation.kernel.db import transaction
from participation.testing.accessibility import accessibility_tree

pytestmark = pytest.mark.browser
NAMED = {"link", "button", "textbox", "radio", "checkbox", "combobox", "searchbox", "img", "heading", "navigation"}


def heard(page):
    """The tree, after what must hold on every page: landmarks, one h1, and a name in words for all that is used."""
    tree = accessibility_tree(page)
    roles = [node["role"] for node in tree]
    for landmark in ("banner", "main", "contentinfo"):
        assert roles.count(landmark) == 1, f"{page.url}: {roles.count(landmark)} {landmark}"
    assert len([node for node in tree if node["role"] == "heading" and node.get("level") == 1]) == 1
    for node in tree:
        if node["role"] in NAMED:
            assert re.search(r"\w{2}|\d", node["name"]), f"{page.url}: {node['role']} has no name: {node}"
    menus = [node["name"] for node in tree if node["role"] == "navigation"]
    assert len(set(menus)) == len(menus), f"two landmarks are called the same: {menus}"
    return tree


def named(tree, role, name):
    """The one node of a role whose name matches."""
    found = [node for node in tree if node["role"] == role and re.search(name, node["name"])]
    assert len(found) == 1, f"{len(found)} times {role} „{name}“: {[n['name'] for n in tree if n['role'] == role]}"
    return found[0]


def text_of(tree):
    return " ".join(node["name"] for node in tree if node["role"] == "StaticText")


def test_the_procedure_page_says_what_until_when_and_what_to_do(site, visit, law):
    tree = heard(visit(site, f"{PATH}/"))
    named(tree, "heading", "^Wie Ämter online erreichbar werden$")
    named(tree, "link", "^Lesen und kommentieren$|^Lesen und Beitrag schreiben$|^Text lesen")
    said = text_of(tree)
    assert re.search(r"noch 2\d Tage.*bis einschließlich", said)
    assert said.index("noch 2") < said.index("Wer entscheidet")


def test_the_reading_view_says_counts_as_words(site, visit, law):
    site.world.contribution(law, source=COMMENT, place="p2-abs1")
    tree = heard(visit(site, TEXT))
    named(tree, "link", "^1 Kommentar zu § 2 Absatz 1$")
    named(tree, "link", "^§ 2 Absatz 2 kommentieren$")
    named(tree, "article", "Gesetz zur Verbesserung des Onlinezugangs")
    named(tree, "navigation", "^Gliederung$")
    named(tree, "link", r"^§ 2 Begriffsbestimmungen ?, 1 Kommentar$")


@pytest.mark.requirement("RA-5.1.1-01", "BX-08")
def test_the_place_page_names_the_field_and_who_will_see_it(site, visit, law):
    comment = site.world.contribution(law, source=COMMENT, place="p2-abs1")
    rater = site.world.person()
    by = site.world.participant(law, rater)
    with transaction():
        ratings.rate(comment, site.world.activity(law), "agree", who=site.world.viewer(rater, law), by=by)
    tree = heard(visit(site, PLACE, person=rater))
    field = named(tree, "textbox", "^Ihr Kommentar zu § 2 Absatz 1$")
    assert "alle" in field["description"]
    named(tree, "complementary", "^1 Kommentar zu § 2 Absatz 1$")
    named(tree, "button", "^Weiter zum Prüfen$")
    pressed = named(tree, "button", r"^Ich stimme zu .*bisher 1 Person\b")
    assert pressed["pressed"] in (True, "true"), pressed
    other = named(tree, "button", r"^Ich stimme nicht zu .*bisher 0 Personen")
    assert other["pressed"] in (False, "false"), other


def test_the_draft_and_the_receipt_say_their_state(site, visit, law):
    page = visit(site, PLACE, person=site.world.person())
    write_a_comment(page)
    tree = heard(page)
    field = named(tree, "textbox", "^Ihr Text$")
    assert "alle" in field["description"]
    page.get_by_text("Für eine Organisation schreiben", exact=True).click()
    assert named(heard(page), "radio", "^mich$")["checked"] in (True, "true")
    named(tree, "button", "^Kommentar absenden$")
    assert "Noch nicht abgesendet" in text_of(tree) or "Entwurf" in text_of(tree)
    page.get_by_role("textbox", name="Ihr Text").fill("")
    page.get_by_role("button", name="Kommentar absenden").click()
    page.locator(".error-summary").wait_for()
    tree = heard(page)
    assert [node for node in tree if node["role"] == "alert"], "errors are announced"
    assert named(tree, "textbox", "^Ihr Text$")["invalid"] == "true"
    page.get_by_role("textbox", name="Ihr Text").fill(COMMENT)
    number = send(page)
    tree = heard(page)
    named(tree, "heading", "^Ihr Kommentar ist veröffentlicht$")
    named(tree, "region", "^Eingangsbestätigung$")
    assert number in text_of(tree)
