"""Device labels, passwords, addresses: the small parts."""

import threading
import time

import pytest

from participation.accounts import passwords
from participation.accounts.devices import device_label
from participation.accounts.services import checked_name, normalise_email
from participation.kernel.refusal import Invalid

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36": "Chrome, Windows",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0": "Firefox, Android",
    "curl/8.0 <script>": "",
    "": "",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_device_is_named_by_browser_and_system(agent):
    assert device_label(agent) == AGENTS[agent]


def test_at_most_two_passwords_are_hashed_at_once(monkeypatch):
    now_running, most, lock = [0], [0], threading.Lock()

    class Slow:
        @staticmethod
        def hash(_password: str) -> str:
            with lock:
                now_running[0] += 1
                most[0] = max(most[0], now_running[0])
            time.sleep(0.02)
            with lock:
                now_running[0] -= 1
            return "x"

    monkeypatch.setattr(passwords, "_hasher", Slow)
    threads = [threading.Thread(target=passwords.hash_password, args=("p",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


def test_an_address_has_one_form():
    assert normalise_email("  Name@Beispiel.DE\n") == "name@beispiel.de"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@b.de",
        "a@.de",
        "a b@c.de",
        "a@b..de",
        "a@b.de, c@d.de",
        "<a@b.de>",
        "a\r\n@b.de",
        "a" * 300 + "@b.de",
    ],
)
def test_a_broken_address_is_refused(text):
    with pytest.raises(Invalid):
        normalise_email(text)


def test_a_name_is_one_line_without_gaps():
    assert checked_name("  Ute \n  am   Ufer ") == "Ute am Ufer"
