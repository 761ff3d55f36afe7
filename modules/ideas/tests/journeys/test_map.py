"""The map in the browser: opened on request, used by keyboard, on a phone too; what it shows, the list says."""

import re

import pytest
from playwright.sync_api import expect

from modules.ideas import services
from participation.contributions.locations import AREA, DISTRICT, Where, keep_areas, put_location
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.kernel.geometry import point
from participation.tenants.map_sources import MapSource, set_map_source
from participation.tenants.models import Tenant
from participation.testing.accessibility import assert_fits, check, focused
from participation.testing.browser import PHONE

pytestmark = pytest.mark.browser
PATH = "/musterstadt/rad"
LIST, NEW = f"{PATH}/ideas/a/", f"{PATH}/ideas/a/new"
SHORT = {"Am Ufer": (7.05, 50.7), "Am Markt": (7.1501, 50.7501), "Am Rathaus": (7.1502, 50.7502)}
HERE = {"latitude": 50.72, "longitude": 7.11}


def square(west, south, east, north):
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


@pytest.fixture
def ideas(site):
    """Three ideas on the map of a town, two of them close together, and one without a place."""
    tenant = site.world.tenant("musterstadt", name="Stadt Musterstadt")
    made = site.world.procedure(tenant, module="ideas", slug="rad", title="Besser Rad fahren")
    with transaction():
        services.add_category(site.world.activity(made), title="Wege")
        keep_areas(site.world.activity(made), AREA, [("Stadt", square(7.0, 50.65, 7.2, 50.8))])
        keep_areas(site.world.activity(made), DISTRICT, [("Weststadt", square(7.0, 50.65, 7.1, 50.8))])
    for title, at in SHORT.items():
        idea = site.world.contribution(made, title=title, place="k1")
        with transaction():
            row = db.session.get_one(Contribution, idea.id)
            put_location(row, site.world.activity(made), Where(point(*at), ""))
    site.world.contribution(made, title="Ohne Ort", place="k1")
    return site.world.again(made)


def opened(page):
    """Press the button and wait for the map."""
    page.get_by_role("button", name="Karte zeigen").click()
    expect(page.locator(".map")).to_have_attribute("data-state", "open")
    expect(page.locator(".map-sign")).to_have_count(2)


def asked_for_map(visit):
    return [url for url in visit.requests if re.search(r"leaflet|map_|points\.json|areas\.json|tile\.svg", url)]


@pytest.mark.requirement("RA-4.3-03", "BX-08")
@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desk"])
def test_the_map_opens_on_request_and_names_what_the_list_names(site, visit, ideas, size):
    page = visit(site, LIST, **size)
    check(page)
    assert asked_for_map(visit) == []
    opened(page)
    expect(page.get_by_role("region", name="Karte der Ideen").first).to_be_visible()
    expect(page.locator(".map [role=status]")).to_have_text("3 Ideen in diesem Ausschnitt der Karte")
    expect(page.get_by_role("list", name="Zeichen der Karte")).to_contain_text("Wege")
    check(page)
    page.get_by_role("button", name="Am Ufer, Wege").click()
    popup = page.get_by_role("dialog", name="Am Ufer")
    expect(popup.get_by_role("link")).to_be_focused()
    expect(popup).to_contain_text("Wege")
    check(page)
    popup.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Am Ufer")


def test_map_and_list_stand_side_by_side_where_there_is_room(site, visit, ideas):
    page = visit(site, LIST)
    opened(page)
    sheet, entries = page.locator(".map").bounding_box(), page.locator("#ideen-liste").bounding_box()
    assert sheet["x"] >= entries["x"] + entries["width"]
    assert abs(sheet["width"] - entries["width"]) < 2


@pytest.mark.requirement("RA-5.1.1-01")
def test_signs_are_read_by_keyboard_and_escape_leads_back(site, visit, ideas):
    page = visit(site, LIST)
    page.get_by_role("button", name="Karte zeigen").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-sign")).to_have_count(2)
    expect(page.locator(".map__sheet")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Am Ufer, Wege")).to_be_focused()
    assert focused(page)["visible"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="2 Beiträge an dieser Stelle")
    expect(popup.get_by_role("link")).to_have_text(["Am Rathaus", "Am Markt"])
    check(page)
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page.get_by_role("button", name="2 Beiträge an dieser Stelle")).to_be_focused()
    page.get_by_role("link", name="Zur Liste").click()
    expect(page).to_have_url(re.compile("#ideen-liste$"))


def test_a_map_once_opened_opens_with_the_next_filter(site, visit, ideas):
    page = visit(site, LIST)
    opened(page)
    page.get_by_text("Weiter eingrenzen").click()
    page.get_by_role("link", name="Weststadt").click()
    expect(page.locator(".map")).to_have_attribute("data-state", "open")
    expect(page.get_by_role("button", name="Am Ufer, Wege")).to_be_visible()
    expect(page.locator(".map-sign")).to_have_count(1)


def test_without_script_there_is_no_trace_of_a_map(site, visit, ideas):
    page = visit(site, LIST, script=False)
    expect(page.locator(".map")).to_be_hidden()
    expect(page.locator("#ideen-liste article")).to_have_count(4)
    page.goto(NEW)
    expect(page.locator(".map")).to_be_hidden()
    page.locator("summary", has_text="Auf der Karte zeigen").click()
    expect(page.get_by_label("Koordinaten")).to_be_visible()


def test_a_foreign_service_is_asked_only_after_the_button(site, visit, ideas):
    with transaction():
        source = MapSource("xyz", "https://karten.example/{z}/{x}/{y}.svg", "", "© Vermessungsamt")
        set_map_source(db.session.get_one(Tenant, ideas.tenant_id), source)
    page = visit(site, "about:blank")
    tiles = []

    def tile(route):
        tiles.append(route.request.url)
        route.fulfill(body='<svg xmlns="http://www.w3.org/2000/svg"/>', content_type="image/svg+xml")

    page.route("https://karten.example/**", tile)
    page.goto(site.url + LIST)
    expect(page.get_by_text("Die Karte lädt Bilder von karten.example.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert tiles == []
    opened(page)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(page.get_by_text("© Vermessungsamt")).to_be_visible()
    assert tiles
    visit.problems[:] = [each for each in visit.problems if "asks https://karten.example/" not in each]


@pytest.mark.requirement("BX-08")
def test_a_place_is_chosen_by_tap_by_keyboard_and_by_where_i_am(site, visit, ideas):
    page = visit(site, NEW, **PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.locator("summary", has_text="Auf der Karte zeigen").click()
    expect(page.locator(".map")).to_have_attribute("data-state", "open")
    field, sign = page.get_by_label("Koordinaten"), page.locator(".map-sign--chosen")
    page.locator(".map__sheet").click(position={"x": 120, "y": 200})
    expect(sign).to_be_visible()
    expect(field).to_have_value(re.compile(r"^50\.\d{6} 7\.\d{6}$"))
    check(page)
    page.get_by_role("button", name="Zeichen in die Mitte").press("Enter")
    expect(field).to_have_value(re.compile(r"^50\.72\d+ 7\.10\d+$"))
    before = [float(number) for number in field.input_value().split()]
    sign.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(field).not_to_have_value(f"{before[0]:.6f} {before[1]:.6f}")
    after = [float(number) for number in field.input_value().split()]
    assert after[0] > before[0]
    assert after[1] > before[1]
    expect(page.locator(".map [role=status]")).to_contain_text("Das Zeichen steht bei 50.")
    page.get_by_role("button", name="Wo ich bin").click()
    expect(field).to_have_value("50.720000 7.110000")
    field.fill("50.71 7.12")
    expect(page.locator(".map [role=status]")).to_be_visible()
    assert_fits(page)
    page.get_by_role("button", name="Ort entfernen").click()
    expect(field).to_have_value("")
    expect(sign).to_have_count(0)


def test_the_place_goes_with_the_draft_to_the_page_of_the_idea(site, visit, ideas):
    person = site.world.person()
    page = visit(site, NEW, person=person)
    page.get_by_label("Titel").fill("Neue Bank")
    page.get_by_label("Kategorie").select_option(label="Wege")
    page.get_by_label("Ihre Idee").fill("Hier fehlt eine Bank.")
    page.locator("summary", has_text="Auf der Karte zeigen").click()
    expect(page.locator(".map")).to_have_attribute("data-state", "open")
    page.get_by_role("button", name="Zeichen in die Mitte").click()
    place = page.get_by_label("Koordinaten").input_value()
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")
    expect(page.get_by_label("Koordinaten")).to_have_value(re.compile(place[:6]))
    expect(page.locator(".map-sign--chosen")).to_be_visible()
    check(page)
    page.locator("button[name=do][value=send]:visible").click()
    page.goto(f"{PATH}/-/contributions/{_newest()}")
    page.get_by_role("button", name="Karte zeigen").click()
    expect(page.locator(".map-sign--one")).to_be_visible()
    check(page)


def _newest():
    db.session.rollback()
    return db.session.query(Contribution).order_by(Contribution.id.desc()).first().reference
