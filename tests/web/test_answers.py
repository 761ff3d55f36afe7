"""Headers on every kind of answer, files kept for a year, errors that keep words and speak the reader's language."""

import re

import pytest

from participation.web.headers import HEADERS, POLICY


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/-/open", 200),
        ("/healthz", 200),
        ("/static/../config/default.toml", 404),
        ("/-/mine", 302),
        ("/-/undeclared", 403),
        ("/nowhere/-/checks", 404),
        ("/-/no-such-page/", 404),
        ("/-/refuse/invalid", 422),
        ("/-/refuse/conflict", 409),
        ("/-/refuse/unknown", 404),
        ("/-/refuse/many", 429),
    ],
)
def test_every_kind_of_answer_carries_the_headers(visitor, path, status):
    answer = visitor.get(path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Cache-Control" in answer.headers


def test_a_file_carries_a_policy_that_lets_it_do_nothing(visitor):
    answer = visitor.get("/static/css/app.css")
    strict = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
    assert {name: answer.headers.get(name) for name in strict} == strict


def test_an_answer_to_an_unknown_host_carries_them_too(visitor):
    answer = visitor.get("/-/open", headers={"Host": "evil.example"})
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_broken_page_carries_them_too_and_says_that_nothing_is_lost(site, caplog):
    site.config["TESTING"] = False
    site.testing = False
    answer = site.test_client().get("/-/refuse/broken")
    assert answer.status_code == 500
    assert "nicht verloren" in answer.text
    assert "ZeroDivision" not in answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_the_policy_allows_no_inline_script_and_no_other_host():
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_over_https_the_browser_is_told_to_stay_there(make_app):
    safe = make_app(base_url="https://localhost")
    answer = safe.test_client().get("/healthz", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert safe.config["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_a_file_is_kept_for_a_year_and_its_address_changes_with_it(site, visitor):
    url = site.jinja_env.globals["static_url"]("css/app.css")
    assert re.fullmatch(r"/static/css/app\.css\?v=[0-9a-f]{12}", url)
    answer = visitor.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["css/none.css", "../app.py", "modules/none/x.css", "modules/probe/../../probe.py", "%2e%2e/app.py"]
)
def test_no_file_outside_the_folder_is_served(visitor, path):
    assert visitor.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("kind", ["invalid", "conflict", "unknown", "many"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_refused_form_shows_what_was_typed(site, world, kind, prefix):
    client = site.test_client()
    site.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(
        f"{prefix}/-/refuse/{kind}", data={"text": "Mein <b>Text</b>", "note": "Notiz", "password": "geheim"}
    )
    assert "Mein &lt;b&gt;Text&lt;/b&gt;" in answer.text
    assert "Notiz" in answer.text
    assert "geheim" not in answer.text
    assert f'lang="{"en" if prefix else "de"}"' in answer.text


@pytest.mark.parametrize("path", ["/-/no-such-page/", "/-/undeclared"])
def test_an_error_speaks_the_language_of_the_address(visitor, path):
    german, english = visitor.get(path).text, visitor.get(f"/en{path}").text
    heading = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
    assert heading.search(german)[1].strip() != heading.search(english)[1].strip()


def test_a_form_that_is_too_large_gets_a_sentence(site):
    site.config["WTF_CSRF_ENABLED"] = False
    answer = site.test_client().post("/-/open", data={"text": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "1 MB" in answer.text
