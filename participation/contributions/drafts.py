"""Drafts: typed before anybody is known, found again by cookie or person, sent once."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, update

from participation.contributions.form_keys import body_of, note_key
from participation.contributions.handing_over import handed_to
from participation.contributions.models import Contribution, Draft
from participation.contributions.particulars import NAMES as PARTICULARS
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Activity

KEPT = timedelta(days=90)
LOOKED_AT = 20  # drafts for one target that are compared with a text, and drafts in a list
FIELDS = ("text", "quote", "organisation", "for_organisation", *PARTICULARS)


def keep_draft(
    activity: Activity,
    *,
    cookie: str,
    person_id: int | None,
    kind: str,
    place: str,
    parent: Contribution | None,
    fields: Mapping[str, str],
    continues: str = "",
) -> Draft:
    """Keep what was typed for a target; the same text for it from the same browser stays one draft.

    A different text becomes a draft of its own, so that none is lost, unless it `continues` a draft (its key) of this
    browser for this target. A draft that belongs to another person who used this browser is left alone.
    """
    query = select(Draft).where(
        Draft.cookie_hash == hash_of(cookie),
        or_(Draft.person_id.is_(None), Draft.person_id == person_id),
        *_for_target(activity, kind, place, parent),
    )
    found = list(db.session.scalars(query.order_by(Draft.key != continues, Draft.id.desc()).limit(LOOKED_AT)))
    draft = next((row for row in found if row.key == continues or _same(row.fields, fields)), None)
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


def _for_target(
    activity: Activity, kind: str, place: str, parent: Contribution | None
) -> tuple[ColumnElement[bool], ...]:
    """The drafts for one target."""
    return (
        Draft.activity_id == activity.id,
        Draft.type == kind,
        Draft.place == place,
        Draft.parent_id == (parent.id if parent else None),
    )


def newest_draft(
    activity: Activity, *, cookie: str | None, person_id: int | None, kind: str, place: str, parent: Contribution | None
) -> Draft | None:
    """What this browser or person typed last for a target and did not send."""
    query = select(Draft).where(_mine(cookie, person_id), *_for_target(activity, kind, place, parent))
    return db.session.scalar(query.order_by(Draft.changed_at.desc(), Draft.id.desc()).limit(1))


def _same(kept: Mapping[str, Any], typed: Mapping[str, str]) -> bool:
    """Whether two forms hold the same words; browsers change line ends and blanks on the way."""
    return all(str(kept.get(name, "")).split() == typed.get(name, "").split() for name in ("title", "text"))


def change_draft(draft: Draft, fields: Mapping[str, str]) -> None:
    """Keep a newer state of what was typed."""
    draft.fields = {name: fields.get(name, "") for name in FIELDS}
    draft.changed_at = now()
    draft.expires_at = now() + KEPT


def draft_at(activity_ids: list[int], key: str, *, cookie: str | None, person_id: int | None) -> Draft | None:
    """A draft by its address, for the browser it was typed in or the person it belongs to.

    As soon as it belongs to a person, the cookie alone no longer opens it: browsers are shared.
    """
    here = (Draft.key == key, Draft.activity_id.in_(activity_ids))
    return db.session.scalar(select(Draft).where(*here, _mine(cookie, person_id)))


def drafts_beside(draft: Draft, activity_ids: list[int], *, cookie: str | None, person_id: int | None) -> list[Draft]:
    """The other drafts of this browser or person in a procedure, newest first, at most twenty."""
    here = (Draft.id != draft.id, Draft.activity_id.in_(activity_ids))
    query = select(Draft).where(*here, _mine(cookie, person_id)).order_by(Draft.changed_at.desc(), Draft.id.desc())
    return list(db.session.scalars(query.limit(LOOKED_AT)))


def _mine(cookie: str | None, person_id: int | None) -> ColumnElement[bool]:
    """The one filter of whose drafts somebody finds: typed in this browser and nobody's yet, the person's, or handed
    over to them to submit.
    """
    by_cookie = and_(Draft.cookie_hash == hash_of(cookie), Draft.person_id.is_(None)) if cookie else false()
    if person_id is None:
        return by_cookie
    return or_(by_cookie, Draft.person_id == person_id, handed_to(person_id))


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


def discard_draft(draft: Draft) -> None:
    """Throw a draft away, because its author said so."""
    db.session.delete(draft)


def body_of_fields(fields: Mapping[str, Any]) -> str:
    """A hash of what a draft says."""
    return body_of(*(fields.get(name, "") for name in FIELDS))


def note_sent(draft: Draft, contribution: Contribution, person_id: int | None) -> None:
    """A draft became a contribution: remember the key, remove the draft, in the same transaction."""
    note_key(draft.key, contribution, person_id, body_of_fields(draft.fields))
    db.session.delete(draft)


def hash_of(value: Any) -> str:
    """SHA-256, hex; only hashes of cookies are stored."""
    return hashlib.sha256(str(value).encode()).hexdigest()
