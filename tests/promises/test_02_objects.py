"""Promise 2: what is absent, foreign or of another procedure answers alike, and 404; whatever number stands there.

One database: the lookups are the same on both, and that no row changes is seen on one.
"""

import re

import pytest

from participation.kernel.db import db
from tests.promises.towns import two_towns
from tests.promises.walk import (
    PLACES,
    asks,
    named,
    nothing_stays,
    open_ask,
    owner_of,
    path_of,
    rows_of_all_tables,
    thing,
    variables,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OTHER_PLACE = {"mit-text": "mit-ballot", "mit-ballot": "mit-text", "mit-ideas": "mit-text", "mit-plan": "mit-text"}
HUGE = 2**63
ABSENT = "ZZZZZ-ZZZZZ"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|content="[^"]+" name="csrf-token"')
# Variables that name no thing of an authority: words of the software, secrets checked in test_02_secrets.py
WORDS = {"path", "sheet", "name", "code", "token", "signed", "module", "slug"}
# Numbers counted within their procedure or text: in another procedure they name another thing, so nothing is foreign
COUNTED = {"cases.number", "results.number", "versions.number", "api_results.number"}
# Shown though the thing is gone or never was, with the reason
SAME_FOR_ALL = {
    "codes.scanned": "a code stands in the form as it was typed; only its POST looks",
    "guests.enter": "the page behind an edit link is the same for every key; only its POST looks",
    "subscriptions.end": "the page says nothing about whom the key belongs to; only its POST looks",
    "subscriptions.end_now": "ending what has ended is the same",
    "subscriptions.end_many": "the page says nothing about whom the key belongs to; only its POST looks",
    "subscriptions.end_many_now": "ending what has ended is the same",
    "kiosk.check": "a draft that was wiped leads to the start page",
    "account.end_one": "a log-in that has ended is the same as one that never was",
    "account.end_key": "a key that was deleted is the same as one that never was",
    "portal.legal": "words of the software",
    "administration.text": "words of the software",
    "text.place": "leads to the whole text",
    "text.section": "keys are the same in every text",
    "versions.link": "keys are the same in every text",
    "making.begin": "what a template is begun from is checked in tests/pages/test_making.py",
    "steps.take": "words of the software",
}


def things_in(app):
    """Every method at an address with each of its variables that names a thing."""
    for ask in asks(app):
        for variable in variables(ask):
            blueprint = ask.endpoint.partition(".")[0]
            if variable in WORDS or ask.endpoint in SAME_FOR_ALL or blueprint == "ballot":
                continue
            if not named(ask, variable).startswith("="):
                yield ask, variable, f"{blueprint}.{variable}"


def absent(value):
    """Something of the same shape that is not there."""
    if isinstance(value, int):
        return value + 10**6
    return ABSENT if re.fullmatch(r"\w{5}-\w{5}", value) else "0" * len(value)


def told(answer, path):
    """The status and the page, without the address that was asked for and the token of the form."""
    text = re.sub(r"\d+", "", TOKEN.sub("", answer.get_data(as_text=True)))
    for part in re.sub(r"\d+", "", path.partition("?")[0]).split("/"):
        text = text.replace(part, "") if len(part) > 2 else text
    return answer.status_code, text


def test_absent_foreign_and_misplaced_things_answer_alike(app, world, figure):
    town, other = two_towns(world)
    clients = {role: town.client(role) for role in {owner_of(ask) for ask in asks(app)}}
    faults, compared = [], 0
    before = rows_of_all_tables()
    with nothing_stays(app) as stays:
        stays["on"] = True
        for ask, variable, key in things_in(app):
            place = PLACES.get(ask.endpoint.partition(".")[0], "mit-text")
            spec = named(ask, variable)
            mine = thing(spec, town, place)
            values = {"absent": absent(mine), "foreign": thing(spec, other, place)}
            if "procedure" in ask.address.arguments and not spec.startswith("upload"):  # those belong to a person
                values["misplaced"] = thing(spec, town, OTHER_PLACE[place])
            if isinstance(mine, int):
                values["huge"] = HUGE
            answers = {}
            for name, value in values.items():
                if name in ("foreign", "misplaced") and (key in COUNTED or value == mine or spec.startswith("@")):
                    continue
                path = path_of(ask, town, place, **{variable: value})
                try:
                    answer = open_ask(clients[owner_of(ask)], ask, path)
                except Exception as error:
                    faults.append(f"{name}: {ask} <{variable}> broke: {error!r}"[:300])
                    continue
                if name != "huge":  # no number at all, so no address: the frame knows no authority
                    answers[name] = told(answer, path)
                compared += 1
                if answer.status_code not in ((404, 405) if name == "huge" else (404,)):
                    faults.append(f"{answer.status_code} for {name}: {ask} <{variable}> {answer.location or ''}")
            if len(set(answers.values())) > 1:
                faults.append(f"not alike: {ask} <{variable}>: {sorted(answers)}")
        db.session.rollback()
    rows = [name for name, hashed in rows_of_all_tables().items() if hashed != before[name]]
    figure(
        f"{compared} absent, foreign and misplaced things asked for, {len(faults)} not 404 or not alike, {rows} changed"
    )
    assert not faults, "\n".join(faults)
    assert rows == []
    assert compared > 300
