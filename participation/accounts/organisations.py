"""Organisations with several people: members draft, who coordinates releases and submits.

An authority vouches for an organisation (`verified_at`) and names who coordinates it; these name the members. People
are found by their confirmed address, so they can be named before they ever came here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.accounts.events import OrganisationChanged
from participation.accounts.models import Organisation, OrganisationMember, Person
from participation.accounts.services import normalise_email
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.lookalikes import skeleton
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.text import normalise_name

LONGEST = 120  # characters of a name
M = OrganisationMember


class Membership(NamedTuple):
    """An organisation somebody belongs to."""

    organisation_id: int
    name: str
    coordinates: bool


class OrganisationRow(NamedTuple):
    """An organisation an authority vouches for."""

    id: int
    name: str
    members: int
    verified_at: datetime


def vouch_for(tenant_id: int, name: str, coordinator: str, *, actor_id: int | None) -> Organisation:
    """Make an organisation with the address of who coordinates it. Raises Invalid (name taken or missing, address)."""
    title = normalise_name(name)
    if not title or len(title) > LONGEST:
        raise Invalid(_l("Bitte geben Sie der Organisation einen Namen mit höchstens 120 Zeichen."), field="name")
    if verified(tenant_id, title) is not None:
        raise Invalid(_l("Eine Organisation mit diesem Namen gibt es hier schon."), field="name")
    organisation = Organisation(tenant_id=tenant_id, name=title, verified_at=now())
    db.session.add(organisation)
    db.session.flush()
    add_member(organisation, coordinator, coordinates=True, actor_id=actor_id)
    return organisation


def add_member(organisation: Organisation, email: str, *, coordinates: bool, actor_id: int | None) -> None:
    """Let whoever owns an address draft for an organisation, or coordinate it; again changes it. Raises Invalid."""
    address = normalise_email(email)
    member = db.session.scalar(select(M).where(M.organisation_id == organisation.id, M.email == address))
    if member is None:
        member = M(tenant_id=organisation.tenant_id, organisation_id=organisation.id, email=address, added_at=now())
        db.session.add(member)
    member.coordinates = coordinates
    db.session.flush()
    _require_coordination(organisation)
    _tell(organisation, actor_id)


def remove_member(organisation: Organisation, member_id: int, *, actor_id: int | None) -> None:
    """Take somebody off; what was submitted stays. Raises Unknown, Refused for the last who coordinates."""
    member = db.session.scalar(select(M).where(M.organisation_id == organisation.id, M.id == member_id))
    if member is None:
        raise Unknown
    db.session.delete(member)
    db.session.flush()
    _require_coordination(organisation)
    _tell(organisation, actor_id)


def close_organisation(organisation: Organisation, *, actor_id: int | None) -> None:
    """No longer vouch for an organisation: nobody writes for it any more, what was submitted stays."""
    for member in members_of(organisation):
        db.session.delete(member)
    organisation.verified_at = None
    db.session.flush()
    _tell(organisation, actor_id)


def organisation_for(tenant_id: int, person: Person, name: str) -> Organisation:
    """The organisation a person writes for under a name; one nobody vouches for is made as the person names it.

    Raises Refused where an authority vouches for it and the person does not coordinate it.
    """
    if (known := verified(tenant_id, name)) is not None:
        _require_to_coordinate(known, person)
        return known
    query = select(Organisation).where(
        Organisation.tenant_id == tenant_id, Organisation.named_by_id == person.id, Organisation.name == name
    )
    organisation = db.session.scalar(query)
    if organisation is None:
        organisation = Organisation(tenant_id=tenant_id, named_by_id=person.id, name=name)
        db.session.add(organisation)
        db.session.flush()
    return organisation


def _require_to_coordinate(organisation: Organisation, person: Person) -> None:
    role = next((one for one in memberships(person, organisation.tenant_id) if one[0] == organisation.id), None)
    if role is None:
        raise Refused(
            _l(
                "Für „%(name)s“ schreiben hier nur Menschen, die die Organisation benannt hat. Ihr Text bleibt "
                "gespeichert. Fragen Sie dort nach, oder schreiben Sie für sich.",
                name=organisation.name,
            )
        )
    if not role.coordinates:
        raise Refused(
            _l(
                "Für „%(name)s“ sendet die Koordination ab. Ihr Text bleibt gespeichert. Legen Sie ihn dort vor.",
                name=organisation.name,
            )
        )


def verified(tenant_id: int, name: str) -> Organisation | None:
    """The organisation of this name an authority vouches for; letters that look alike make no difference."""
    wanted = skeleton(name)
    query = select(Organisation).where(Organisation.tenant_id == tenant_id, Organisation.verified_at.is_not(None))
    return next((one for one in db.session.scalars(query) if skeleton(one.name) == wanted), None)


def memberships(person: Person | None, tenant_id: int | None = None) -> Sequence[Membership]:
    """The organisations a person with a confirmed address drafts for or coordinates, by name; one query."""
    if person is None or person.confirmed_at is None or person.blocked_at is not None:
        return ()
    query = (
        select(Organisation.id, Organisation.name, M.coordinates)
        .join(M, M.organisation_id == Organisation.id)
        .where(M.email == person.email)
    )
    query = query.where(Organisation.tenant_id == tenant_id) if tenant_id is not None else query
    return [Membership(*row) for row in db.session.execute(query.order_by(Organisation.name, Organisation.id))]


def organisation_at(organisation_id: int, tenant_id: int) -> Organisation:
    """One an authority vouches for. Raises Unknown."""
    found = db.session.get(Organisation, organisation_id)
    if found is None or found.tenant_id != tenant_id or found.verified_at is None:
        raise Unknown
    return found


def organisations(tenant_id: int) -> list[OrganisationRow]:
    """Those an authority vouches for, by name; one query."""
    count = select(func.count()).where(M.organisation_id == Organisation.id).scalar_subquery()
    query = select(Organisation.id, Organisation.name, count, Organisation.verified_at).where(
        Organisation.tenant_id == tenant_id, Organisation.verified_at.is_not(None)
    )
    return [OrganisationRow(*row) for row in db.session.execute(query.order_by(Organisation.name, Organisation.id))]


def members_of(organisation: Organisation) -> Sequence[OrganisationMember]:
    """Who drafts and who coordinates, these first."""
    query = select(M).where(M.organisation_id == organisation.id)
    return db.session.scalars(query.order_by(M.coordinates.desc(), M.email)).all()


def coordinators_of(organisation_id: int) -> list[Person]:
    """The people behind the addresses of those who coordinate, as far as they have been here; one query."""
    query = select(Person).join(M, M.email == Person.email).where(M.organisation_id == organisation_id, M.coordinates)
    return list(db.session.scalars(query.order_by(Person.id)))


def _require_coordination(organisation: Organisation) -> None:
    if not any(member.coordinates for member in members_of(organisation)):
        raise Refused(_l("Eine Person muss die Organisation koordinieren. Benennen Sie zuerst eine andere."))


def _tell(organisation: Organisation, actor_id: int | None) -> None:
    emit(OrganisationChanged(tenant_id=organisation.tenant_id, actor_id=actor_id, organisation_id=organisation.id))
