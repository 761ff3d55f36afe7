"""Saying where by the name of a place: by keyboard alone with suggestions, and without a script."""

import pytest
from playwright.sync_api import expect

from modules.ideas.services import add_category
from participation.contributions.place_names import change_places
from participation.kernel.db import transaction
from participation.kernel.geocoder import Spot
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser

NEW = "/stadt/dialog/ideas/a/new"
SPOTS = (Spot("Markt", (7.1023, 50.735)), Spot("Marktgarten", (7.05, 50.7)), Spot("Hafen", (7.15, 50.72)))


@pytest.fixture
def dialog(site):
    """A collection of ideas in a town with a gazetteer."""
    procedure = site.world.procedure(site.world.tenant("stadt"), module="ideas", slug="dialog", title="Rad-Dialog")
    with transaction():
        change_places(procedure.tenant, list(SPOTS))
        add_category(site.world.activity(procedure), title="Wege")
    return procedure


def suggested(page, **more):
    return page.get_by_role("listbox", name="Vorschläge").get_by_role("option", **more)


@pytest.mark.requirement("RA-4.2-05")
def test_a_place_is_chosen_from_suggestions_by_keyboard(site, visit, dialog):
    page = visit(site, NEW, width=360)
    where, position = page.get_by_label("Ort in Worten"), page.get_by_label("Koordinaten", exact=False).last
    where.focus()
    page.keyboard.type("mar")
    expect(suggested(page)).to_have_text(["Markt", "Marktgarten"])
    expect(where).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("2 Orte gefunden.")).to_be_visible()
    check(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(suggested(page, selected=True)).to_have_text("Marktgarten")
    page.keyboard.press("Escape")
    expect(suggested(page)).to_have_count(0)
    expect(where).to_have_value("mar")
    page.keyboard.press("ArrowDown")
    expect(suggested(page)).to_have_count(2)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(suggested(page, selected=True)).to_have_text("Markt")
    page.keyboard.press("Enter")
    expect(where).to_have_value("Markt")
    expect(position).to_have_value("50.735 7.1023")
    expect(where).to_be_focused()
    expect(suggested(page)).to_have_count(0)
    check(page)


def test_the_button_looks_on_the_same_page_and_says_when_nothing_is_found(site, visit, dialog):
    page = visit(site, NEW)
    page.get_by_label("Ort in Worten").fill("Nirgendwo")
    page.get_by_role("button", name="Ort suchen").press("Enter")
    expect(page.get_by_text("Diesen Ort haben wir nicht gefunden.")).to_be_visible()
    page.get_by_label("Ort in Worten").fill("hafen")
    page.get_by_role("button", name="Ort suchen").press("Enter")
    suggested(page).click()
    expect(page.get_by_label("Ort in Worten")).to_have_value("Hafen")


def test_without_a_script_the_button_leads_to_places_to_choose_from(site, visit, dialog):
    page = visit(site, NEW, script=False, width=360)
    page.get_by_label("Titel").fill("Mehr Licht")
    page.get_by_label("Kategorie").select_option("Wege")
    page.get_by_label("Ort in Worten").fill("markt")
    page.get_by_role("button", name="Ort suchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ort wählen")
    check(page)
    page.get_by_role("button", name="Marktgarten").click()
    expect(page.get_by_label("Ort in Worten")).to_have_value("Marktgarten")
    expect(page.get_by_label("Titel")).to_have_value("Mehr Licht")
    page.get_by_label("Ihr Text", exact=False).first.fill("Im Winter ist es dunkel.")
    page.get_by_role("button", name="Speichern und prüfen").click()
    expect(page.get_by_label("Ort in Worten")).to_have_value("Marktgarten")
    expect(page.locator("[name=position]")).to_have_value("50.7 7.05")


def test_ideas_near_an_address_are_found_by_keyboard(site, visit, dialog):
    page = visit(site, "/stadt/dialog/ideas/a/")
    page.get_by_text("Weiter eingrenzen").click()
    field = page.get_by_label("Straße, Platz oder Adresse")
    field.focus()
    page.keyboard.type("haf")
    expect(suggested(page)).to_have_text(["Hafen"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hafen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("höchstens 500 Meter")).to_be_visible()
    check(page)
