"""What came by letter, e-mail, telephone, on record or at an event: recorded by staff, with the same fate as the rest.

A record needs no open phase, only one that has begun. Without the sender's consent it is `filed`: answered and
weighed, seen by staff alone, because everything public asks for the state `published`.
"""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from participation.accounts.models import Person
from participation.contributions.events import (
    AnsweredOnPaper,
    ContributionEdited,
    IntakeCorrected,
    IntakeRecorded,
    IntakeTakenBack,
    ScanOpened,
)
from participation.contributions.form_keys import body_of, note_key, require_same, sent_before
from participation.contributions.intake_checks import Ready, Received, checked
from participation.contributions.intake_models import Intake
from participation.contributions.models import Anchor, Contribution
from participation.contributions.placing import move
from participation.contributions.services import add, change_state
from participation.contributions.wording import put_anchor, replace_text
from participation.kernel.clock import now, today
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant
from participation.procedures.participants import fresh_pseudonym, join

IDENTITY: Final = "paper"  # nobody showed an identity; what stands on the letter is in the record
WHY: Final = ("by_sender", "by_mistake")
FASTER: Final = _l(
    "Diesen Eingang hat inzwischen jemand berichtigt. Unten stehen beide Fassungen. Nichts ist verloren."
)


class Scan(NamedTuple):
    """The original, which lies in the file store already."""

    stored_name: str
    file_name: str
    media_type: str
    size: int


def record(
    activity: Activity, received: Received, *, actor_id: int | None, scan: Scan | None = None, key: str = ""
) -> Contribution:
    """Record what came in; the same form (its `key`) sent again is the same record.

    Raises Refused (not begun, in the archive, nothing to contribute to here), Invalid, Conflict (the same form with
    other words).
    """
    if (earlier := _recorded_before(key, received, actor_id)) is not None:
        return earlier
    ready = checked(activity, received)
    found = ready.received
    by = join(activity.procedure, quietly=True, identity=IDENTITY, **shown_as(found))
    contribution = add(
        ready.phase,
        by=by,
        kind=ready.kind.name,
        source=found.text,
        title=found.title,
        place=found.place,
        passage=ready.passage,
        identity=IDENTITY,
        at=ready.at,
        late=ready.late,
        intake_channel=found.channel,
        filed=found.consent == "none",
    )
    contribution.district = found.district
    intake = Intake(
        tenant_id=activity.tenant_id,
        contribution_id=contribution.id,
        recorded_by_id=actor_id,
        recorded_at=now(),
        **kept_of(found),
    )
    put_scan(intake, scan)
    db.session.add(intake)
    db.session.flush()
    tell(IntakeRecorded, contribution, actor_id)
    note_key(key, contribution, actor_id, body_of(received))
    return contribution


def _recorded_before(key: str, received: Received, actor_id: int | None) -> Contribution | None:
    """What came of this form already. Two copies at once wait for each other at the person who records."""
    db.session.execute(select(Person.id).where(Person.id == actor_id).with_for_update(key_share=True))
    sent = sent_before(key, actor_id)
    if sent is None:
        return None
    require_same(sent, body_of(received))
    return db.session.get_one(Contribution, sent.contribution_id)


def kept_of(found: Received) -> dict[str, str]:
    """What the record itself keeps, and nobody but staff reads."""
    names = ("sender_name", "sender_address", "sender_email", "organisation", "consent", "file_reference")
    return {name: getattr(found, name) for name in names}


def shown_as(found: Received) -> dict[str, str]:
    """Under which name it is shown: the sender's own only where they agreed to that."""
    if found.consent != "text_and_name":
        return {"organisation_name": "", "pseudonym": fresh_pseudonym()}
    return {"organisation_name": found.organisation, "pseudonym": found.sender_name or fresh_pseudonym()}


def put_scan(intake: Intake, scan: Scan | None) -> None:
    """Keep the original beside the record; what was there before is swept when no row names it any more."""
    if scan is not None:
        intake.stored_name, intake.file_name, intake.media_type, intake.size = scan


def tell(event: type[Any], contribution: Contribution, actor_id: int | None, **more: Any) -> None:
    """Emit a fact about a record."""
    emit(
        event(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            contribution_id=contribution.id,
            actor_id=actor_id,
            **more,
        )
    )


def correct(
    contribution: Contribution,
    activity: Activity,
    received: Received,
    *,
    version: int,
    actor_id: int | None,
    scan: Scan | None = None,
) -> None:
    """Correct a record made on top of `version`; a changed text becomes a new version, the one before is kept.

    Without consent it leaves everything public at once; with a consent that comes later somebody reads it first.
    Raises Conflict (corrected meanwhile), Invalid, Refused.
    """
    intake = locked_intake(contribution)
    if intake.version != version:
        raise Conflict(FASTER)
    ready = checked(activity, received)
    found = ready.received
    if contribution.place != found.place:
        move(contribution, found.place, actor_id=int(actor_id or 0))
    _replace_words(contribution, ready, actor_id)
    contribution.phase_id, contribution.late, contribution.received_at = ready.phase.id, ready.late, ready.at
    contribution.district, contribution.intake_channel = found.district, found.channel
    was_named = intake.consent == "text_and_name"
    for name, value in kept_of(found).items():
        setattr(intake, name, value)
    put_scan(intake, scan)
    intake.version += 1
    _show_as(contribution, found, was_named=was_named)
    _follow_consent(contribution, found.consent, actor_id)
    raise_version(f"procedure:{contribution.procedure_id}")
    tell(IntakeCorrected, contribution, actor_id)


def _replace_words(contribution: Contribution, ready: Ready, actor_id: int | None) -> None:
    found = ready.received
    if (found.title, found.text) != (contribution.title, contribution.source):
        if contribution.redacted:
            sentence = _l(
                "Der Text ist teilweise geschwärzt. Heben Sie zuerst die Schwärzung auf, dann berichtigen Sie."
            )
            raise Invalid(sentence, field="text")
        replace_text(contribution, title=found.title, text=found.text)
        tell(ContributionEdited, contribution, actor_id, number=contribution.versions)
    db.session.execute(delete(Anchor).where(Anchor.contribution_id == contribution.id))
    if ready.passage:
        put_anchor(contribution, ready.passage)


def _show_as(contribution: Contribution, found: Received, *, was_named: bool) -> None:
    """The name it is shown under follows the consent; a pseudonym that says nothing stays."""
    participant = db.session.get_one(Participant, contribution.participant_id)
    shown = shown_as(found)
    if was_named or found.consent == "text_and_name":
        participant.pseudonym = shown["pseudonym"]
    participant.organisation_name = shown["organisation_name"]


def _follow_consent(contribution: Contribution, consent: str, actor_id: int | None) -> None:
    if consent == "none" and contribution.state in ("published", "pending", "hidden"):
        change_state(contribution, "filed", actor_id=actor_id)
    elif consent != "none" and contribution.state == "filed":
        change_state(contribution, "pending", actor_id=actor_id)


def take_back(contribution: Contribution, *, why: str, actor_id: int | None) -> None:
    """Take a record back: the sender wished it, or it was a mistake. The text stays in the file. Raises Conflict."""
    if why not in WHY:
        raise Invalid(_l("Bitte wählen Sie einen Grund."), field="why")
    locked_intake(contribution)
    if contribution.state not in ("published", "pending", "hidden", "filed"):
        raise Conflict(_l("Dieser Eingang ist schon zurückgenommen."))
    change_state(contribution, "withdrawn", actor_id=actor_id)
    tell(IntakeTakenBack, contribution, actor_id, why=why)


def locked_intake(contribution: Contribution) -> Intake:
    """The record of a contribution, both locked. Raises Unknown where it came by another way."""
    db.session.refresh(contribution, with_for_update=True)
    query = select(Intake).where(Intake.contribution_id == contribution.id).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Unknown
    return found


def open_scan(contribution: Contribution, *, actor_id: int | None) -> Scan:
    """The scanned original; that somebody opens it stands in the log. Raises Unknown where there is none."""
    intake = locked_intake(contribution)
    if intake.stored_name is None:
        raise Unknown
    tell(ScanOpened, contribution, actor_id)
    return Scan(intake.stored_name, intake.file_name, intake.media_type, intake.size)


def note_answered_on_paper(contributions: list[Contribution], *, actor_id: int | None) -> int:
    """The answers to these went out as letters today; noted once each. Says how many are new."""
    ids = [contribution.id for contribution in contributions]
    query = select(Intake).where(Intake.contribution_id.in_(ids), Intake.answered_on_paper_on.is_(None))
    rows = {row.contribution_id: row for row in db.session.scalars(query.with_for_update())}
    for contribution in contributions:
        if contribution.id in rows:
            rows[contribution.id].answered_on_paper_on = today()
            contribution.work = "final_notice_sent"
            tell(AnsweredOnPaper, contribution, actor_id)
    return len(rows)
