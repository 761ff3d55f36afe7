"""Reading a text and commenting on it, page by page."""

import re
from datetime import timedelta
from random import Random

import pytest

from modules.text import seeds, services
from participation.contributions.models import Contribution, Draft
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

LAW = b"""# Gesetz zur Probe

## \xc2\xa7 1 Zweck

(1) Dieses Gesetz dient der Probe. Es gilt f\xc3\xbcr alle.

(2) Es tritt morgen in Kraft.

## \xc2\xa7 2 Regeln

(1) Es gelten Regeln:

1. die erste,
2. die zweite.
"""


@pytest.fixture
def procedure(world):
    made = world.procedure(module="text", title="Probeverfahren")
    with transaction():
        services.import_text(world.activity(made), LAW, "probe.md")
    return world.again(made)


@pytest.fixture
def base(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def send(client, base, text="Mein Kommentar.", **more):
    fields = {"module": "text", "activity": "a", "type": "text.comment", "place": "p1-abs1", "text": text} | more
    return client.post(f"{base}/-/drafts", data=fields)


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


@pytest.mark.requirement("RA-4.1-01")
def test_the_reading_view_shows_the_text_with_outline_anchors_and_the_form(client, base):
    page = client.get(f"{base}/text/a/").get_data(as_text=True)
    assert 'id="p1-abs1"' in page
    assert f"{base}/text/a/at/p1-abs1#p1-abs1" in page
    assert "Ihr Kommentar zum ganzen Text" in page


def test_a_resident_writes_before_logging_in_and_gets_a_receipt(world, client, base, procedure):
    page = client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    assert "Ihr Kommentar zu § 1 Absatz 1" in page
    answer = send(client, base, quote="dient der Probe")
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("d=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    draft = client.get(answer.location)
    assert "Mein Kommentar." in draft.get_data(as_text=True)
    assert "E-Mail-Adresse bestätigen und absenden" in draft.get_data(as_text=True)
    person = world.person()
    world.log_in(client, person)
    assert client.get(answer.location).status_code == 200


def test_sending_works_with_an_account(world, client, base):
    world.log_in(client, world.person())
    place = send(client, base).location
    page = client.get(place).get_data(as_text=True)
    assert "Kommentar absenden" in page
    fields = {"csrf_token": token(page), "text": "Geändert.", "do": "send", "for_organisation": "self"}
    answer = client.post(place, data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    receipt = client.get(answer.location).get_data(as_text=True)
    assert "Eingangsbestätigung" in receipt
    contribution = db.session.query(Contribution).one()
    assert (contribution.place, contribution.source, contribution.identity) == ("p1-abs1", "Geändert.", "account")
    assert contribution.reference in receipt
    again = client.post(place, data=fields)
    assert (again.status_code, again.location) == (303, answer.location)
    assert "Geändert." in client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    assert "1 Kommentar zu § 1 Absatz 1" in client.get(f"{base}/text/a/").get_data(as_text=True)
    show = client.get(f"{base}/-/contributions/{contribution.reference}").get_data(as_text=True)
    assert "Text ändern" in show


def test_the_budget_of_queries_holds(world, client, procedure, base):
    from participation.contributions.counters import recount

    big = world.procedure(module="text")
    address = f"/{big.tenant.slug}/{big.slug}/text/a/"
    with transaction():
        seeds.seed(world.activity(big), Random(1), 3_000)
    with transaction():
        assert recount() == 0
    client.get("/healthz")
    for path in (address, f"{address}at/p1-abs1"):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        statements = [line for line in seen if not line.startswith("BEGIN")]
        assert len(statements) <= 5, statements
    world.log_in(client, world.person())
    client.get(address)
    client.get("/healthz")
    for path in (address, f"{address}at/p1-abs1"):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        statements = [line for line in seen if not line.startswith("BEGIN")]
        assert len(statements) <= 10, statements
