"""Pages of a development site: the gallery and the mails."""

import pytest

from participation.kernel.mail import mail_folder

MAIL = """Subject: Bitte =?utf-8?q?best=C3=A4tigen?=
To: wer@uebung.example
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="x"

--x
Content-Type: text/plain; charset="utf-8"

Guten Tag, <b>bitte</b> öffnen Sie http://localhost/-/confirm/abc?x=1.

--x
Content-Type: text/html; charset="utf-8"

<p>Guten Tag aus <em>HTML</em></p>
--x--
"""


@pytest.fixture
def mail(app):
    mail_folder().mkdir(parents=True, exist_ok=True)
    (mail_folder() / "20261123-eins.eml").write_text(MAIL, encoding="utf-8")


def test_the_gallery_shows_a_form_with_and_without_mistakes(client):
    page = client.get("/-/development/components")
    assert page.status_code == 200
    assert page.text.count("Bitte füllen Sie dieses Feld aus.") >= 2
    assert 'id="wrong-title"' in page.text
    assert 'id="fresh-title"' in page.text


def test_the_newest_mail_is_read_with_links_to_press(client, mail):
    (mail_folder() / "20261124-zwei.eml").write_text("Subject: Neuer\nTo: a@b.example\n\nHallo", encoding="utf-8")
    listed = client.get("/-/development/mails").text
    assert listed.index("Neuer") < listed.index("Bitte bestätigen")
    page = client.get("/-/development/mails/20261123-eins").text
    assert '<a href="http://localhost/-/confirm/abc?x=1">' in page
    assert "&lt;b&gt;bitte" in page
    assert "Guten Tag aus HTML" in page


def test_only_mails_of_the_folder_are_read(client, mail):
    for name in ("unbekannt", "..%2f..%2fconfig%2fdefault", "20261123-eins.eml"):
        assert client.get(f"/-/development/mails/{name}").status_code == 404


def test_without_mails_the_page_says_what_will_be_there(client):
    assert "Noch keine E-Mails" in client.get("/-/development/mails").text


def test_a_production_site_has_none_of_these_pages(make_app):
    production = {"environment": "production", "base_url": "https://portal.example", "mail_server": "localhost"}
    app = make_app(**production, secret_key="s" * 50)
    assert not [rule for rule in app.url_map.iter_rules() if "/development/" in rule.rule]
