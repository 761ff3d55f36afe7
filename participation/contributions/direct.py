"""Sending in one step, for programs: the draft is made and sent in the same transaction."""

import hashlib
import secrets
from collections.abc import Mapping

from sqlalchemy import select

from participation.access.rules import Viewer
from participation.accounts.models import Person
from participation.contributions.drafts import change_draft
from participation.contributions.form_keys import sent_before
from participation.contributions.models import Contribution, Draft
from participation.contributions.sending import became, send_draft
from participation.contributions.targets import Target
from participation.kernel.clock import now
from participation.kernel.db import db


def send_directly(
    target: Target, *, who: Viewer, fields: Mapping[str, str], language: str = "de", key: str = "", calm: bool = True
) -> Contribution:
    """Send a text of a known person. With the same `key` the same text is the same contribution, whenever it comes.

    Not `calm`: very much came from this network. Raises what `send_draft` raises, and Conflict where the key was used
    for another text.
    """
    assert who.person is not None, "programs act for a person"
    db.session.execute(select(Person.id).where(Person.id == who.person.id).with_for_update(key_share=True))
    name = _name(who.person.id, key)
    earlier = sent_before(name, who.person.id)
    if earlier is not None:
        return became(name, who, fields)
    draft = Draft(
        tenant_id=target.activity.tenant_id,
        activity_id=target.activity.id,
        key=name,
        cookie_hash="",
        person_id=who.person.id,
        type=target.kind.name,
        place=target.place,
        parent_id=target.parent.id if target.parent else None,
        created_at=now(),
    )
    change_draft(draft, fields)
    db.session.add(draft)
    db.session.flush()
    kind, action = target.kind, target.action
    return send_draft(
        draft.id, name, target.activity, kind, action, who=who, fields=fields, language=language, calm=calm
    )


def _name(person_id: int, key: str) -> str:
    """The form key: of this person and this request; a new one each time where the program gives none."""
    return hashlib.sha256(f"{person_id}\n{key}".encode()).hexdigest() if key else secrets.token_urlsafe(18)
