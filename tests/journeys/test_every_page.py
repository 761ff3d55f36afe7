"""A visitor walks through every page there is to reach by links: accessible, quiet, without a cookie."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
FORMS = (
    "/log-in",
    "/register",
    "/forgotten",
    "/log-in-link",
    "/barrier",
    "/report",
    "/subscribe",
)  # uncached, may set one
STAGES = ("running", "announced", "evaluation", "completed", "paused", "cancelled", "archived")
MANY = 120
LONG = "Behindertengleichstellungsdurchführungsverordnungsänderungsgesetz"  # German has such words


@pytest.fixture
def country(site):
    """Two authorities and a procedure in every stage, one of them talked about."""
    town, ministry = site.world.tenant("stadt"), site.world.tenant("ministerium")
    for stage in STAGES:
        made = site.world.procedure(town, slug=f"im-{stage}", title=f"Der Park ({stage})", stage=stage)
        with transaction():
            again = site.world.again(made)
            again.reason, again.stage_since = "Ein Plan fehlte.", now()
    first = site.world.procedure(ministry, slug="gesetz", title=LONG, topic="Digitales")
    comment = site.world.contribution(first, source="Ein Beitrag mit **Nachdruck**.", place="here")
    site.world.contribution(first, source="Eine Antwort.", parent=comment)
    site.work()
    return comment


def links_of(page, site):
    """Paths of this portal that a page leads to, without what only sorts or filters."""
    found = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
    own = [urlsplit(url) for url in found if url.startswith(f"{site.url}/")]
    return [part.path for part in own if not part.path.endswith((".atom", ".ics", ".csv", ".json", ".xlsx"))]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.requirement("RA-5.1.1-01")
def test_every_public_page_is_accessible_quiet_and_sets_no_cookie(site, visit, country, width):
    page = visit(site, "/", width=width, height=800)
    seen, waiting, shapes = set(), ["/"], set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or "/probe/" in path or path.startswith("/en/"):
            continue
        seen.add(path)
        answer = page.goto(path)
        assert answer.status in (200, 401), f"{answer.status} for {path}"
        if shape_of(path) not in shapes:
            shapes.add(shape_of(path))
            check(page)
        if not path.endswith(FORMS) and answer.status == 200:
            assert not page.context.cookies(), f"{path} sets {page.context.cookies()}"
            assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.context.clear_cookies()
        waiting += links_of(page, site)
        assert len(seen) < MANY, "the walk does not end"
    assert {f"/stadt/im-{stage}/" for stage in STAGES} <= seen


def shape_of(path):
    """Pages made alike are checked once for each procedure's stage, and once for all authorities' forms."""
    return path if "/im-" in path and path.count("/") == 3 else path.rsplit("/-/", 1)[-1] if "/-/" in path else path


@pytest.mark.parametrize(
    "path", ["/", "/-/procedures", "/stadt/", "/stadt/im-running/", "/stadt/-/log-in", "/-/search"]
)
def test_the_portal_is_accessible_in_english_and_in_the_dark(site, visit, country, path):
    page = visit(site, f"/en{path}", dark=True, locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    check(page)


@pytest.mark.parametrize("path", ["/", "/-/procedures", "/stadt/", "/stadt/im-paused/", "/stadt/-/register"])
@pytest.mark.requirement("RA-5.1.1-01")
def test_nothing_scrolls_sideways_at_400_percent(site, visit, country, path):
    page = visit(site, path, width=320, height=256)
    check(page)


def test_what_is_not_there_says_so_and_leads_on(site, visit, country):
    page = visit(site, "/stadt/gibt-es-nicht/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")
    check(page)
    page.get_by_role("link", name="Alle Verfahren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verfahren")
