"""A device at an office or an event on which people write one after the other: signed address, drafts that soon end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete

from participation.access.rules import VISITOR
from participation.accounts.services import normalise_email
from participation.contributions.drafts import change_draft, hash_of, keep_draft, locked_draft
from participation.contributions.events import IntakeRecorded
from participation.contributions.intake import tell
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution, Draft
from participation.contributions.sending import turn
from participation.contributions.targets import Target, target_at
from participation.contributions.without_account import as_guest
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Unknown
from participation.procedures.guests import join_as_guest
from participation.procedures.models import Procedure

DAY: Final = timedelta(hours=24)  # as long as a device may be used with one address
DRAFTS: Final = timedelta(minutes=30)  # a draft that nobody wiped
CHANNEL: Final = "on_site"


def kiosk_pass(secret: str | Sequence[str], procedure: Procedure) -> str:
    """What stands in the address of a device: good for this procedure, for a day (to the full hour)."""
    until = (now() + DAY).replace(minute=0, second=0, microsecond=0)
    return str(_signer(secret).dumps([procedure.id, int(until.timestamp())]))


def holds(secret: str | Sequence[str], signed: str, procedure: Procedure) -> bool:
    """Whether an address is one of this procedure, and its day is not over."""
    try:
        number, until = _signer(secret).loads(signed)
    except (BadData, TypeError, ValueError):
        return False
    return bool(number == procedure.id and now().timestamp() < until)


def _signer(secret: str | Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="kiosk")


def place_of(procedure: Procedure, module: str, slug: str, kind: str, place: str) -> Target:
    """What somebody writes about, as everybody sees it. Raises Unknown."""
    return target_at(procedure, VISITOR, module, slug, kind, place, "")


def keep(target: Target, cookie: str, fields: Mapping[str, str]) -> Draft:
    """Keep a text until it is sent or wiped, for half an hour at most."""
    values: dict[str, Any] = {"kind": target.kind.name, "place": target.place, "parent": None, "fields": fields}
    draft = keep_draft(target.activity, cookie=cookie, person_id=None, **values)
    draft.expires_at = now() + DRAFTS
    return draft


def send(
    draft: Draft, target: Target, *, fields: Mapping[str, str], edit_key: str, email: str, calm: bool, language: str
) -> Contribution:
    """Make a draft the contribution of a new guest; with an address a receipt goes there.

    Raises Unknown where it was sent or wiped, Invalid (text, email), Refused where an account is needed.
    """
    address = _address(email)
    locked = locked_draft(draft.id)
    if locked is None:
        raise Unknown
    guest = join_as_guest(target.activity.procedure, edit_key)
    made = turn(
        locked,
        target.activity,
        target.kind,
        target.action,
        who=as_guest(guest),
        fields=fields,
        language=language,
        calm=calm,
        channel=CHANNEL,
    )
    if address:
        _note_address(made, address)
    return made


def _address(typed: str) -> str:
    try:
        return normalise_email(typed) if typed.strip() else ""
    except Invalid as error:
        raise Invalid(error.sentence, field="email") from None


def _note_address(contribution: Contribution, email: str) -> None:
    values = {"tenant_id": contribution.tenant_id, "contribution_id": contribution.id, "recorded_at": now()}
    db.session.add(Intake(**values, sender_email=email, consent="text"))
    db.session.flush()
    tell(IntakeRecorded, contribution, None)


def change(draft: Draft, fields: Mapping[str, str]) -> None:
    """Keep a newer state of the text, for half an hour more."""
    change_draft(draft, fields)
    draft.expires_at = now() + DRAFTS


def wipe(activity_ids: list[int], cookie: str | None) -> None:
    """Delete what the person at the device typed and did not send, and what others left there too long."""
    mine = Draft.cookie_hash == hash_of(cookie or "")
    db.session.execute(delete(Draft).where(Draft.activity_id.in_(activity_ids), mine, Draft.person_id.is_(None)))
    db.session.execute(delete(Draft).where(Draft.expires_at < now()))
