"""What people tell us without an account: a contribution breaks the rules, a page cannot be used."""

import hashlib

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from participation.accounts.services import normalise_email
from participation.contributions.form_keys import body_of, is_first, note_key, require_same, sent_before
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import INSTALLATION, emit
from participation.kernel.refusal import Conflict, Unknown
from participation.kernel.text import normalise_name
from participation.moderation.events import BarrierReported, ContributionReported
from participation.moderation.models import BarrierReport, Report
from participation.moderation.reasons import checked_note, checked_reason


def report_contribution(
    contribution_id: int,
    *,
    reason: str,
    note: str = "",
    email: str = "",
    reporter: str = "",
    weight: int = 1,
    key: str = "",
) -> Report | None:
    """Keep a report on a visible contribution; it sets priority and changes nothing else.

    `reporter` says who it may be (a hash of the network): several reports of one network weigh as the heaviest of
    them, and what is kept fits no other contribution. `weight` is the step of trust of who reports. The same form (its
    `key`) sent again changes nothing: None.

    Raises Unknown when the contribution is no longer visible, Invalid for an unknown reason or an odd address,
    Conflict for the same form with other words.
    """
    contribution = db.session.get(Contribution, contribution_id, with_for_update={"key_share": True})
    if (sent := sent_before(key, None)) is not None:
        require_same(sent, body_of(contribution_id, reason, note, email))
        return None
    if contribution is None or contribution.state != "published":
        raise Unknown
    report = Report(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        reason=checked_reason(reason),
        note=checked_note(note, "note"),
        email=checked_address(email),
        at=now(),
        reporter=_for_this_alone(contribution_id, reporter) if reporter else "",
        weight=int(weight),
    )
    db.session.add(report)
    note_key(key, contribution, None, body_of(contribution_id, reason, note, email))
    db.session.flush()
    emit(
        ContributionReported(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            contribution_id=contribution.id,
            report_id=report.id,
        )
    )
    return report


def _for_this_alone(contribution_id: int, reporter: str) -> str:
    return hashlib.sha256(f"{contribution_id}|{reporter}".encode()).hexdigest()[:16]


def report_barrier(
    tenant_id: int | None, *, note: str, page: str = "", email: str = "", key: str = ""
) -> BarrierReport | None:
    """Keep a report on a page that somebody could not use; without a tenant it is the operator's.

    The same form (its `key`) sent again changes nothing: None. Raises Invalid, Conflict for the same form with other
    words.
    """
    if not is_first(key, tenant_id or INSTALLATION, body_of(tenant_id, note, page, email)):
        return None
    missing = _l("Bitte schreiben Sie, was nicht funktioniert.")
    report = BarrierReport(
        tenant_id=tenant_id,
        page=normalise_name(page)[:500],
        note=checked_note(note, "note", required=missing),
        email=checked_address(email),
        at=now(),
    )
    db.session.add(report)
    db.session.flush()
    emit(BarrierReported(tenant_id=tenant_id or INSTALLATION, barrier_report_id=report.id))
    return report


def close_barrier(report_id: int, tenant_id: int | None) -> None:
    """Say that a barrier was dealt with. Raises Unknown for another authority's, Conflict when it is closed."""
    found = db.session.scalar(
        select(BarrierReport.id).where(BarrierReport.id == report_id, BarrierReport.tenant_id == tenant_id)
    )
    if found is None:
        raise Unknown
    closing = update(BarrierReport).where(BarrierReport.id == report_id, BarrierReport.closed_at.is_(None))
    if db.session.execute(closing.values(closed_at=now())).rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Jemand anderes hat diese Meldung schon erledigt."))


def checked_address(typed: str) -> str:
    """The address for an answer as it is stored, or none. Raises Invalid."""
    return normalise_email(typed) if typed.strip() else ""
