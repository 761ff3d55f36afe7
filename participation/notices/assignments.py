"""Mails about the case work: what was given to somebody, what comes due, what was recommended or handed back.

None of them holds words of a contribution; a planning office reads them on the page, as long as it may.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from participation.access.models import RoleGrant
from participation.accounts.models import Person
from participation.accounts.queries import person_at
from participation.contributions.models import Contribution
from participation.evaluation.assigned import still_open, undecided_for
from participation.evaluation.assigning import assignment_of, may_be_given_to
from participation.evaluation.case_models import Assignment, Note, Recommendation
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id

TOGETHER = timedelta(minutes=10)  # recommendations that come so close after each other make one mail
R = Recommendation


def ready(delivery: Delivery) -> Iterable[Effect]:
    """To one person: what is new, comes due or is late. Nothing where all of it was done or taken away by now."""
    event = delivery.event
    rows = still_open(event.assignment_ids)
    more = max(event.number - len(event.assignment_ids), 0)
    if not rows:
        return []
    values = {"why": event.why, "rows": rows, "count": len(rows) + more, "more": more}
    return _mails(delivery, "assigned", event.person_id, "assignments.mine", {}, **values)


def recommended(delivery: Delivery) -> Iterable[Effect]:
    """To whoever gave the work: how much waits for a decision. The last of several in a row brings the mail."""
    found = db.session.get(R, delivery.event.recommendation_id)
    contribution = db.session.get(Contribution, delivery.event.contribution_id)
    given = assignment_of(contribution, found.argument_id) if contribution and found else None
    procedure = procedure_by_id(delivery.event.procedure_id)
    if found is None or given is None or given.assigned_by_id in (None, found.author_id) or procedure is None:
        return []
    number = undecided_for(given.assigned_by_id or 0, procedure)
    if not number or _is_followed(found, given):
        return []
    at = {"show": "recommended"}
    return _mails(delivery, "recommended", given.assigned_by_id, "assignments.mine", at, count=number)


def _is_followed(found: Recommendation, given: Assignment) -> bool:
    """Whether another one for the same person came soon after."""
    other = (Assignment.contribution_id == R.contribution_id, Assignment.assigned_by_id == given.assigned_by_id)
    here = select(Contribution.procedure_id).where(Contribution.id == found.contribution_id).scalar_subquery()
    query = (
        select(R.id)
        .join(Contribution, Contribution.id == R.contribution_id)
        .where(R.id > found.id, R.at <= found.at + TOGETHER, Contribution.procedure_id == here)
        .where(select(Assignment.id).where(*other).exists())
    )
    return db.session.scalar(query.limit(1)) is not None


def handed_back(delivery: Delivery) -> Iterable[Effect]:
    """To whoever recommended: which contribution, and the note that says why."""
    event = delivery.event
    found, note = db.session.get(R, event.recommendation_id), db.session.get(Note, event.note_id)
    contribution = db.session.get(Contribution, event.contribution_id)
    if found is None or note is None or contribution is None:
        return []
    at = {"reference": contribution.reference}
    return _mails(delivery, "handed_back", found.author_id, "assignments.show", at, note=note, **at)


def _mails(
    delivery: Delivery, template: str, person_id: int | None, page: str, at: dict[str, str], **values: Any
) -> list[Effect]:
    """The mail to somebody who may still work on the procedure; nobody else gets one."""
    procedure = procedure_by_id(delivery.event.procedure_id)
    person = person_at(person_id) if person_id is not None else None
    if procedure is None or person is None or not _may_read(person, procedure):
        return []
    url = link(page, procedure.tenant, person.language, procedure=procedure.slug, **at)
    mail = letter(
        delivery,
        template,
        to=person.email,
        language=person.language,
        tenant=procedure.tenant,
        procedure=procedure,
        url=url,
        **values,
    )
    return [mail]


def _may_read(person: Person, procedure: Procedure) -> bool:
    held = select(RoleGrant.id).where(RoleGrant.person_id == person.id)
    held = held.where(may_be_given_to(procedure.tenant_id, procedure.id)).limit(1)
    return can_be_written_to(person) and db.session.scalar(held) is not None


READY = Handler(name="notices.assigned", run=ready, outside=True)
RECOMMENDED = Handler(name="notices.recommended", run=recommended, outside=True, after=TOGETHER)
HANDED_BACK = Handler(name="notices.handed_back", run=handed_back, outside=True)
