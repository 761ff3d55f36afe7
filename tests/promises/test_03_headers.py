"""Strict headers on every answer: each view, each kind of error, files, feeds, programs, redirects, the cache."""

import json
import logging
import re
from datetime import timedelta

import pytest
from flask import abort, redirect
from flask.testing import FlaskClient

from participation.api import policy_reports
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.headers import HEADERS, LOCATING, NO_FEATURES, POLICY, SANDBOX, TRANSPORT, features
from tests.permission_scene import Scene, asked
from tests.promises.crawling import Walk, fullest
from tests.promises.watching import Watch
from tests.test_house_rules import ROOT, TEMPLATES, name_of
from tests.test_permissions import values_of

STATUSES = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
EVENTS = re.compile(r"<[a-z][^>{]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE = re.compile(r"<style|<[^>]*\sstyle\s*=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
WIDER = {("Permissions-Policy", features(LOCATING))}
STRICTER = {("Content-Security-Policy", SANDBOX), ("Referrer-Policy", "no-referrer")}
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def faults(answer, *, personal, secure=False, may_locate=False):
    """What an answer lacks, in words."""
    wanted = dict(HEADERS | (TRANSPORT if secure else {}))
    headers = answer.headers
    if headers.get("Content-Security-Policy") == SANDBOX:
        del wanted["Permissions-Policy"]  # a file that may do nothing has no features to switch off
    allowed = STRICTER | WIDER if may_locate else STRICTER
    found = [f"{name}: {headers.get(name)}" for name in wanted if len(headers.getlist(name)) != 1]
    for name, value in wanted.items():
        if headers.get(name) != value and (name, headers.get(name)) not in allowed:
            found.append(f"{name}: {headers.get(name)}")
    kept = answer.cache_control
    if answer.status_code == 429 and "Retry-After" not in headers:
        found.append("no Retry-After")
    if "Cache-Control" not in headers:
        found.append("no Cache-Control")
    if not kept.public and "Cookie" not in headers.get("Vary", ""):
        found.append("no Vary: Cookie")
    # files are named at random and asked for again each time; the colours of an authority are everybody's
    is_file = headers.get("Content-Security-Policy") == SANDBOX
    may_stay = kept.public or answer.mimetype == "text/css" or (is_file and kept.private and kept.no_cache)
    if personal and not (kept.no_store or may_stay):
        found.append(f"kept by caches: {headers.get('Cache-Control')}")
    if kept.public and "Set-Cookie" in headers:
        found.append("a cookie on what everybody may keep")
    return found


def broken(status):
    if status == 500:
        raise ZeroDivisionError
    if status == 429:
        raise TooMany(timedelta(minutes=7))
    if status == 302:
        return redirect("/")
    return abort(status)


@pytest.fixture
def hurt(make_app):
    """`hurt("https://localhost")`: an app with views that fail in every way, also below the interface for programs."""

    def make(base_url):
        made = make_app(base_url=base_url, page_cache=True)
        made.config["TESTING"] = made.testing = False
        for number, path in enumerate(("/-/broken/<int:status>", "/api/v1/broken/<int:status>")):
            made.add_url_rule(path, f"broken{number}", public(lambda status: broken(status)), methods=["GET", "POST"])
        return made

    return make


@pytest.mark.requirement("RA-5.1.7-01")
@one_database
@pytest.mark.parametrize("base_url", ["http://localhost", "https://localhost"])
def test_every_view_and_every_error_carries_all_headers(world, hurt, figure, caplog, base_url):
    caplog.set_level(logging.CRITICAL, logger="participation")  # broken on purpose
    scene, app, secure = Scene(world, "during"), hurt(base_url), base_url.startswith("https")
    scene.app = scene.world.app = app
    known = {"tenant": scene.tenant.slug, "activity": "a", "path": "css/app.css", "reference": scene.reference}
    adapter, found, number = app.url_map.bind("localhost"), [], 0
    for role in ("visitor", "participant") if secure else ("visitor", "tenant_admin"):
        client = FlaskClient(app, app.response_class, use_cookies=True)
        if role != "visitor":
            world.log_in(client, scene.people[role])
            client._cookies = {key: _secured(cookie, secure) for key, cookie in client._cookies.items()}
        for path, method in [*_addresses(app, adapter, scene, known), *_errors()]:
            answer = asked(client, method, path, base_url=base_url)
            number += 1
            is_own, may_locate = role != "visitor" or method == "POST", b'data-press="here"' in answer.get_data()
            wrong = faults(answer, personal=is_own, secure=secure, may_locate=may_locate)
            found += [f"{answer.status_code} {method} {path} for {role}: {fault}" for fault in wrong]
    figure(
        f"{base_url}: {number} answers of {len(list(app.url_map.iter_rules()))} addresses, {len(found)} lack a header"
    )
    assert found == []


def _secured(cookie, secure):
    cookie.secure = secure
    return cookie


def _addresses(app, adapter, scene, known):
    for rule in app.url_map.iter_rules():
        place = scene.places.get(rule.endpoint.partition(".")[0], scene.places["text"])
        values = values_of(rule, known | {"procedure": place.slug})
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE"}):
            if not rule.endpoint.startswith("broken"):
                yield adapter.build(rule.endpoint, values, method=method), method
    yield from ((path, "GET") for path in ("/static/nothing.css", "/static/../app.py", "/en/", "/no-such/-/page", "/x"))
    yield from (
        (path, method) for path in ("/", "/healthz", "/api/v1/tenants") for method in ("HEAD", "OPTIONS", "DELETE")
    )


def _errors():
    for prefix in ("/-/broken", "/api/v1/broken"):
        for status in (302, *STATUSES):
            yield f"{prefix}/{status}", "GET"
        yield f"{prefix}/400", "POST"  # without a token


@one_database
def test_what_is_refused_before_the_app_carries_them_too(hurt):
    app = hurt("https://localhost")
    answer = app.test_client().get("/", headers={"Host": "foreign.example"})
    assert answer.status_code == 400
    assert faults(answer, personal=True, secure=True) == [] or faults(answer, personal=True, secure=True) == [
        "no Vary: Cookie"
    ]


@one_database
def test_a_page_from_memory_and_one_that_has_not_changed_carry_them(hurt):
    app = hurt("http://localhost")
    client = app.test_client()
    first, second = client.get("/"), client.get("/")
    third = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, third.status_code) == (200, 304)
    assert [faults(answer, personal=False) for answer in (first, second, third)] == [[], [], []]


@one_database
def test_whoever_shows_a_key_gets_an_answer_nobody_keeps(world, hurt):
    app = hurt("http://localhost")
    answer = app.test_client().get("/api/v1/tenants", headers={"Authorization": "Bearer x"})
    assert answer.cache_control.no_store


def test_no_template_holds_a_handler_a_style_or_a_script(figure):
    found = []
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        if path.suffix == ".html":
            found += [f"{name_of(path)}: {hit[0][:80]}" for hit in EVENTS.finditer(text)]
            if "mail" not in path.parts:  # mail programs know no other style
                found += [f"{name_of(path)}: {hit[0][:80]}" for hit in INLINE.finditer(text)]
    figure(f"{len(TEMPLATES)} templates, {len(found)} inline scripts, styles or handlers")
    assert found == []


def test_no_script_of_ours_makes_code_of_text():
    pattern = re.compile(
        r"\beval\(|new Function|\.innerHTML\s*\+?=|outerHTML\s*=|insertAdjacentHTML|document\.write|srcdoc"
    )
    scripts = [*ROOT.glob("static/js/*.js"), *ROOT.glob("modules/*/static/**/*.js")]
    assert scripts
    assert [name_of(path) for path in scripts if pattern.search(path.read_text("utf-8"))] == []


def test_the_policy_is_the_one_of_the_table():
    rules = dict(part.partition(" ")[::2] for part in POLICY.split("; "))
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|nonce|\*|https?:", POLICY)
    assert "includeSubDomains" in TRANSPORT["Strict-Transport-Security"]
    assert LOCATING in NO_FEATURES  # but for pages with the button that asks


REPORT = {"effective-directive": "script-src-elem", "blocked-uri": "https://foreign.example/x?who=me"}


@one_database
def test_a_report_is_one_line_without_addresses_and_keys(make_app, caplog):
    policy_reports._written.clear()
    client, page = make_app().test_client(), "http://localhost/-/confirm/a-secret-key"
    sent = {"csp-report": REPORT | {"document-uri": page, "script-sample": "my words"}}
    with caplog.at_level(logging.WARNING):
        assert client.post("/-/policy-reports", data=json.dumps(sent)).status_code == 204
    assert caplog.messages == ["policy: script-src-elem refused foreign.example on account.confirm"]


@one_database
@pytest.mark.parametrize(
    "body", [b"", b"x" * 9000, b"[]", b"{}", b'{"csp-report": 1}', b'{"csp-report": {}}', b"[" * 8000]
)
def test_an_odd_report_is_taken_and_tells_nothing(make_app, body):
    assert make_app().test_client().post("/-/policy-reports", data=body).status_code == 204


@one_database
def test_many_reports_fill_no_log(make_app, caplog):
    policy_reports._written.clear()
    client = make_app().test_client()
    for _ in range(50):
        client.post("/-/policy-reports", data=json.dumps({"csp-report": REPORT}))
    assert len(caplog.messages) == policy_reports.LINES


@pytest.mark.waits
@pytest.mark.browser
def test_no_page_breaks_its_own_policy_in_the_browser(planted, browser, figure, form, sized):
    places = sized(test=set(), quick=planted.places, full=None)
    with Watch(planted, browser) as watch:
        for role in sized(test=(), quick=("visitor", "resident", "operator"), full=sorted(planted.people)):
            walk = Walk(planted.app, planted.client(role), places, quick=form != "full")
            found = [page for page in walk.pages() if page[2].mimetype == "text/html" and not page[2].location]
            watch.open_all(role, [path for path, _, _ in found] if form == "full" else fullest(found))
    figure(f"{watch.opened} pages of {len(watch.views)} views in Chromium: {len(watch.found)} violations")
    assert watch.opened >= 100
    assert watch.found == []
    own = {"clipboard-write", "publickey-credentials-create", "publickey-credentials-get"}
    assert watch.features <= own | {LOCATING}
