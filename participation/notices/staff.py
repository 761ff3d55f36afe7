"""Mails to those who work here: a contribution or a barrier was reported."""

from collections.abc import Iterable

from flask import current_app
from sqlalchemy import select

from participation.access.queries import people_with_role
from participation.accounts.queries import person_at
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.moderation.models import BarrierReport, Report
from participation.moderation.weighing import made_urgent
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.queries import procedure_by_id
from participation.tenants.models import Tenant

DECIDERS = (Role.MODERATOR, Role.MANAGER, Role.TENANT_ADMIN)
LANGUAGE = "de"  # of offices


def people_who_decide(delivery: Delivery) -> list[str]:
    """Who looks at a first report: the moderators; where there are none, the procedure's leads, then the portal's
    administrators. Nobody where an open report brought them a mail before, unless this one makes it urgent.
    """
    event = delivery.event
    report = db.session.get(Report, event.report_id)
    earlier = select(Report.id).where(
        Report.contribution_id == event.contribution_id, Report.closed_at.is_(None), Report.id < event.report_id
    )
    if report is None or (db.session.scalar(earlier.limit(1)) is not None and not made_urgent(report)):
        return []
    for role in DECIDERS:
        people = [
            person
            for person in people_with_role(role, event.tenant_id, event.procedure_id)
            if can_be_written_to(person)
        ]
        if people:
            return [str(person.id) for person in people]
    return []


def reported(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one moderator; it names the reason, not the words of the contribution."""
    event = delivery.event
    person, report = person_at(int(delivery.target)), db.session.get(Report, event.report_id)
    contribution = db.session.get(Contribution, event.contribution_id)
    procedure = procedure_by_id(event.procedure_id)
    if person is None or report is None or contribution is None or procedure is None:
        return []
    mail = letter(
        delivery,
        "reported",
        to=person.email,
        language=person.language,
        tenant=procedure.tenant,
        report=report,
        urgent=made_urgent(report),
        contribution=contribution,
        procedure=procedure,
        url=link("moderation.item", procedure.tenant, person.language, reference=contribution.reference),
    )
    return [mail]


def barrier(delivery: Delivery) -> Iterable[Effect]:
    """One mail to the authority, or to the operator of the central portal."""
    report = db.session.get(BarrierReport, delivery.event.barrier_report_id)
    if report is None:
        return []
    settings = current_app.config["SETTINGS"]
    tenant = db.session.get(Tenant, report.tenant_id) if report.tenant_id is not None else None
    mail = letter(
        delivery,
        "barrier",
        to=tenant.contact_email if tenant else settings["contact"],
        language=LANGUAGE,
        tenant=tenant,
        report=report,
        url=link("moderation.barriers", tenant, LANGUAGE),
    )
    return [mail]


REPORTED = Handler(name="notices.reported", run=reported, outside=True, targets=people_who_decide)
BARRIER = Handler(name="notices.barrier", run=barrier, outside=True)
