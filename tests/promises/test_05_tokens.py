"""Promise 5: every unsafe method at every address refuses a forged form: no token, another's, an old one, another site.

One database: a forged form is refused before anything is read or written.
"""

import tomllib

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from participation.accounts.models import LoginSession
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.web.protection import csrf
from tests.permission_scene import asked
from tests.promises.towns import DATA, two_towns
from tests.promises.walk import UNSAFE, asks, changed, is_led_away, path_of, rows_of_all_tables

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EXEMPT = tomllib.loads((DATA / "without_token.toml").read_text("utf-8"))
SITES = (
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
)


def unsafe(app):
    """Every unsafe method at every address."""
    return [ask for ask in asks(app) if ask.method in UNSAFE]


def token_of(app, person_id):
    """The token that stands in the forms of somebody's newest log-in."""
    query = select(LoginSession.csrf).where(LoginSession.person_id == person_id).order_by(LoginSession.id.desc())
    value = db.session.scalar(query)
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(value)


def sent(client, ask, path, **headers):
    """The status of a form, and whether it was refused as a forgery (or as somebody who is not known)."""
    client._cookies = dict(client.own)
    answer = asked(client, ask.method, path, headers=headers)
    return answer.status_code, answer.status_code in (400, 401, 403) and not is_led_away(answer)


def test_every_unsafe_address_refuses_forged_forms(app, world, figure, sized):
    town, _other = two_towns(world)
    client, other = town.client("operator"), town.client("tenant_admin")
    old = town.client("operator")
    with transaction():  # a log-in that has ended: its token must not open the next one
        ended = db.session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
        before_token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(ended.csrf)
        ended.ends_at = now()
    mine = db.session.scalars(select(LoginSession.csrf).where(LoginSession.person_id == town.people["operator"]))
    tokens = {
        "missing": {},
        "another's": {"X-CSRFToken": token_of(app, town.people["tenant_admin"])},
        "old": {"X-CSRFToken": before_token},
        "made up": {"X-CSRFToken": "x.y.z"},
    }
    assert len(mine.all()) >= 2
    assert other.own != old.own
    before, faults, tried, judged = rows_of_all_tables(), [], 0, unsafe(app)
    for ask in judged:
        path = path_of(ask, town)
        forged = [("another site", site) for site in SITES[: sized(test=2, quick=5, full=5)]]
        if ask.endpoint not in EXEMPT["token"] and not path.startswith("/api/"):
            forged += list(tokens.items())[: sized(test=2, quick=4, full=4)]
        for name, headers in forged:
            status, refused = sent(client, ask, path, **headers)
            tried += 1
            if not refused and not (path.startswith("/api/") and status == 401):
                faults.append(f"{status} with {name} {headers}: {ask}")
    touched = changed(before, rows_of_all_tables())
    figure(f"{len(judged)} unsafe methods at addresses, {tried} forged forms, {len(faults)} taken, changed: {touched}")
    assert not faults, "\n".join(faults)
    assert touched == []


def test_programs_act_by_their_key_alone(app, world):
    """The interface takes no token because it knows no cookie: what a browser sends along opens nothing."""
    town, _other = two_towns(world)
    client = town.client("operator")
    for ask in unsafe(app):
        path = path_of(ask, town)
        if path.startswith("/api/"):
            client._cookies = dict(client.own)
            assert asked(client, ask.method, path, json={}).status_code == 401, str(ask)


def exemptions(app):
    """The views that take no token, however they came to it."""
    named = {f"{view.__module__}.{view.__name__}": endpoint for endpoint, view in app.view_functions.items()}
    views = {named[name] for name in csrf._exempt_views if name in named}
    blueprints = {entry if isinstance(entry, str) else entry.name for entry in csrf._exempt_blueprints}
    return views | {name for name in app.view_functions if name.partition(".")[0] in blueprints}


def test_what_takes_no_token_is_named_with_a_reason_and_never_changes(app, world, client, figure):
    at_first = exemptions(app)
    reasons = EXEMPT["token"]
    programs = {name for name in at_first if name.startswith("api_") or name.startswith("interface.")}
    assert at_first - programs == set(reasons), "a new exemption needs a reason in data/without_token.toml"
    assert all(len(reason) > 20 for reason in reasons.values())
    town, _other = two_towns(world)
    visitor = town.client("visitor")
    for ask in asks(app):
        asked(visitor, ask.method, path_of(ask, town))
    figure(
        f"{len(reasons)} views without a token, each with its reason; after {len(list(asks(app)))} requests the same"
    )
    assert exemptions(app) == at_first
