"""Readers leave nothing behind: no cookie, nothing stored, no foreign host; and no full address is stored anywhere."""

import ipaddress
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from tests.promises.crawling import Walk
from tests.promises.markers import all_cells, files_with
from tests.promises.planted import planted, planted_once  # noqa: F401 - fixtures

ASKED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|link|object)\b[^>]*?\s(?:src|href|data)=["']([^"']+)"""
)
FORM = 'name="csrf_token"'
SHOWN = "() => [localStorage.length, sessionStorage.length, document.cookie.length]"
ADDRESSES = ("203.0.113.77", "2001:db8:1:2:3:4:5:77")


def foreign(html):
    """Hosts other than ours that a page makes the browser ask by itself."""
    hosts = {urlsplit(address).netloc for address in ASKED.findall(html) if 'rel="canonical"' not in address}
    return hosts - {"", "localhost", "127.0.0.1:8000"}


def test_whoever_only_reads_gets_no_cookie_and_asks_no_foreign_host(planted, form, figure):  # noqa: F811
    """Every kind of page that links lead to. Pages with a form to send carry its cookie, and only those."""
    pages, with_form, cookies, hosts = 0, set(), [], []
    walk = Walk(planted.app, planted.client("visitor"), quick=form == "test")
    for path, endpoint, answer in walk.pages(["/", "/en/"]):
        pages += 1
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if FORM in html:
            with_form.add(endpoint)
        elif answer.headers.getlist("Set-Cookie"):
            cookies.append(path)
        hosts += [f"{path}: {host}" for host in foreign(html)]
    figure(
        f"{pages} pages read: {len(cookies)} cookies, {len(hosts)} foreign hosts ({len(with_form)} form pages apart)"
    )
    assert pages > 50
    assert (cookies, hosts) == ([], [])


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_full_address_is_stored(planted, caplog, address, figure):  # noqa: F811
    """Read, try to log in, ask for links, report: then every cell, file and line of the log is looked through."""
    client = planted.client("visitor")
    at = {"environ_base": {"REMOTE_ADDR": address}}
    asked = 0
    for path in ("/-/log-in", "/-/register", "/-/log-in-link", "/-/forgotten", "/-/barrier"):
        page = client.get(path, **at)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        values = {"email": "jemand@uebung.example", "password": "falsch-falsch", "note": "Zu klein", "name": "Jemand"}
        client.post(path, data=values | ({"csrf_token": token[1]} if token else {}), **at)
        asked += 2
    whole = {address, str(ipaddress.ip_address(address)), ipaddress.ip_address(address).exploded}
    with planted.app.app_context():
        cells = [cell for cell, said in all_cells().items() if any(form in said for form in whole)]
        files = files_with(*whole)
    lines = [record.getMessage() for record in caplog.records if any(form in record.getMessage() for form in whole)]
    figure(f"{len(cells)} cells, {len(files)} files, {len(lines)} log lines with the full address, {asked} requests")
    assert (cells, files, lines) == ([], [], [])


@pytest.mark.waits
@pytest.mark.browser
def test_chromium_stores_nothing_for_readers(site, browser, sized, figure):
    """A real browser reads; then its cookies and stores are counted, and the hosts it asked."""
    procedure = site.world.procedure(module="text") if "text" in site.app.extensions["registry"] else None
    limit, seen, hosts, stored = sized(test=5, quick=40, full=200), [], set(), []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    waiting = ["/", f"/{procedure.tenant.slug}/{procedure.slug}/" if procedure else "/en/"]
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        seen.append(path)
        if not _opens(page, site.url + path):
            stored += [path] if context.cookies() else []
            continue
        if page.locator(FORM_FIELD).count():
            context.clear_cookies()  # a form to send has its cookie; reading goes on without
            continue
        stored += [path] if any(page.evaluate(SHOWN)) or context.cookies() else []
        links = page.eval_on_selector_all("a[href^='/']", "found => found.map(a => a.getAttribute('href'))")
        waiting += [link for link in dict.fromkeys(links) if link not in seen and link not in waiting]
    context.close()
    others = {host for host in hosts if host and not site.url.endswith(host)}
    figure(f"{len(seen)} pages in Chromium: {len(stored)} with cookie or storage, {len(others)} foreign hosts")
    assert (stored, others) == ([], set())


def _opens(page, address):
    """Whether it is a page; a file to be kept (a calendar) is none."""
    try:
        page.goto(address)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    return True


FORM_FIELD = "input[name=csrf_token]"
