"""Proof of work: for one action, in time, once; nothing about it can be altered."""

import base64
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge

from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.proof import SpentChallenge, challenge, forget_spent, spend

SECRET = "geheim"
FOR = ("probe:add", "entwurf-1")


def solved(action="probe:add", about="entwurf-1", secret=SECRET):
    made = Challenge.from_dict(json.loads(json.dumps(challenge(secret, action, about))))
    return Payload(made, solve_challenge(made)).to_base64()


def accepted(payload, action="probe:add", about="entwurf-1"):
    with transaction():
        return spend(payload, SECRET, action, about)


@pytest.mark.requirement("RA-3-05")
def test_a_solved_challenge_counts_once_and_a_thousand_replays_count_never(app):
    payload = solved()
    assert accepted(payload)
    assert sum(accepted(payload) for _ in range(1_000)) == 0


def test_a_challenge_is_good_for_ten_minutes(app, at):
    payload, moment = solved(), now()
    with at(moment + timedelta(minutes=10, seconds=1)):
        assert not accepted(payload)
    with at(moment + timedelta(minutes=9)):
        assert accepted(payload)


@pytest.mark.parametrize(("action", "about"), [("core:comment", "entwurf-1"), ("probe:add", "entwurf-2")])
def test_a_challenge_is_for_one_action_on_one_draft(app, action, about):
    assert not accepted(solved(), action, about)


def altered(**changes):
    data = json.loads(base64.b64decode(solved()))
    for path, value in changes.items():
        owner = data
        *way, last = path.split("__")
        for step in way:
            owner = owner[step]
        owner[last] = value
    return base64.b64encode(json.dumps(data).encode()).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge__parameters__expiresAt": 4_000_000_000},
        {"challenge__parameters__salt": "00" * 16},
        {"challenge__parameters__nonce": "00" * 16},
        {"challenge__parameters__cost": 1},
        {"challenge__parameters__keyPrefix": ""},
        {"challenge__parameters__keyLength": 1},
        {"challenge__parameters__algorithm": "SHA-256"},
        {"challenge__parameters__data": {"action": "probe:add", "about": "entwurf-1", "more": 1}},
        {"challenge__signature": "00" * 32},
        {"challenge__signature": None},
        {"solution__counter": 1},
        {"solution__counter": "1"},
        {"solution__derivedKey": "00" * 32},
        {"solution": None},
        {"challenge": []},
    ],
    ids=str,
)
def test_nothing_about_a_challenge_can_be_altered(app, changes):
    assert not accepted(altered(**changes))
    assert db.session.query(SpentChallenge).count() == 0


def test_what_moves_over_a_border_between_parameters_is_not_accepted(app):
    """The hole of December 2025: "probe:add" + "entwurf-1" must differ from "probe:adde" + "ntwurf-1"."""
    payload = solved("probe:adde", "ntwurf-1")
    assert not accepted(payload)
    data = json.loads(base64.b64decode(payload))
    data["challenge"]["parameters"]["data"] = {"action": FOR[0], "about": FOR[1]}
    assert not accepted(base64.b64encode(json.dumps(data).encode()).decode())


@pytest.mark.parametrize("payload", ["", "x", "e30=", "A" * 5_000, "bnVsbA==", "W10=", "é"])
def test_nonsense_is_no_proof_and_no_error(app, payload):
    assert not accepted(payload)


def test_another_secret_signs_nothing_here(app):
    assert not accepted(solved(secret="anders"))


def test_what_was_rolled_back_was_not_used_up(app):
    payload = solved()
    with suppress(RuntimeError), transaction():
        assert spend(payload, SECRET, *FOR)
        raise RuntimeError
    assert accepted(payload)


def test_spent_challenges_are_forgotten_when_they_would_be_too_old_anyway(app, at):
    assert accepted(solved())
    with at(now() + timedelta(minutes=11)), transaction():
        forget_spent()
    assert db.session.query(SpentChallenge).count() == 0
