"""Promise 7: the time of a log-in does not tell whether an address is known; hashing cannot use up the machine."""

import time
from threading import Lock

import pytest

from participation.accounts import passwords
from participation.accounts.models import Person
from participation.accounts.passwords import hash_password
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from tests.promises.people import Device

MOST = 0.55
RUNS = 3


def guessed(known, unknown):
    """How often a threshold learned on the first half tells the second half apart; 0.5 is chance."""
    half = len(known) // 2
    best, above = 0.0, (0.0, True)
    for threshold in sorted(known[:half] + unknown[:half]):
        right = sum(value > threshold for value in known[:half]) + sum(value <= threshold for value in unknown[:half])
        for share, is_above in ((right / (2 * half), True), (1 - right / (2 * half), False)):
            if share > best:
                best, above = share, (threshold, is_above)
    threshold, is_above = above
    held_out = [(value > threshold) is is_above for value in known[half:]]
    held_out += [(value > threshold) is not is_above for value in unknown[half:]]
    return sum(held_out) / len(held_out)


@pytest.mark.waits
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_time_of_a_log_in_says_nothing(app, sized, chance, figure):
    """One account for each sample; known and unknown in turn, in random order; three runs in a row must fail."""
    number, found = sized(test=20, quick=200, full=1_000), []
    device = Device(app, linting=False)
    token = device.token("/-/log-in")
    hashed = hash_password("wolken-lesen-apfel")
    for run in range(RUNS):
        with transaction():
            for index in range(number):
                email = f"known-{run}-{index}@uebung.example"
                db.session.add(Person(email=email, password_hash=hashed, created_at=now(), confirmed_at=now()))
        asked = [(kind, index) for kind in ("known", "other") for index in range(number)]
        chance.shuffle(asked)
        times = {"known": [], "other": []}
        for place, (kind, index) in enumerate(asked):
            data = {"csrf_token": token, "email": f"{kind}-{run}-{index}@uebung.example", "password": "falsch-falsch"}
            on = {"REMOTE_ADDR": f"10.{place // 250 + 10 * run}.{place % 250}.1"}
            began = time.perf_counter()
            with app.app_context():
                status = device.client.post("/-/log-in", data=data, environ_overrides=on).status_code
            times[kind].append(time.perf_counter() - began)
            assert status == 422
        found.append(guessed(times["known"], times["other"]))
        if found[-1] <= MOST:
            break
    said = ", ".join(f"{share:.3f}" for share in found)
    figure(f"classifier right in {said} of held-out log-ins ({number} known, {number} unknown)")
    assert min(found) <= MOST


def test_whom_we_do_not_know_costs_the_same_hash():
    assert not passwords.is_outdated(passwords.NOBODY)
    assert not passwords.is_right("anything", None)


def test_at_most_two_passwords_are_hashed_at_once(app, in_threads, monkeypatch, figure):
    lock, running, most = Lock(), 0, 0

    class Slow:
        def hash(self, _password):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return "x"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    in_threads(12, lambda: hash_password("drei bunte Kiesel"))
    figure(f"at most {most} hashes at once, 12 asked for")
    assert most == 2
