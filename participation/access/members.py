"""The people of a team one by one: roles, second factor, resetting it, ending the work."""

from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access.models import RoleGrant
from participation.access.rules import Viewer
from participation.access.services import take_role
from participation.access.team import TeamRow, team_of
from participation.accounts import second_factor
from participation.accounts.models import Person, SecondFactor
from participation.accounts.queries import person_at
from participation.accounts.sessions import end_sessions
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.refusal import Refused, Unknown

MEANING = {
    Role.MODERATOR: _l("Prüft Beiträge und Meldungen. Blendet mit Begründung aus."),
    Role.EDITOR: _l("Bearbeitet Texte, Dokumente und Mitteilungen."),
    Role.CASE_WORKER: _l("Beantwortet Beiträge mit Entscheidung und Begründung."),
    Role.PLANNING_OFFICE: _l("Empfiehlt Antworten auf Beiträge, die ihr zugewiesen sind. Andere sieht sie nicht."),
    Role.MANAGER: _l("Richtet Verfahren ein, legt sie vor und veröffentlicht Ergebnisse."),
    Role.TENANT_ADMIN: _l("Darf alles in dieser Behörde: Team, Aussehen, Rechtstexte, alle Verfahren."),
}


class Member(NamedTuple):
    """Somebody who works for an authority, with every role; `protected_since`: the second factor, None without."""

    person_id: int
    name: str
    email: str
    roles: list[TeamRow]
    protected_since: datetime | None


def members_of(tenant_id: int) -> list[Member]:
    """Everybody who works for an authority, by name; two queries."""
    rows = team_of(tenant_id)
    query = select(SecondFactor).where(SecondFactor.person_id.in_({row.person_id for row in rows}))
    since = {factor.person_id: factor.set_at for factor in db.session.scalars(query)}
    groups = ((person_id, list(own)) for person_id, own in groupby(rows, key=lambda row: row.person_id))
    return [Member(number, own[0].name, own[0].email, own, since.get(number)) for number, own in groups]


def member_at(person_id: int, tenant_id: int) -> Member:
    """One of them. Raises Unknown."""
    found = next((member for member in members_of(tenant_id) if member.person_id == person_id), None)
    if found is None:
        raise Unknown
    return found


def may_reset(who: Viewer, person: Person, tenant_id: int | None) -> Refused | None:
    """Why somebody may not take off the second factor of a person; None where it may be.

    Never one's own. Who works for another authority too, or for the installation, is reset by an operator only.
    """
    places = set(db.session.scalars(select(RoleGrant.tenant_id).where(RoleGrant.person_id == person.id)))
    if who.person is None or (not who.operates and tenant_id not in places):
        return Unknown()
    if who.person.id == person.id:
        return Refused(_l("Den eigenen zweiten Schritt setzt jemand anderes zurück."))
    if not who.operates and (person.is_operator or places != {tenant_id}):
        return Refused(_l("Diese Person arbeitet auch für andere. Nur der Betrieb setzt ihren zweiten Schritt zurück."))
    return None


def reset_second_factor(person_id: int, tenant_id: int | None, *, who: Viewer) -> None:
    """Take the second factor off somebody who lost it; the person is told by mail. Raises Refused, Unknown."""
    person = person_at(person_id)
    if person is None or not second_factor.is_set(person_id):
        raise Unknown
    if (refusal := may_reset(who, person, tenant_id)) is not None:
        raise refusal
    second_factor.reset(person, tenant_id, actor_id=who.person.id if who.person else None)


def end_work(person_id: int, tenant_id: int, *, actor_id: int) -> None:
    """Take every role of a person at an authority back; the log-ins end. Raises Unknown, and Refused for oneself."""
    if person_id == actor_id:
        raise Refused(_l("Ihre eigene Mitarbeit beendet jemand anderes."))
    for row in member_at(person_id, tenant_id).roles:
        take_role(person_id, Role(row.role), tenant_id, row.procedure_id, actor_id=actor_id)
    end_sessions(person_id)
