"""Drafts: typed before anybody is known, found again by cookie or person, sent once."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from participation.contributions.models import Contribution, Draft, FormKey
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Activity

KEPT = timedelta(days=90)
FIELDS = ("text", "quote", "organisation", "for_organisation")


def keep_draft(
    activity: Activity,
    *,
    cookie: str,
    person_id: int | None,
    kind: str,
    place: str,
    parent: Contribution | None,
    fields: Mapping[str, str],
) -> Draft:
    """Keep what was typed for a target; the same target from the same browser keeps one draft.

    A draft that belongs to another person who used this browser is left alone.
    """
    query = select(Draft).where(
        Draft.activity_id == activity.id,
        Draft.cookie_hash == hash_of(cookie),
        or_(Draft.person_id.is_(None), Draft.person_id == person_id),
        Draft.type == kind,
        Draft.place == place,
        Draft.parent_id == (parent.id if parent else None),
    )
    draft = db.session.scalar(query.order_by(Draft.id.desc()).limit(1))
    if draft is None:
        draft = Draft(
            tenant_id=activity.tenant_id,
            activity_id=activity.id,
            key=secrets.token_urlsafe(18),
            cookie_hash=hash_of(cookie),
            type=kind,
            place=place,
            parent_id=parent.id if parent else None,
            created_at=now(),
        )
        db.session.add(draft)
    draft.person_id = draft.person_id or person_id
    change_draft(draft, fields)
    db.session.flush()
    return draft


def change_draft(draft: Draft, fields: Mapping[str, str]) -> None:
    """Keep a newer state of what was typed."""
    draft.fields = {name: fields.get(name, "") for name in FIELDS}
    draft.changed_at = now()
    draft.expires_at = now() + KEPT


def draft_at(activity_ids: list[int], key: str, *, cookie: str | None, person_id: int | None) -> Draft | None:
    """A draft by its address, for the browser it was typed in or the person it belongs to.

    As soon as it belongs to a person, the cookie alone no longer opens it: browsers are shared.
    """
    mine: list[ColumnElement[bool]] = []
    if cookie:
        mine.append(and_(Draft.cookie_hash == hash_of(cookie), Draft.person_id.is_(None)))
    if person_id is not None:
        mine.append(Draft.person_id == person_id)
    if not mine:
        return None
    return db.session.scalar(select(Draft).where(Draft.key == key, Draft.activity_id.in_(activity_ids), or_(*mine)))


def locked_draft(draft_id: int) -> Draft | None:
    """The draft for sending: whoever sends the same form at the same time waits here, then finds None."""
    query = select(Draft).where(Draft.id == draft_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def claim_drafts(cookie: str, person_id: int) -> None:
    """Logging in or confirming an address makes the drafts of this browser the person's, on every device."""
    db.session.execute(
        update(Draft)
        .where(Draft.cookie_hash == hash_of(cookie), or_(Draft.person_id.is_(None), Draft.person_id == person_id))
        .values(person_id=person_id)
    )


def drafts_of(person_id: int) -> list[Draft]:
    """Everything a person typed and did not send, newest first."""
    return list(db.session.scalars(select(Draft).where(Draft.person_id == person_id).order_by(Draft.changed_at.desc())))


def discard_draft(draft: Draft) -> None:
    """Throw a draft away, because its author said so."""
    db.session.delete(draft)


def sent_before(key: str, person_id: int | None) -> FormKey | None:
    """What came of this form when it was sent before by the same person."""
    return db.session.scalar(select(FormKey).where(FormKey.key == key, FormKey.person_id == person_id))


def note_sent(draft: Draft, contribution: Contribution, person_id: int | None) -> None:
    """A draft became a contribution: remember the key, remove the draft, in the same transaction."""
    body = "\n".join(str(draft.fields.get(name, "")) for name in FIELDS)
    db.session.add(
        FormKey(
            tenant_id=draft.tenant_id,
            key=draft.key,
            person_id=person_id,
            body_hash=hash_of(body),
            contribution_id=contribution.id,
            at=now(),
        )
    )
    db.session.delete(draft)


def forget_old_drafts() -> None:
    """Periodic: remove drafts whose time is over."""
    db.session.execute(delete(Draft).where(Draft.expires_at < now()))


def hash_of(value: Any) -> str:
    """SHA-256, hex; only hashes of cookies are stored."""
    return hashlib.sha256(str(value).encode()).hexdigest()
