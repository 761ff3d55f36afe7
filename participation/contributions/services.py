"""Writing contributions: add, edit, withdraw, change state. Rules of who may are asked of `access` by the caller
and again here through the phase."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.access import rules
from participation.access.rules import Viewer
from participation.contributions.counters import count_again, count_shown
from participation.contributions.events import (
    ContributionEdited,
    ContributionSent,
    ContributionStateChanged,
    ContributionWithdrawn,
)
from participation.contributions.locations import put_location
from participation.contributions.models import Contribution
from participation.contributions.pace import reasons_in_text
from participation.contributions.particulars import Particulars
from participation.contributions.references import fresh_reference
from participation.contributions.reply_counts import SHOWN
from participation.contributions.standing_below import below
from participation.contributions.wording import keep_version, put_anchor, replace_text
from participation.interfaces import Action
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import normalise, render
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant, Phase

LONGEST = 20_000  # characters
DEEPEST = 6  # levels that are shown indented


def add(
    phase: Phase,
    *,
    by: Participant,
    kind: str,
    source: str,
    title: str = "",
    place: str = "",
    parent: Contribution | None = None,
    passage: Mapping[str, Any] | None = None,
    identity: str = "email",
    language: str = "de",
    at: datetime | None = None,
    late: bool = False,
    intake_channel: str = "web",
    review: bool = False,
    held_for: Collection[str] = (),
    filed: bool = False,
) -> Contribution:
    """Add a contribution with its first version, receipt number and counters.

    Visible at once unless `review` is asked for, there is a reason for it (`held_for`, codes of `pace.REASONS`) or the
    phase is moderated ("first": until one contribution of the participant was published); never where it is only
    `filed`. Raises Invalid for empty or too long text.
    """
    text = checked_text(source)
    activity = phase.activity
    moment = at or now()
    reasons = [*held_for, *(["phase"] if _needs_review(phase, by.id) else [])]
    contribution = Contribution(
        tenant_id=activity.tenant_id,
        procedure_id=activity.procedure_id,
        activity_id=activity.id,
        phase_id=phase.id,
        participant_id=by.id,
        type=kind,
        place=parent.place if parent else place,
        reference=_unused_reference(activity.tenant_id),
        title=title,
        source=text,
        html=render(text),
        language=language,
        state="filed" if filed else "pending" if review or reasons else "published",
        held_for=" ".join(reasons),
        identity=identity,
        late=late,
        intake_channel=intake_channel,
        received_at=moment,
        created_at=moment,
        **below(parent),
    )
    db.session.add(contribution)
    db.session.flush()
    keep_version(contribution, 1, moment)
    if passage:
        put_anchor(contribution, passage)
    if contribution.state in SHOWN:
        count_shown(contribution, +1)
    emit(ContributionSent(**_named(contribution), state=contribution.state))
    return contribution


def checked_text(source: str) -> str:
    """The text as it is stored. Raises Invalid when it is empty, too long or broken."""
    text = normalise(source).strip()
    if not text:
        raise Invalid(_l("Bitte schreiben Sie Ihren Text."), field="text")
    if len(text) > LONGEST:
        raise Invalid(
            _l(
                "Ihr Text hat %(length)s Zeichen. Möglich sind %(longest)s. "
                "Bitte kürzen Sie ihn oder senden Sie ihn in Teilen.",
                length=f"{len(text):,}".replace(",", "."),
                longest=f"{LONGEST:,}".replace(",", "."),
            ),
            field="text",
        )
    return text


def _needs_review(phase: Phase, participant_id: int, besides: int | None = None) -> bool:
    """Whether a human looks first; with "first" until something else of the participant was published."""
    if phase.moderation != "first":
        return phase.moderation == "always"
    known = select(Contribution.id).where(
        Contribution.participant_id == participant_id, Contribution.state == "published", Contribution.id != besides
    )
    return db.session.scalar(known.limit(1)) is None


def _unused_reference(tenant_id: int) -> str:
    while True:
        reference = fresh_reference()
        taken = select(Contribution.id).where(Contribution.tenant_id == tenant_id, Contribution.reference == reference)
        if db.session.scalar(taken) is None:
            return reference


def _named(contribution: Contribution) -> dict[str, int]:
    return {
        "tenant_id": contribution.tenant_id,
        "procedure_id": contribution.procedure_id,
        "contribution_id": contribution.id,
    }


def edit(
    contribution: Contribution,
    activity: Activity,
    action: Action,
    *,
    who: Viewer,
    source: str,
    version: int,
    asked: Particulars | None = None,
) -> None:
    """Change an own contribution while a phase opens the action that made it; the state before is kept.

    `asked` is what its type asks beside the text; the category stays, moving is moderation's.

    Raises Refused (not one's own, no open phase, no longer published), Conflict (changed since `version`), Invalid.
    """
    _require_own(contribution, who)
    _lock(contribution)
    phase = rules.require_phase(who, action, activity, contribution)
    if contribution.state not in ("published", "pending"):
        raise Refused(_l("Dieser Beitrag lässt sich nicht mehr ändern."))
    if contribution.versions != version:
        raise Conflict(
            _l("Dieser Beitrag wurde inzwischen geändert. Unten stehen beide Fassungen. Nichts ist verloren.")
        )
    text, title = checked_text(source), asked.title if asked and asked.title else contribution.title
    has_moved = asked is not None and put_location(contribution, activity, asked.where)
    if not has_moved and (title, text) == (contribution.title, contribution.source):
        return
    replace_text(contribution, title=title, text=text)
    if reasons := _reasons_after_edit(contribution, phase, text):
        contribution.held_for = " ".join(reasons)
        _set_state(contribution, "pending")
    raise_version(f"procedure:{contribution.procedure_id}")
    emit(ContributionEdited(**_named(contribution), number=contribution.versions))


def _reasons_after_edit(contribution: Contribution, phase: Phase, text: str) -> list[str]:
    by = db.session.get_one(Participant, contribution.participant_id)
    reasons = reasons_in_text(by, contribution.procedure_id, text, besides=contribution.id)
    reasons += ["redacted"] if contribution.redacted else []
    return reasons + (["phase"] if _needs_review(phase, by.id, besides=contribution.id) else [])


def withdraw(contribution: Contribution, *, who: Viewer) -> None:
    """Take an own contribution back: not published any more, kept in the authority's file. Needs no open phase."""
    _require_own(contribution, who)
    _lock(contribution)
    if contribution.state not in ("published", "pending", "hidden", "merged"):
        raise Refused(_l("Dieser Beitrag ist schon zurückgezogen."), status=409)
    if contribution.merged_into_id is not None:
        count_again({contribution.id, contribution.merged_into_id})
    contribution.merged_into_id = None
    _set_state(contribution, "withdrawn")
    emit(ContributionWithdrawn(**_named(contribution)))


def _require_own(contribution: Contribution, who: Viewer) -> None:
    if contribution.participant_id not in who.participant_ids:
        raise Refused(_l("Das ist nicht Ihr eigener Beitrag."))


def _lock(contribution: Contribution) -> None:
    """Author and moderation may act at the same moment; the second sees what the first did."""
    db.session.refresh(contribution, with_for_update=True)


def change_state(contribution: Contribution, target: str, *, actor_id: int | None) -> None:
    """Moderation's way to publish, hide or restore; the act and its reason are moderation's own rows."""
    source = contribution.state
    if source == target:
        raise Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))
    _set_state(contribution, target)
    raise_version(f"tenant:{contribution.tenant_id}")  # what is hidden must leave the wider feeds at once too
    raise_version("installation")
    emit(ContributionStateChanged(**_named(contribution), actor_id=actor_id, source=source, target=target))


def _set_state(contribution: Contribution, target: str) -> None:
    was_shown = contribution.state in SHOWN
    contribution.state = target
    if was_shown != (target in SHOWN):
        count_shown(contribution, -1 if was_shown else +1)
    raise_version(f"procedure:{contribution.procedure_id}")


def number_of(activity: Activity) -> int:
    """How many contributions an activity holds, whatever their state."""
    query = select(func.count()).select_from(Contribution).where(Contribution.activity_id == activity.id)
    return db.session.scalar(query) or 0
