"""The people of the demo, and the table of log-ins that `make run` prints."""

from collections.abc import Iterator

from sqlalchemy import select

from participation.access.services import grant_role
from participation.accounts.models import Person
from participation.accounts.passwords import hash_password
from participation.accounts.practice import plant_factor
from participation.commands.demo_stage import Demo, Entry
from participation.interfaces import Role
from participation.kernel.clock import start_of_day
from participation.kernel.db import db
from participation.tenants.models import Tenant

LONG_AGO = -700  # days; before the first procedure of the demo
TRY = {
    "operator": ("operator", "authorities, health, people: /-/operation"),
    "tenant_admin": ("administrator", "invite staff: /{tenant}/-/team"),
    "manager": ("manager", "answer, and see what is behind: /{tenant}/servicepunkte/-/manage/worklist"),
    "planning_office": ("planning office", "recommend answers: /{tenant}/servicepunkte/-/manage/assigned"),
    "moderator": ("moderator", "decide what waits and what was reported: /{tenant}/-/moderation"),
    "": ("resident", "comment on a paragraph: /digitalministerium/onlinezugangsgesetz/"),
}


def plant_people(demo: Demo) -> None:
    """Everybody, confirmed; a password only where the demo shows one, then a second factor for the staff."""
    at = start_of_day(demo.day(LONG_AGO))
    for entry in demo.content["people"]:
        person = Person(
            email=entry["email"],
            display_name=entry["name"],
            password_hash=hash_password(entry["password"]) if entry.get("password") else None,
            created_at=at,
            confirmed_at=at,
            is_operator=entry["operator"],
        )
        db.session.add(person)
        demo.people[entry["name"]] = person
    db.session.flush()
    for entry in demo.content["people"]:
        if entry.get("password") and (entry["roles"] or entry["operator"]):
            plant_factor(demo.people[entry["name"]])


def grant_roles(demo: Demo, tenants: dict[str, Tenant]) -> None:
    """The roles of the staff."""
    for entry in demo.content["people"]:
        for grant in entry["roles"]:
            grant_role(demo.people[entry["name"]].id, Role(grant["role"]), tenants[grant["tenant"]].id)


def residents(demo: Demo) -> list[Person]:
    """Everybody who takes part: no role, not the operator."""
    entries = demo.content["people"]
    return [demo.people[entry["name"]] for entry in entries if not entry["roles"] and not entry["operator"]]


def log_ins(people: list[Entry]) -> Iterator[str]:
    """The table of the log-ins that exist in this database, as lines; nothing where there is none."""
    emails = [entry["email"] for entry in people if entry.get("password")]
    there = set(db.session.scalars(select(Person.email).where(Person.email.in_(emails))))
    rows = [_row(entry) for entry in people if entry.get("password") and entry["email"] in there]
    if rows:
        rows.insert(0, ("E-mail", "Password", "Role", "Try first"))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield "All but residents are asked for a one-time code as well: it stands at /-/development/codes."


def _row(entry: Entry) -> tuple[str, str, str, str]:
    grants = entry["roles"]
    key = "operator" if entry["operator"] else grants[0]["role"] if grants else ""
    role, hint = TRY[key]
    return entry["email"], entry["password"], role, hint.format(tenant=grants[0]["tenant"] if grants else "")
