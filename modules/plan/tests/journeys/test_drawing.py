"""Lines and areas drawn on the map: with a pointer, or by keyboard from its middle; the field says the same."""

import re

import pytest
from playwright.sync_api import expect

from participation.contributions.locations import AREA, keep_areas
from participation.kernel.db import transaction
from participation.testing.accessibility import check
from participation.testing.browser import PHONE

pytestmark = pytest.mark.browser
NEW = "/musterstadt/platz/plan/a/new"
SQUARE = {"type": "Polygon", "coordinates": [[[7.0, 50.7], [7.1, 50.7], [7.1, 50.8], [7.0, 50.8], [7.0, 50.7]]]}


@pytest.fixture
def plan(site):
    tenant = site.world.tenant("musterstadt", name="Stadt Musterstadt")
    made = site.world.procedure(tenant, module="plan", slug="platz", title="Bahnhofsplatz")
    with transaction():
        keep_areas(site.world.activity(made), AREA, [("Platz", SQUARE)])
    return made


def opened(page):
    """Unfold the map; the field of coordinates."""
    page.locator("summary", has_text="Auf der Karte zeigen").click()
    expect(page.locator(".map")).to_have_attribute("data-state", "open")
    return page.get_by_label("Koordinaten")


def lines(field):
    expect(field).to_have_value(re.compile(r"\d \d"))
    return field.input_value().split("\n")


@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desk"])
def test_an_area_is_drawn_with_a_pointer_and_can_be_sent(site, visit, plan, size):
    page = visit(site, NEW, person=site.world.person(), **size)
    field = opened(page)
    page.get_by_role("button", name="Fläche zeichnen").click()
    expect(page.locator(".map [role=status]")).to_contain_text("Tippen Sie die Ecken der Fläche an")
    check(page)
    sheet = page.locator(".map__sheet")
    for x, y in ((90, 150), (190, 150), (190, 230), (90, 230), (90, 150)):
        sheet.click(position={"x": x, "y": y})
    corners = lines(field)
    assert len(corners) == 5
    assert corners[0] == corners[-1]
    expect(page.locator(".map [role=status]")).to_contain_text("Gezeichnet mit 5 Punkten")
    expect(page.locator(".leaflet-pane:not(.leaflet-overlay-pane) > svg").first).to_be_visible()
    check(page)
    page.get_by_label("Ihre Stellungnahme").fill("Hier sollen die Linden bleiben.")
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")
    assert len(lines(page.get_by_label("Koordinaten"))) == 5
    expect(page.locator(".map-drawn")).to_be_visible()


@pytest.mark.requirement("RA-5.1.1-01")
def test_a_line_is_drawn_by_keyboard_alone(site, visit, plan):
    page = visit(site, NEW)
    field = opened(page)
    page.get_by_role("button", name="Linie zeichnen").press("Enter")
    expect(page.locator(".map__sheet")).to_be_focused()
    corner = page.get_by_role("button", name="Ecke in die Mitte")
    corner.press("Enter")
    for key in ("ArrowRight", "ArrowDown"):
        page.locator(".map__sheet").press(key)
        corner.press("Enter")
    page.get_by_role("button", name="Fertig gezeichnet").press("Enter")
    drawn = [[float(number) for number in line.split()] for line in lines(field)]
    assert len(drawn) == 3
    assert drawn[0][1] < drawn[1][1]
    assert drawn[1][0] > drawn[2][0]
    page.get_by_role("button", name="Ort entfernen").press("Enter")
    expect(field).to_have_value("")


def test_nothing_for_drawing_is_loaded_before_somebody_draws(site, visit, plan):
    page = visit(site, NEW)
    opened(page)
    assert not [url for url in visit.requests if "drawing" in url]
    page.get_by_role("button", name="Linie zeichnen").click()
    expect(page.locator(".map--drawing")).to_be_visible()
    assert len([url for url in visit.requests if "drawing.js" in url]) == 2
