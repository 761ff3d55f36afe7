"""After logging in people go on to a page of ours, never to another host."""

import pytest

from participation.pages.account_next import in_this_language, local_path

FOREIGN = [
    "", "http://evil.example", "https://evil.example", "HTTPS://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", " /page",
    "/page ", "\n/page", "/\x00/evil.example", "/pa\x00ge", "/pa\rge", "/pa\nSet-Cookie: a=b", "javascript:alert(1)",
    "JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "mailto:a@evil.example", "ftp://evil.example", "evil.example", "www.evil.example", "evil.example/page", "page",
    "./page", "../page", "?page", "#page", "@evil.example", "user@evil.example", ":evil.example", "http:evil.example",
    "http:/evil.example", "http:///evil.example", "https:evil.example", "https:/evil.example", "%2F%2Fevil.example",
    "/%2Fevil.example", "/%2fevil.example", "/%5Cevil.example", "/%5cevil.example", "/%252Fevil.example",
    "/%09/evil.example", "/%0a/evil.example", "/%0d%0aLocation:x", "/%00", "/\u2028/evil.example",
    "/\u200b/evil.example",
    "//evil.example/%2e%2e", "//[::1]/", "//[evil", "/" + "a" * 3000, "/\x7f/evil.example", "\u3000//evil.example",
]  # fmt: skip
OURS = [
    "/",
    "/-/participation",
    "/stadt/verfahren/text/a/#p2-abs4",
    "/stadt/-/settings?done=x&a=b",
    "/en/stadt/",
    "/b%C3%BCrger/",
]


def test_the_list_holds_at_least_sixty_spellings():
    assert len(set(FOREIGN)) >= 60


@pytest.mark.parametrize("spelling", FOREIGN)
def test_a_foreign_address_is_refused(spelling):
    assert local_path(spelling) is None


@pytest.mark.parametrize("path", OURS)
def test_a_path_of_ours_is_kept(path):
    assert local_path(path) == path


def test_nothing_is_no_path():
    assert local_path(None) is None


def test_below_en_the_path_stays_english(app):
    with app.test_request_context("/", base_url="http://localhost/en"):
        assert in_this_language("/-/settings") == "/en/-/settings"
        assert in_this_language("/en/-/settings") == "/en/-/settings"


@pytest.mark.parametrize("spelling", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_logging_in_never_leads_away(world, client, post, spelling):
    person = world.person()
    page = client.get("/-/log-in", query_string={"next": spelling}).get_data(as_text=True)
    assert "evil" not in page[page.index("<main") :]
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    data = {"csrf_token": token, "email": person.email, "password": world.password}
    answer = client.post("/-/log-in", query_string={"next": spelling}, data=data)
    assert answer.location.startswith("/-/participation")
