"""Layers are switched by keyboard, keep their order, and are there where somebody points at the plan."""

import pytest
from playwright.sync_api import expect

from modules.plan import services
from modules.plan.seeds import DOT
from modules.plan.tests.conftest import SHAPES
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.kernel.files import file_store
from participation.testing.accessibility import check
from participation.testing.browser import PHONE

pytestmark = pytest.mark.browser
BASE = "/musterstadt/platz/plan/a"
FRAME = (7.0, 50.7, 7.1, 50.8)


@pytest.fixture
def plan(site):
    tenant = site.world.tenant("musterstadt", name="Stadt Musterstadt")
    made = site.world.procedure(tenant, module="plan", slug="platz", title="Bahnhofsplatz")
    with transaction():
        activity = site.world.activity(made)
        file = {"stored_name": file_store().put(DOT), "media_type": "image/png", "size": len(DOT)}
        for title in ("Bestand", "Entwurf"):
            services.add_picture(activity, title=title, legend="Der Platz von oben.", bounds=FRAME, **file)
        services.add_shapes(activity, title="Baufelder", legend="Blau umrandet.", source=SHAPES)
    return made


@pytest.mark.requirement("RA-5.1.1-01")
@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desk"])
def test_layers_are_switched_by_keyboard_and_keep_their_order(site, visit, plan, size):
    page = visit(site, f"{BASE}/", **size)
    page.get_by_role("button", name="Karte zeigen").press("Enter")
    pictures = page.locator("img.leaflet-image-layer")
    expect(pictures).to_have_count(2)
    lower = page.get_by_label("Auf der Karte zeigen: Bestand")
    before = pictures.last.get_attribute("src")
    lower.press("Space")
    expect(pictures).to_have_count(1)
    lower.press("Space")
    expect(pictures).to_have_count(2)
    assert pictures.last.get_attribute("src") == before
    expect(page.locator("path.map-drawn.layer--3").first).to_be_visible()
    if not size:  # on a phone the names would lie on each other
        expect(page.locator(".map-name").first).to_have_text("Baufeld 1")
    check(page)


def test_who_points_at_the_plan_sees_its_layers(site, visit, plan):
    page = visit(site, f"{BASE}/new", person=site.world.person())
    page.locator("summary", has_text="Auf der Karte zeigen").click()
    expect(page.locator("img.leaflet-image-layer")).to_have_count(2)
    page.get_by_role("button", name="Zeichen in die Mitte").click()
    latitude, longitude = page.get_by_label("Koordinaten").input_value().split()
    assert 50.7 < float(latitude) < 50.8
    assert 7.0 < float(longitude) < 7.1
    check(page)


def test_the_form_for_a_layer_asks_only_what_its_kind_needs(site, visit, plan):
    page = visit(site, f"{BASE}/setup", person=site.world.staff(plan.tenant, Role.MANAGER))
    expect(page.get_by_label("Seite im PDF")).to_be_visible()
    expect(page.get_by_label("Adresse des Kartendienstes")).to_be_hidden()
    page.get_by_label("Kartendienst der Behörde").check()
    expect(page.get_by_label("Seite im PDF")).to_be_hidden()
    expect(page.get_by_label("Adresse des Kartendienstes")).to_be_visible()
    check(page)
