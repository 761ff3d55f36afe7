"""Bots do not flood the page, honest people are not slowed, reports alone hide nothing, a proof counts once."""

import base64
import copy
import json
from collections import Counter
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge

from participation.contributions import without_account
from participation.contributions.models import Contribution
from participation.contributions.pace import SAME_HOST
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.proof import challenge, spend
from participation.moderation.desk import desk_of
from participation.moderation.queue import queue
from participation.moderation.reports import report_contribution
from participation.web.calm import AT_MOST
from tests.promises.crowd import SAID, Crowd, Stage

SECRET = "geheim"


@pytest.fixture
def stage(world, monkeypatch):
    """A phase that takes texts without account and shows them at once: the hardest setting there is."""
    monkeypatch.setattr(without_account, "spend", lambda proof, *_for: proof == "worked out")
    return Stage(world, world.procedure(identity=("form_token", "email", "account"), moderation="none"))


def test_bots_do_not_flood_the_page_and_honest_people_are_not_slowed(stage, sized, form, chance, figure):
    """`shape`: posts of a bot, posts of one that floods, texts that are copied, networks that flood."""
    bots = sized(test=30, quick=200, full=1_000)
    shape = sized(test=(3, 20, 1, 1), quick=(5, 40, 2, 1), full=(5, 30, 6, 3))
    people = sized(test=20, quick=100, full=500)
    crowd = Crowd(chance)
    done = stage.play(crowd.honest(people) + crowd.bots(bots, *shape))
    spam = [(post, state) for post, state, _why in done if post.kind != "honest"]
    honest = [(post, state, why) for post, state, why in done if post.kind == "honest"]
    shown = [post for post, state in spam if state == "published"]
    slowed = [why for _post, state, why in honest if state != "published"]
    stored = db.session.query(Contribution).count()
    kinds = ", ".join(f"{kind} {number}" for kind, number in Counter(post.kind for post in shown).most_common())
    figure(
        f"{bots} bots: {len(shown)} of {len(spam)} spam visible ({len(shown) / len(spam):.2%}: {kinds}); "
        f"{people} people: {len(slowed)} of {len(honest)} slowed ({len(slowed) / len(honest):.2%}"
        f"{': ' + ', '.join(slowed) if slowed else ''}), {len(done) - stored} blocked"
    )
    assert stored == len(done), "nothing is refused"
    assert len(slowed) <= 0.02 * len(honest)
    _posts, _flood, campaigns, networks = shape
    assert len(shown) <= 2 * campaigns + SAME_HOST * len(SAID["spam_hosts"]) + 2 * AT_MOST * networks
    if form != "test":  # of few bots the first text of each kind is a larger part
        assert len(shown) <= 0.01 * len(spam)


def test_programs_of_one_network_are_counted_like_its_forms(stage, app, at, sized, chance, figure):
    """Bots with fresh accounts and tokens send through the interface for programs, among people who are known."""
    bots, known = sized(test=15, quick=60, full=400), sized(test=3, quick=10, full=40)
    tenant, client = stage.procedure.tenant, app.test_client()
    address = f"/api/v1/tenants/{tenant.slug}/procedures/{stage.procedure.slug}/contributions"
    bodies = {"module": "probe", "activity": stage.activity.slug, "type": "probe.note"}
    crowd = Crowd(chance)
    senders = [(is_bot, stage.program(crowd, known=not is_bot)) for is_bot in [True] * bots + [False] * known]
    chance.shuffle(senders)
    found = Counter()
    with at(stage.began + timedelta(minutes=10)):
        for is_bot, token in senders:
            text = crowd.salad(25)
            answer = client.post(address, json=bodies | {"text": text}, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 201, answer.json
            found[is_bot, answer.json["state"]] += 1
    shown, slowed = found[True, "published"], found[False, "pending"]
    figure(f"{bots} programs of bots in one network: {shown} texts visible; {slowed} of {known} known people slowed")
    assert (shown, slowed) == (AT_MOST, 0)
    assert sum(found.values()) == bots + known, "nothing is refused"


def solved(about):
    made = Challenge.from_dict(json.loads(json.dumps(challenge(SECRET, "probe:add", about))))
    return Payload(made, solve_challenge(made)).to_base64()


def altered(payload, chance):
    """The same proof with something else in it: a later end, another action, another salt, a cheaper work."""
    data = copy.deepcopy(json.loads(base64.b64decode(payload)))
    parameters = data["challenge"]["parameters"]
    change = chance.choice(("expiresAt", "salt", "nonce", "data", "cost", "signature"))
    if change == "expiresAt":
        parameters["expiresAt"] = int(parameters["expiresAt"]) + chance.randrange(1, 10**6)
    elif change == "data":
        parameters["data"] = {"action": chance.choice(("core:comment", "probe:add")), "about": f"{chance.random()}"}
    elif change == "cost":
        parameters["cost"] = chance.randrange(1, 999)
    elif change == "signature":
        data["challenge"]["signature"] = f"{chance.getrandbits(256):064x}"
    else:
        parameters[change] = f"{chance.getrandbits(128):032x}"
    return base64.b64encode(json.dumps(data).encode()).decode()


def accepted(payload, about, action="probe:add"):
    with transaction():
        return spend(payload, SECRET, action, about)


def test_a_proof_of_work_is_accepted_once_and_no_replay_ever(app, at, sized, chance, figure):
    replays = sized(test=200, quick=1_000, full=1_000)
    used, fresh, began = solved("a"), solved("b"), now()
    assert accepted(used, "a")
    wrong = 0
    for number in range(replays):
        kind = number % 5
        if kind == 0:
            wrong += accepted(used, "a")
        elif kind == 1:
            wrong += accepted(altered(used, chance), "a")
        elif kind == 2:
            wrong += accepted(altered(fresh, chance), "b")
        elif kind == 3:
            wrong += accepted(fresh, chance.choice(("a", "c")), chance.choice(("probe:add", "core:comment")))
        else:
            with at(began + timedelta(minutes=10, seconds=1 + chance.randrange(10**5))):
                wrong += accepted(chance.choice((used, fresh)), chance.choice(("a", "b")))
    figure(f"{wrong} of {replays} replays accepted: same, altered end, action, salt, cost, signature, too late")
    assert wrong == 0
    assert accepted(fresh, "b"), "the honest one still counts"


def test_a_brigade_hides_nothing_it_calls_a_human_once(world, sized, mails, figure):
    """Many report the same from one network and from many; a human decides, called by one mail more."""
    brigade = sized(test=20, quick=100, full=400)
    tenant = world.tenant()
    procedure = world.procedure(tenant)
    desk = desk_of(world.viewer(world.staff(tenant, Role.MODERATOR)), tenant)
    lone, mobbed, small = (world.contribution(procedure, source=f"Meinung {number}") for number in range(3))
    attacks = [(lone, "one", 3), *((mobbed, f"net-{number}", 1) for number in range(brigade)), (small, "x", 1)]
    attacks += [(lone, "one", 3)] * brigade
    for contribution, network, weight in attacks:
        with transaction():
            report_contribution(contribution.id, reason="insult", reporter=network, weight=weight)
    db.session.expire_all()
    rows = queue(desk, "reported").rows
    states = {contribution.state for contribution in (lone, mobbed, small)}
    sent = Counter(mail["Subject"] for mail in mails() if "gemeldet" in mail["Subject"])
    hidden = sum(state != "published" for state in states)
    figure(f"{hidden} contributions hidden by {len(attacks)} reports; mails for the mobbed one: {max(sent.values())}")
    assert states == {"published"}
    assert [row.urgent for row in rows] == [True, False, False], "one network never makes anything urgent"
    assert rows[0].reference == mobbed.reference
    assert sorted(sent.values()) == [1, 1, 2]
