"""What the tests of accounts have in common: sending forms, reading the links of mails."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.accounts.api_tokens import make_token
from participation.accounts.models import Passkey
from participation.accounts.organisations import vouch_for
from participation.accounts.second_factor import make_codes
from participation.accounts.services import request_confirmation, send_link
from participation.contributions.drafts import keep_draft
from participation.contributions.models import RatingRow
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.uploads import begin_upload
from participation.moderation.models import Appeal, BarrierReport, ModerationAct, Redaction, Report
from participation.moderation.sorting_models import AnsweredMark, Inquiry
from participation.notices.mailings import shortened
from participation.notices.models import Digest, Mailing, MailKey, Subscription
from participation.procedures import lists
from participation.procedures.audience_models import ListEntry
from participation.procedures.models import Participant
from participation.voting.models import Ballot

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
    own = world.contribution(one, person, "Der Steg soll bleiben.", place="here")
    world.contribution(one, person, "Und die Bank auch.", place="here")
    world.contribution(two, person, "Hier ebenso.")
    world.participant(two, person, organisation=f"{MARK} Verein")
    other = world.contribution(one, source="Von jemand anderem.")
    mine = db.session.scalars(select(Participant).where(Participant.person_id == person.id)).first()
    phase = world.phase(one)
    world.code(person)
    with transaction():
        make_codes(person)
        db.session.add(_passkey(person))
        on = {"tenant_id": tenant.id, "at": now()}
        rated = {"contribution_id": other.id, "participant_id": mine.id, "phase_id": phase.id, "identity": "email"}
        db.session.add(RatingRow(**on, **rated, value="agree"))
        db.session.add(Report(**on, contribution_id=other.id, reason="insult", note="Bitte prüfen", email=person.email))
        db.session.add(BarrierReport(**on, page="/", note="Zu klein", email=person.email))
        key = {"procedure_id": one.id, "person_id": person.id, "key": f"{MARK}-key", "created_at": now()}
        db.session.add(Subscription(tenant_id=tenant.id, **key))
        _was_told(one, person)
        keep_draft(
            world.activity(one), cookie=f"{MARK}-cookie", person_id=person.id, kind="probe.note", place="here",
            parent=None, fields={"text": f"{MARK} noch nicht gesendet"},
        )  # fmt: skip
        make_token(person, tenant.id, f"{MARK} Auswertung")
        _on_a_list(one, person)
        vouch_for(tenant.id, "Verband am Fluss", person.email, actor_id=None)
        _appealed(own)
        _sorted(own)
        begin_upload(tenant.id, person.id, f"{MARK}.pdf", 10)
        choices = {"1": ["2"]}
        cast = {"activity_id": phase.activity_id, "phase_id": phase.id, "participant_id": mine.id}
        said = {"choices": choices, "identity": "email", "cast_at": now(), "changed_at": now()}
        db.session.add(Ballot(tenant_id=tenant.id, receipt="AAAAA-BBBBB", **cast, **said))
        request_confirmation(person.email, tenant.id, "", "de")
        send_link("confirm", person.email, None, name=f"{MARK} Name", password_hash="x", language="de")
    return person, one, two


def _passkey(person):
    key = {"credential": f"{MARK}-credential", "public_key": f"{MARK}-key"}
    return Passkey(person_id=person.id, name=f"{MARK} Telefon", host="localhost", created_at=now(), **key)


def _was_told(procedure, person):
    where = {"tenant_id": procedure.tenant_id, "person_id": person.id}
    db.session.add(MailKey(**where, key=f"{MARK}-mails"))
    db.session.add(Digest(**where, rhythm="daily", day=today(), until=now()))
    about = {"procedure_id": procedure.id, "delivery_id": db.session.scalars(select(DeliveryRow.id)).first()}
    sent = {"purpose": "digest", "recipient": shortened(person.email), "state": "sent", "tried_at": now()}
    db.session.add(Mailing(**where, **about, **sent))


def _on_a_list(procedure, person):
    found = lists.make_list(procedure, name="Jury", kind="members")
    db.session.add(
        ListEntry(
            tenant_id=procedure.tenant_id, list_id=found.id, email=person.email, name=f"{MARK} Name", added_at=now()
        )
    )


def _sorted(contribution):
    """What moderation asked about it, and where it says it is answered."""
    where = {"tenant_id": contribution.tenant_id, "contribution_id": contribution.id}
    asked = {"asked_at": now(), "answer": "Die am Steg.", "answered_at": now()}
    db.session.add(Inquiry(**where, question="Welche Bank?", **asked))
    db.session.add(AnsweredMark(**where, sentence="Steht in den Fragen.", at=now()))


def _appealed(contribution):
    about = {"tenant_id": contribution.tenant_id, "contribution_id": contribution.id}
    act = ModerationAct(**about, act="hide", reason="insult", sentence="Zu grob.", at=now())
    db.session.add(act)
    db.session.flush()
    said = {"text": "Bitte noch einmal ansehen.", "outcome": "confirmed", "sentence": "Es bleibt dabei."}
    db.session.add(Appeal(**about, act_id=act.id, at=now(), decided_at=now(), **said))
    blacked = {"title_before": "", "source_before": "Vorher.", "source_after": "Nachher.", "passages": ["Vorher"]}
    db.session.add(Redaction(**about, version=1, **blacked))
