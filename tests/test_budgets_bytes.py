"""What a first visit costs: at most 100 kB over the line, no cookie, nothing stored, nobody else asked."""

from random import Random

import pytest

from participation.kernel.db import transaction

pytestmark = pytest.mark.browser
BUDGET = 100_000  # bytes: page, styles, scripts and fonts as they are transferred; editors' pictures are extra
PICTURES = {"Image"}
SHOWN = 300  # contributions seeded into each format


def first_visit(visit, site, path):
    """Transferred bytes by address on an empty device, counted by the browser; and the page."""
    page = visit(site, "about:blank")
    debugger = page.context.new_cdp_session(page)
    debugger.send("Network.enable")
    names, kinds, sizes = {}, {}, {}

    def answered(event):
        names[event["requestId"]] = event["response"]["url"]
        kinds[event["requestId"]] = event["type"]

    debugger.on("Network.responseReceived", answered)
    debugger.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(site.url + path, wait_until="networkidle")
    return {names[key]: size for key, size in sizes.items() if kinds.get(key) not in PICTURES}, page


def assert_light(visit, site, path):
    sizes, page = first_visit(visit, site, path)
    listed = "\n".join(f"{size:>8} {url.removeprefix(site.url)}" for url, size in sorted(sizes.items()))
    assert any("woff2" in url for url in sizes), "fonts are counted"
    assert sum(sizes.values()) <= BUDGET, f"{path}: {sum(sizes.values())} bytes\n{listed}"
    assert not page.context.cookies(), path
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0, path
    foreign = [url for url in visit.requests if not url.startswith((site.url, "data:", "about:"))]
    assert not foreign, foreign


def test_the_front_page_is_light(site, visit):
    for stage in ("running", "announced", "evaluation") * 4:
        site.world.procedure(stage=stage, summary="Was fehlt hier? Schreiben Sie es auf.", topic="Umwelt")
    assert_light(visit, site, "/")


def test_the_page_of_a_procedure_is_light(site, visit):
    site.world.procedure(site.world.tenant("stadt"), slug="park", kinds=["noting", "talking"])
    assert_light(visit, site, "/stadt/park/")


def test_the_first_page_of_every_format_is_light(site, visit):
    tenant, random = site.world.tenant("stadt"), Random(1)  # one for all: numbers of receipts are unique in a tenant
    for module in site.app.extensions["registry"]:
        if module.name == "probe":  # has no page worth measuring
            continue
        procedure = site.world.procedure(tenant, slug=module.name, module=module.name)
        if module.seed is not None:
            with transaction():
                module.seed(site.world.activity(procedure), random, SHOWN)
        assert_light(visit, site, f"/stadt/{module.name}/{module.name}/a/")
