"""Promise 1: facts the standard asks for and no other test shows. Most are read from the sources, as they are."""

import hashlib
import hmac
import logging
import re
import smtplib
import ssl
from base64 import urlsafe_b64decode
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.logging import default_handler
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeSerializer
from wtforms import PasswordField

from participation.accounts import passwords, second_factor
from participation.kernel import mail
from participation.kernel.config import ROOT
from participation.kernel.keys import for_signing
from participation.pages import account_forms
from participation.procedures import codes

MADE_UP = ("/commands/demo", "/testing/", "/tests/", "/seeds.py")  # invented people may be shuffled as one likes
NAMED_ONLY = {
    "participation/interfaces.py: from random import Random",  # what a module plants is shuffled by a seed
    "participation/voting/urn.py: from random import SystemRandom",
}
NUMBERS = {  # random so that they are unique, not so that nobody guesses them
    "participation/kernel/outbox.py",
    "participation/results/store.py",
    "participation/web/known_devices.py",
    "participation/web/log_lines.py",
}
KEPT_IN_BROWSERS = {
    "modules/text/static/reading.js",  # where one was reading, for the next page
    "static/js/map.js",  # that a map is open, for the next page of this tab
    "static/js/queue.js",  # shortcuts on or off
    "static/js/upload.js",  # the address at which an upload goes on; worth nothing without a log-in
}
PLACES = {"/": "text/html", "/robots.txt": "text/plain", "/-/nowhere": "text/html", "/healthz": "application/json"}


def sources(*, but: tuple[str, ...] = ()) -> dict[str, str]:
    """Every Python file of the platform and its modules, with its text."""
    files = [*ROOT.glob("participation/**/*.py"), *ROOT.glob("modules/**/*.py"), ROOT / "app.py"]
    return {str(path): path.read_text("utf-8") for path in files if not any(part in str(path) for part in but)}


def found(pattern: str, texts: dict[str, str]) -> list[str]:
    """Where a pattern stands: file and words."""
    return [
        f"{Path(name).relative_to(ROOT)}: {hit[0]}"
        for name, text in texts.items()
        for hit in re.finditer(pattern, text)
    ]


def scripts() -> dict[str, str]:
    """Every script of ours, without what is vendored."""
    files = [*ROOT.glob("static/js/*.js"), *ROOT.glob("modules/*/static/**/*.js")]
    return {str(path): path.read_text("utf-8") for path in files}


def test_no_code_is_made_of_text():
    texts = sources(but=("/tests/",))
    assert len(texts) > 300
    assert found(r"(?<![\w.])(?:eval|exec|compile|__import__)\(", texts) == []
    assert (
        found(r"\b(?:render_template_string|from_string)\(|\bshell=True|\bos\.(?:system|popen)\(|\.xpath\(", texts)
        == []
    )


def test_no_weak_hash_and_no_guessable_chance():
    assert found(r"\b(?:md5|sha1|MD5|SHA1|ECB|DES|ARC4)\b", sources(but=("/tests/",))) == []
    assert set(found(r"(?m)^(?:import|from) random\b.*", sources(but=MADE_UP))) == NAMED_ONLY


def test_a_field_comes_from_one_place_only():
    """Of two fields of the same name, one in the address and one in the form, nobody can slip the other in."""
    assert found(r"request\.values", sources(but=("/tests/",))) == []


def test_everything_is_signed_with_a_hash_of_our_days(app):
    with app.test_request_context("/"):
        signed = [URLSafeSerializer(for_signing(app), salt="x").dumps(1), generate_csrf()]
    assert [len(urlsafe_b64decode(text.rpartition(".")[2] + "=")) for text in signed] == [32, 32]
    key = for_signing(app)[-1].encode()
    words, _, signature = signed[0].rpartition(".")
    made = hmac.new(hashlib.sha256(b"xsigner" + key).digest(), words.encode(), "sha256").digest()
    assert urlsafe_b64decode(signature + "=") == made


def test_keys_and_codes_are_long_enough():
    made = [line.split(": ", 1) for line in found(r"secrets\.token_\w+\(\d+\)", sources(but=MADE_UP))]
    short = {name for name, words in made if int(re.search(r"\d+", words)[0]) * 8 < 128}
    assert len(made) > 10
    assert short == NUMBERS
    assert len(second_factor.ALPHABET) ** (4 * second_factor.GROUPS) >= 2**112, "a plain hash is enough from here"
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**58


def test_a_password_is_taken_as_it_was_typed():
    longest = " Ä" + "x" * (passwords.MOST - 3) + "y"
    stored = passwords.hash_password(longest)
    assert passwords.is_right(longest, stored)
    assert not any(passwords.is_right(other, stored) for other in (longest.strip(), longest.lower(), longest[:-1]))
    assert passwords.LEAST >= 8
    assert passwords.MOST >= 64
    assert passwords.NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_three_thousand_common_passwords_are_refused():
    found = passwords.common_passwords()
    assert len(found) >= 4500
    assert min(map(len, found)) >= passwords.LEAST, "shorter ones are refused anyway and count for nothing"
    assert not [text for text in found if text.startswith("# ")]
    licences = (ROOT / "participation/accounts/leaked_passwords.LICENSE.txt").read_text("utf-8")
    assert "MIT License" in licences
    assert "Redistributions in binary form" in licences


def test_passwords_are_masked_and_may_be_pasted():
    fields = [
        (name, field)
        for form in vars(account_forms).values()
        if isinstance(form, type)
        for name, field in vars(form).items()
        if hasattr(field, "field_class") and name in ("password", "old")
    ]
    assert len(fields) >= 5
    for name, field in fields:
        assert field.field_class is PasswordField, name
        assert field.kwargs["render_kw"]["autocomplete"] in ("current-password", "new-password"), name
    assert found(r"[\"']paste[\"']|onpaste", scripts()) == []


def test_scripts_keep_no_secret_and_trust_no_stranger():
    texts = scripts()
    assert len(texts) > 10
    assert found(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|document\.cookie", texts) == []
    assert found(r"__proto__|postMessage|new WebSocket|RTCPeerConnection|indexedDB", texts) == []
    keeping = {line.split(":")[0] for line in found(r"Storage\.setItem", texts)}
    assert keeping == KEPT_IN_BROWSERS


@pytest.mark.parametrize("path", PLACES)
def test_a_text_says_its_letters_and_no_other_site_may_read_it(client, path):
    answer = client.get(path, headers={"Origin": "https://foreign.example"})
    kind = PLACES[path]
    assert answer.content_type == (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control-")]
    assert found("Access-Control-Allow", sources(but=("/tests/",))) == []


@pytest.mark.parametrize("path", PLACES)
def test_trace_echoes_nothing(client, path):
    answer = client.open(path, method="TRACE", headers={"X-Echo": "x9q"})
    assert answer.status_code in (404, 405)
    assert "x9q" not in answer.text


def test_the_proxy_speaks_new_tls_and_passes_no_foreign_headers():
    text = (ROOT / "config" / "nginx.conf.example").read_text("utf-8")
    assert re.findall(r"ssl_protocols ([^;]*);", text) == ["TLSv1.2 TLSv1.3"]
    ciphers = re.findall(r"ssl_ciphers ([^;]*);", text)[0].split(":")
    assert all(name.startswith("ECDHE-") and ("GCM" in name or "POLY1305" in name) for name in ciphers)
    assert text.count("proxy_pass ") == 2
    for header in ("X-Forwarded-For $remote_addr;", "X-Forwarded-Proto https;", 'X-Forwarded-Host "";', "Host $host;"):
        assert text.count(f"proxy_set_header {header}") == 2, header
    assert text.count("add_header Strict-Transport-Security") == 2
    assert "location /api/ { return 403; }" in text
    assert "autoindex" not in text


def test_a_line_of_the_log_says_its_distance_to_utc(app):
    record = logging.LogRecord("app", logging.WARNING, __file__, 1, "words", None, None)
    assert app.logger.name
    assert re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] WARNING ", default_handler.format(record))


def test_the_mail_server_shows_a_certificate(app, monkeypatch):
    contexts = []

    class Server:
        def __init__(self, *_args, **_named):
            pass

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731
        starttls = staticmethod(lambda context=None: contexts.append(context))
        send_message = staticmethod(lambda message: None)

    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"] | {"mail_server": "m", "mail_starttls": True})
    with app.app_context():
        mail.send(EmailMessage())
    assert contexts[0].verify_mode is ssl.CERT_REQUIRED
    assert contexts[0].check_hostname
