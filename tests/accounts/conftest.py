"""What the tests of accounts have in common: sending forms, reading the links of mails."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.accounts.services import request_confirmation, send_link
from participation.contributions.drafts import keep_draft
from participation.contributions.models import RatingRow
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.moderation.models import BarrierReport, Report
from participation.notices.models import Subscription
from participation.procedures.models import Participant

MARK = "zqxmarke"  # stands in everything the person of `lived_in` gave
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LINK = re.compile(r"^https?://[^/]+(/\S+)$", re.MULTILINE)


@pytest.fixture
def post() -> Callable[..., TestResponse]:
    """Open a page and send its form: `post(client, url, name=value)`."""

    def send(client: FlaskClient, url: str, **values: str) -> TestResponse:
        page = client.get(url).get_data(as_text=True)
        main = page[page.index("<main") :]
        return client.post(url, data={"csrf_token": TOKEN.search(main)[1], **values})

    return send


@pytest.fixture
def press() -> Callable[..., TestResponse]:
    """Press a button that stands on a page: `press(client, page, action)`."""

    def send(client: FlaskClient, page: str, action: str, **values: str) -> TestResponse:
        token = TOKEN.search(client.get(page).get_data(as_text=True))[1]
        return client.post(action, data={"csrf_token": token, **values})

    return send


@pytest.fixture
def letters(mails):
    """The mails so far as (to, subject, path of the one link)."""

    def read() -> list[tuple[str, str, str]]:
        found = []
        for mail in mails():
            body = mail.get_body(("plain",)).get_content()
            links = LINK.findall(body)
            assert len(links) == 1, f"a mail has one link, not {len(links)}: {body}"
            found.append((mail["To"], mail["Subject"], links[0]))
        return found

    return read


@pytest.fixture
def lived_in(world):
    """Somebody who left traces everywhere, in two procedures; and the procedures."""
    tenant = world.tenant()
    one, two = world.procedure(tenant), world.procedure(tenant)
    person = world.person(name=f"{MARK} Name")
    with transaction():
        person.email = f"{MARK}@uebung.example"
    world.contribution(one, person, "Der Steg soll bleiben.", place="here")
    world.contribution(one, person, "Und die Bank auch.", place="here")
    world.contribution(two, person, "Hier ebenso.")
    world.participant(two, person, organisation=f"{MARK} Verein")
    other = world.contribution(one, source="Von jemand anderem.")
    mine = db.session.scalars(select(Participant).where(Participant.person_id == person.id)).first()
    phase = world.phase(one)
    with transaction():
        on = {"tenant_id": tenant.id, "at": now()}
        rated = {"contribution_id": other.id, "participant_id": mine.id, "phase_id": phase.id, "identity": "email"}
        db.session.add(RatingRow(**on, **rated, value="agree"))
        db.session.add(Report(**on, contribution_id=other.id, reason="insult", note="Bitte prüfen", email=person.email))
        db.session.add(BarrierReport(**on, page="/", note="Zu klein", email=person.email))
        key = {"procedure_id": one.id, "person_id": person.id, "key": f"{MARK}-key", "created_at": now()}
        db.session.add(Subscription(tenant_id=tenant.id, **key))
        keep_draft(
            world.activity(one), cookie=f"{MARK}-cookie", person_id=person.id, kind="probe.note", place="here",
            parent=None, fields={"text": f"{MARK} noch nicht gesendet"},
        )  # fmt: skip
        request_confirmation(person.email, tenant.id, "", "de")
        send_link("confirm", person.email, None, name=f"{MARK} Name", password_hash="x", language="de")
    return person, one, two
