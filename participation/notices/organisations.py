"""Mails about drafts of organisations: to those who coordinate, and back to who wrote the draft."""

from collections.abc import Iterable

from participation.accounts.models import Organisation, Person
from participation.accounts.organisations import coordinators_of
from participation.accounts.queries import person_at
from participation.contributions.models import Draft
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.queries import procedure_by_id


def coordinators(delivery: Delivery) -> list[str]:
    """Everybody who coordinates the organisation."""
    return [str(one.id) for one in coordinators_of(delivery.event.organisation_id) if can_be_written_to(one)]


def handed_over(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one who coordinates; none where the draft was taken back."""
    draft = db.session.get(Draft, delivery.event.draft_id)
    if draft is None or draft.handed_over_at is None:
        return []
    return _mail(delivery, "handed_over", person_at(int(delivery.target)), draft)


def given_back(delivery: Delivery) -> Iterable[Effect]:
    """One mail to who wrote it; none where it was handed over again."""
    draft = db.session.get(Draft, delivery.event.draft_id)
    if draft is None or draft.handed_over_at is not None or draft.person_id is None:
        return []
    return _mail(delivery, "given_back", person_at(draft.person_id), draft)


def _mail(delivery: Delivery, template: str, person: Person | None, draft: Draft) -> Iterable[Effect]:
    procedure = procedure_by_id(delivery.event.procedure_id)
    organisation = db.session.get(Organisation, delivery.event.organisation_id)
    if person is None or not can_be_written_to(person) or procedure is None or organisation is None:
        return []
    url = link("contributions.draft", procedure.tenant, person.language, procedure=procedure.slug, key=draft.key)
    mail = letter(
        delivery,
        template,
        to=person.email,
        language=person.language,
        tenant=procedure.tenant,
        procedure=procedure,
        organisation=organisation,
        note=draft.note,
        url=url,
    )
    return [mail]


HANDED_OVER = Handler(name="notices.draft_handed_over", run=handed_over, outside=True, targets=coordinators)
GIVEN_BACK = Handler(name="notices.draft_given_back", run=given_back, outside=True)
