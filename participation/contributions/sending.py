"""Sending a draft: once, in one transaction, as long as a phase is open."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access import rules
from participation.access.rules import Viewer
from participation.accounts.models import Person
from participation.contributions.attachments import move_files
from participation.contributions.drafts import change_draft, locked_draft, note_sent, sent_before
from participation.contributions.models import Contribution, Draft
from participation.contributions.pace import is_over_pace
from participation.contributions.ratings import identity_used
from participation.contributions.services import add
from participation.interfaces import Action, ContributionType
from participation.kernel.db import db
from participation.kernel.refusal import Refused, Unknown
from participation.procedures.models import Activity, Participant
from participation.procedures.participants import participant_for

GONE = _l("Der Beitrag, auf den Sie antworten, ist nicht mehr sichtbar. Ihr Text bleibt gespeichert.")


def send_draft(
    draft_id: int,
    key: str,
    activity: Activity,
    kind: ContributionType,
    action: Action,
    *,
    who: Viewer,
    fields: Mapping[str, str],
    language: str = "de",
) -> Contribution:
    """Turn a draft into a contribution and forget it; sent again it is the contribution that it became.

    The draft is named by id and key, because another sending may have removed it by now.
    `action` adds it: the type's own, or "core:comment" for an answer. Raises Refused (no open phase, 409 where the
    one it answers is gone), Invalid (text, organisation), Unknown (somebody else's draft).
    """
    person = who.person
    if person is None:
        raise Refused(rules.can(who, action, activity).reason)
    _one_at_a_time(person)
    locked = locked_draft(draft_id)
    if locked is None:
        return became(key, person.id)
    change_draft(locked, fields)
    contribution = _add(locked, activity, kind, action, who, language)
    move_files(locked, contribution)
    note_sent(locked, contribution, person.id)
    return contribution


def became(key: str, person_id: int | None) -> Contribution:
    """What a sent draft has become. Raises Unknown where this person never sent it."""
    sent = sent_before(key, person_id)
    found = db.session.get(Contribution, sent.contribution_id) if sent else None
    if found is None:
        raise Unknown
    return found


def participant_of(who: Viewer, activity: Activity, organisation: str = "") -> Participant:
    """The participant a known viewer is in the procedure, made if there is none. One person at a time."""
    assert who.person is not None, "only a person takes part"
    _one_at_a_time(who.person)
    return participant_for(activity.procedure, who.person, organisation)


def _add(
    draft: Draft, activity: Activity, kind: ContributionType, action: Action, who: Viewer, language: str
) -> Contribution:
    assert who.person is not None
    phase = rules.require_phase(who, action, activity)
    parent = _parent(draft)
    by = participant_for(activity.procedure, who.person, organisation_of(draft.fields))
    return add(
        phase,
        by=by,
        kind=kind.name,
        source=draft.fields["text"],
        place=draft.place,
        parent=parent,
        passage=passage_of(draft, activity, kind),
        identity=identity_used(who, phase),
        language=language,
        review=is_over_pace(who.person.id, activity.tenant_id),
    )


def organisation_of(fields: Mapping[str, Any]) -> str:
    """The organisation somebody writes for, "" where they write for themselves."""
    return str(fields.get("organisation", "")) if fields.get("for_organisation") == "organisation" else ""


def passage_of(draft: Draft, activity: Activity, kind: ContributionType) -> Mapping[str, Any] | None:
    """The anchor of the quoted words, None where nothing is quoted or the words do not stand there."""
    return passage_at(draft, str(draft.fields.get("quote", "")), activity, kind)


def passage_at(draft: Draft, words: str, activity: Activity, kind: ContributionType) -> Mapping[str, Any] | None:
    """The anchor of words at the place of a draft; None where they do not stand there."""
    quote = words.strip()
    if not quote or kind.passage is None or draft.parent_id is not None:
        return None
    return kind.passage(activity, draft.place, quote)


def _parent(draft: Draft) -> Contribution | None:
    """What is answered, locked so that two answers get two numbers."""
    if draft.parent_id is None:
        return None
    query = select(Contribution).where(Contribution.id == draft.parent_id).with_for_update(key_share=True)
    parent = db.session.scalar(query.execution_options(populate_existing=True))
    if parent is None or parent.state != "published":
        raise Refused(GONE, status=409)
    return parent


def _one_at_a_time(person: Person) -> None:
    """The same person sending twice at once waits here (PostgreSQL; on SQLite all writers wait)."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
