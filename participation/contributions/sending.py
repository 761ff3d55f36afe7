"""Sending a draft: once, in one transaction, as long as a phase is open."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access import rules
from participation.access.rules import Viewer
from participation.access.taking_part import participant_of
from participation.accounts.models import Person
from participation.contributions.attachments import move_files
from participation.contributions.drafts import body_of_fields, change_draft, locked_draft, note_sent
from participation.contributions.form_keys import require_same, sent_before
from participation.contributions.locations import put_location
from participation.contributions.models import Contribution, Draft
from participation.contributions.pace import reasons_to_look
from participation.contributions.particulars import NOTHING, particulars_of
from participation.contributions.ratings import identity_used
from participation.contributions.services import add
from participation.interfaces import Action, ContributionType
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.procedures.models import Activity, Participant
from participation.tenants.attendance import is_held_back

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
    calm: bool = True,
) -> Contribution:
    """Turn a draft into a contribution and forget it; sent again it is the contribution that it became.

    The draft is named by id and key, because another sending may have removed it by now.
    `action` adds it: the type's own, or "core:comment" for an answer. Where very much comes from one network (not
    `calm`), what somebody new sends is looked at first. Raises Refused (no open phase, 409 where the
    one it answers is gone), Invalid (text, organisation), Unknown (somebody else's draft), Conflict
    (this draft was sent with other words).
    """
    if not who.is_known:
        raise Refused(rules.can(who, action, activity).reason)
    _one_at_a_time(who)
    locked = locked_draft(draft_id)
    if locked is None:
        return became(key, who, fields)
    return turn(locked, activity, kind, action, who=who, fields=fields, language=language, calm=calm)


def became(key: str, who: Viewer, fields: Mapping[str, str] | None = None) -> Contribution:
    """What a sent draft has become.

    Raises Unknown where this viewer never sent it, Conflict where `fields` say something else than what was sent.
    """
    sent = sent_before(key, who.person.id if who.person else None)
    found = db.session.get(Contribution, sent.contribution_id) if sent and sent.contribution_id else None
    if sent is None or found is None or (who.person is None and found.participant_id not in who.participant_ids):
        raise Unknown
    if fields is not None:
        require_same(sent, body_of_fields(fields))
    return found


def turn(
    locked: Draft,
    activity: Activity,
    kind: ContributionType,
    action: Action,
    *,
    who: Viewer,
    fields: Mapping[str, str],
    language: str,
    held_for: Collection[str] = (),
    calm: bool = True,
    channel: str = "web",
) -> Contribution:
    """Make a locked draft a contribution of somebody known. Raises as `send_draft`."""
    change_draft(locked, fields)
    contribution = _add(locked, activity, kind, action, who, language, held_for, calm, channel)
    move_files(locked, contribution)
    note_sent(locked, contribution, who.person.id if who.person else None)
    return contribution


def _add(
    draft: Draft,
    activity: Activity,
    kind: ContributionType,
    action: Action,
    who: Viewer,
    language: str,
    held_for: Collection[str],
    calm: bool,
    channel: str,
) -> Contribution:
    phase = rules.require_phase(who, action, activity)
    parent = _parent(draft)
    by = participant_of(who, activity.procedure, organisation_of(draft.fields))
    _check_organisation(who, organisation_of(draft.fields))
    asked = NOTHING if draft.parent_id else particulars_of(draft.fields, activity, kind)
    reasons = [*held_for, *reasons_to_look(by, activity.procedure_id, draft.fields["text"], calm=calm)]
    if is_held_back(activity.tenant_id, now()):
        reasons.append("hours")
    contribution = add(
        phase,
        by=by,
        kind=kind.name,
        title=asked.title,
        source=draft.fields["text"],
        place=asked.category or draft.place,
        parent=parent,
        passage=passage_of(draft, activity, kind),
        identity=identity_used(who, phase),
        language=language,
        intake_channel=channel,
        held_for=reasons,
    )
    if asked.where:
        put_location(contribution, activity, asked.where)
    return contribution


def _check_organisation(who: Viewer, name: str) -> None:
    """A guest stays who they were at the first text: with the organisation named then, or without one."""
    if who.guest is not None and name and name != who.guest.organisation_name:
        sentence = _l("Mit diesem Zugang schreiben Sie für sich. Für eine Organisation bestätigen Sie Ihre Adresse.")
        raise Invalid(sentence, field="organisation")


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


def _one_at_a_time(who: Viewer) -> None:
    """The same person or guest sending twice at once waits here (PostgreSQL; on SQLite all writers wait)."""
    if who.person is not None:
        mine = select(Person.id).where(Person.id == who.person.id)
    else:
        mine = select(Participant.id).where(Participant.id.in_(who.participant_ids))
    db.session.execute(mine.with_for_update(key_share=True))
