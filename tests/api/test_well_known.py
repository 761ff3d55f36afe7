"""What is asked for by name: robots.txt, security.txt, favicon.ico."""

from datetime import datetime, timedelta

import pytest

from participation.kernel.clock import now


def test_robots_may_read_everything_public(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Allow: /" in answer.text


def test_security_txt_names_a_contact_and_is_valid_for_less_than_a_year(client, app):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == f"mailto:{app.config['SETTINGS']['contact']}"
    expires = datetime.fromisoformat(lines["Expires"].replace("Z", "+00:00"))
    assert timedelta(days=30) < expires - now() < timedelta(days=365)


def test_the_old_address_of_the_icon_leads_to_the_picture(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"], buffered=True).mimetype == "image/svg+xml"


@pytest.mark.parametrize("path", ["/robots.txt", "/.well-known/security.txt", "/favicon.ico"])
def test_they_are_kept_by_caches_and_set_no_cookie(client, path):
    answer = client.get(path)
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert "Set-Cookie" not in answer.headers
