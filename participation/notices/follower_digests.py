"""The digest: one mail for a person, an authority and a day, of everything that happened in what they follow.

It reads what is public at that moment: what was hidden since it happened is not in it. Where nothing is left to tell
there is no mail. Who was told is noted after the mail went out, so nothing is lost where it could not be sent.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from participation.accounts.models import Person
from participation.contributions.visible import visible_procedures
from participation.kernel.db import db, transaction
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.happened import add_what_happened, is_whole
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.notices.models import Digest, MailKey, Subscription
from participation.notices.news import Section, add_answers, add_contributions
from participation.notices.planning import digests_of
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import dates_of
from participation.tenants.models import Tenant

MOST_FOLLOWED = 100  # things one digest tells of, those told longest ago; the others are told in the next


class Reader(NamedTuple):
    """Whom a digest goes to."""

    digest: Digest
    person: Person
    tenant: Tenant
    key: str


def targets(delivery: Delivery) -> Iterable[str]:
    """The numbers of the digests that were listed for the day."""
    event = delivery.event
    return digests_of(event.tenant_id, event.rhythm, date.fromisoformat(event.day))


def run(delivery: Delivery) -> Iterable[Effect]:
    """One digest: the mail, if there is something to tell; then the note up to when its reader was told."""
    reader = _reader(int(delivery.target))
    if reader is None or not can_be_written_to(reader.person):
        return []
    followed = _followed(reader.digest)
    sections = sections_of(followed, reader)
    numbers, until = [one.id for one in followed], reader.digest.until
    mail = [_mail(delivery, reader, sections)] if sections else []
    return [*mail, lambda: _note_told(numbers, until)]


def _reader(digest_id: int) -> Reader | None:
    """Whom a digest goes to; None where the person is gone."""
    key = (MailKey.person_id == Digest.person_id) & (MailKey.tenant_id == Digest.tenant_id)
    query = (
        select(Digest, Person, Tenant, MailKey.key)
        .join(Person, Person.id == Digest.person_id)
        .join(Tenant, Tenant.id == Digest.tenant_id)
        .join(MailKey, key)
    )
    found = db.session.execute(query.where(Digest.id == digest_id)).one_or_none()
    return Reader(*found) if found else None


def _followed(digest: Digest) -> list[Subscription]:
    query = select(Subscription).where(
        Subscription.person_id == digest.person_id,
        Subscription.tenant_id == digest.tenant_id,
        Subscription.rhythm == digest.rhythm,
        Subscription.confirmed_at.is_not(None),
        Subscription.told_at < digest.until,
    )
    return list(db.session.scalars(query.order_by(Subscription.told_at, Subscription.id).limit(MOST_FOLLOWED)))


def sections_of(followed: Sequence[Subscription], reader: Reader) -> list[Section]:
    """What there is to tell, procedure by procedure; a fixed number of queries, however much somebody follows."""
    until, person = reader.digest.until, reader.person
    procedures = _procedures({one.procedure_id for one in followed}, reader.tenant)
    known = [one for one in followed if one.procedure_id in procedures]
    sections = [Section(procedure=procedures[one.procedure_id], followed=one) for one in known]
    if not sections:
        return []
    add_what_happened(sections, until, reader.digest.rhythm, person)
    add_contributions(sections, until, person.id)
    add_answers(sections, until, person.id)
    whole = {section.procedure.id for section in sections if is_whole(section.followed)}
    told = (one for one in sections if not one.is_empty)
    kept = [one for one in told if not (one.followed.activity_id and one.procedure.id in whole)]
    return sorted(kept, key=lambda one: (one.procedure.title, one.procedure.id, one.reference, one.title))


def _procedures(numbers: Iterable[int], tenant: Tenant) -> dict[int, Procedure]:
    """Those everybody may see, with their formats and phases."""
    whole = joinedload(Procedure.activities).joinedload(Activity.phases)
    query = select(Procedure).where(Procedure.id.in_(list(numbers)), Procedure.tenant_id == tenant.id)
    found = db.session.scalars(query.where(visible_procedures()).options(whole)).unique()
    return {procedure.id: procedure for procedure in found}


def _mail(delivery: Delivery, reader: Reader, sections: Sequence[Section]) -> Effect:
    digest, tenant, language = reader.digest, reader.tenant, reader.person.language
    urls = [_url(section, tenant, language) for section in sections]
    return letter(
        delivery,
        "digest",
        to=reader.person.email,
        language=language,
        tenant=tenant,
        procedure_ids=list(dict.fromkeys(section.procedure.id for section in sections)),
        sections=list(zip(sections, urls, strict=True)),
        rhythm=digest.rhythm,
        day=digest.day,
        dates_of=dates_of,
        url=link("subscriptions.mine", tenant, language, key=reader.key),
        unsubscribe=link("subscriptions.end_many", tenant, language, key=reader.key, rhythm=digest.rhythm),
    )


def _url(section: Section, tenant: Tenant, language: str) -> str:
    where = {"procedure": section.procedure.slug}
    if section.reference:
        return link("contributions.show", tenant, language, **where, reference=section.reference)
    return link("procedures.show", tenant, language, **where)


def _note_told(numbers: Sequence[int], until: datetime) -> None:
    with transaction():
        mine = (Subscription.id.in_(numbers), Subscription.told_at < until)
        told = update(Subscription).where(*mine).values(told_at=until)
        db.session.execute(told, execution_options={"synchronize_session": False})


HANDLER = Handler(name="notices.digest", run=run, outside=True, targets=targets)
