"""Lists of people and organisations kept with a procedure: whom a phase is for when it is not for everybody."""

import csv
import io
from collections.abc import Collection, Iterable
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, func, null, select

from participation.accounts.services import normalise_email
from participation.interfaces import Step
from participation.kernel.clock import now, real_now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.text import normalise
from participation.procedures.audience_models import AccessCode, ListEntry, PersonList
from participation.procedures.events import ListChanged
from participation.procedures.models import Activity, Phase, Procedure

KINDS = ("members", "institutions", "codes")
AUDIENCES = ("public", "institutions", "members")
FITTING = {"members": ("members", "codes"), "institutions": ("institutions",)}  # kinds of list for an audience
NAME_LENGTH = 80
AT_ONCE = 5_000  # rows of one import


class Row(NamedTuple):
    """A line of an import: its number as people count, the address as it was written, a name, what is wrong."""

    number: int
    email: str
    name: str
    problem: str = ""


class ListCard(NamedTuple):
    """What the overview says of a list."""

    id: int
    name: str
    kind: str
    entries: int  # people, or codes that were not revoked
    used: int | None  # codes that were used; none while people vote, because it says how many did
    phases: int  # that are for this list


def make_list(procedure: Procedure, name: str, kind: str, *, actor_id: int | None = None) -> PersonList:
    """Make an empty list. Raises Invalid for a missing or taken name, or an unknown kind."""
    title = " ".join(normalise(name).split())
    if not title or len(title) > NAME_LENGTH:
        raise Invalid(_l("Bitte geben Sie der Liste einen Namen mit höchstens 80 Zeichen."), field="name")
    if kind not in KINDS:
        raise Invalid(_l("Bitte wählen Sie, was auf der Liste stehen soll."), field="kind")
    taken = select(PersonList.id).where(PersonList.procedure_id == procedure.id, PersonList.name == title)
    if db.session.scalar(taken) is not None:
        raise Invalid(_l("Eine Liste mit diesem Namen gibt es hier schon."), field="name")
    made = PersonList(tenant_id=procedure.tenant_id, procedure_id=procedure.id, name=title, kind=kind, created_at=now())
    db.session.add(made)
    db.session.flush()
    note(made, "made", actor_id=actor_id)
    return made


def delete_list(found: PersonList, *, actor_id: int | None = None) -> None:
    """Remove a list with its addresses. Raises Invalid while a phase is for it or one of its codes was used."""
    if db.session.scalar(select(Phase.id).where(Phase.list_id == found.id).limit(1)) is not None:
        raise Invalid(_l("Eine Phase ist für diese Liste bestimmt. Ändern Sie zuerst den Zeitplan."))
    used = select(AccessCode.id).where(AccessCode.list_id == found.id, AccessCode.used_at.is_not(None))
    if db.session.scalar(used.limit(1)) is not None:
        raise Invalid(_l("Mit Codes dieser Liste hat schon jemand teilgenommen. Die Liste bleibt deshalb erhalten."))
    note(found, "deleted", actor_id=actor_id)
    db.session.delete(found)


def read_rows(text: str) -> list[Row]:
    """The lines of a table or of typed text: an address, and a name beside it; one address per line, any separator.

    Empty lines and a line of headings are left out; each bad line carries its sentence.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((sign for sign in ";\t," if sign in first), ";")
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    rows = [_row(lines.line_num, [cell.strip() for cell in cells]) for cells in lines if any(map(str.strip, cells))]
    return rows[1:] if len(rows) > 1 and rows[0].problem and "@" not in rows[0].email else rows


def _row(number: int, cells: list[str]) -> Row:
    """The cell with the address may stand anywhere in the line; the first other one is the name."""
    address = next((cell for cell in cells if "@" in cell), cells[0])
    name = next((normalise(cell) for cell in cells if cell and cell != address), "")[:200]
    try:
        return Row(number, normalise_email(address), name)
    except Invalid as invalid:
        return Row(number, address[:100], name, str(invalid.sentence))


def add_people(found: PersonList, rows: Collection[Row], *, actor_id: int | None = None) -> int:
    """Put addresses on a list, all or none; those that are there get the new name. Says how many are new.

    Raises Invalid where a row is bad, where there is none, or where there are too many at once.
    """
    if found.kind == "codes":
        raise Invalid(_l("Auf dieser Liste stehen Zugangscodes, keine Adressen."))
    bad = [row for row in rows if row.problem]
    if not rows or bad or len(rows) > AT_ONCE:
        raise Invalid(_problem(rows, bad), field="people")
    there = {entry.email: entry for entry in entries_of(found.id)}
    fresh = {row.email: row for row in rows if row.email not in there}
    for row in rows:
        if row.email in there and row.name:
            there[row.email].name = row.name
    db.session.add_all(
        ListEntry(tenant_id=found.tenant_id, list_id=found.id, email=row.email, name=row.name, added_at=now())
        for row in fresh.values()
    )
    db.session.flush()
    note(found, "added", number=len(fresh), actor_id=actor_id)
    return len(fresh)


def _problem(rows: Collection[Row], bad: list[Row]) -> object:
    if bad:
        numbers = ", ".join(str(row.number) for row in bad[:10])
        return _l(
            "Es wurde nichts übernommen. Bitte ändern Sie diese Zeilen: %(rows)s. Eine Adresse sieht so aus: "
            "name@beispiel.de",
            rows=numbers + (" …" if len(bad) > 10 else ""),
        )
    if len(rows) > AT_ONCE:
        return _l("Auf einmal lassen sich höchstens 5.000 Zeilen übernehmen. Bitte teilen Sie die Datei.")
    return _l("Bitte tragen Sie mindestens eine Adresse ein.")


def remove_person(found: PersonList, entry_id: int, *, actor_id: int | None = None) -> None:
    """Take an address off a list; what the person contributed stays. Raises Unknown."""
    entry = db.session.scalar(select(ListEntry).where(ListEntry.list_id == found.id, ListEntry.id == entry_id))
    if entry is None:
        raise Unknown
    db.session.delete(entry)
    note(found, "removed", number=1, actor_id=actor_id)


def note(found: PersonList, what: str, *, number: int = 0, actor_id: int | None = None) -> None:
    """Write down what happened to a list: numbers, no addresses."""
    at = {"tenant_id": found.tenant_id, "procedure_id": found.procedure_id}
    emit(ListChanged(**at, actor_id=actor_id, list_id=found.id, what=what, number=number))


def check_audience(
    procedure_id: int, step: str, *, audience: str, list_id: int | None, identity: Iterable[str]
) -> None:
    """Raise Invalid unless audience, list and ways of identity of a phase fit together."""
    ways = set(identity)
    if audience not in AUDIENCES:
        raise Invalid(_l("Bitte wählen Sie, für wen die Phase ist."), field="audience")
    if step == Step.VOTING and "form_token" in ways:
        raise Invalid(
            _l("Abstimmen kann jede Person einmal. „Ohne Konto“ ist deshalb in einer Abstimmung nicht möglich."),
            field="identity",
        )
    if audience != "public" and "form_token" in ways:
        raise Invalid(
            _l("Eine Phase für eingeladene Personen braucht einen Nachweis. „Ohne Konto“ ist dort nicht möglich."),
            field="identity",
        )
    if list_id is None:
        return
    found = db.session.get(PersonList, list_id)
    if found is None or found.procedure_id != procedure_id or found.kind not in FITTING.get(audience, ()):
        raise Invalid(_l("Diese Liste passt nicht zu der Angabe, für wen die Phase ist."), field="list_id")
    if found.kind == "codes" and ways != {"code"}:
        raise Invalid(_l("Zu einer Liste mit Codes gehört allein die Teilnahme mit Zugangscode."), field="identity")
    if found.kind != "codes" and not ways & {"email", "account"}:
        raise Invalid(_l("Wer auf einer Liste steht, weist sich mit E-Mail-Adresse oder Konto aus."), field="identity")


def list_at(procedure_id: int, list_id: int) -> PersonList:
    """A list of a procedure. Raises Unknown."""
    found = db.session.get(PersonList, list_id)
    if found is None or found.procedure_id != procedure_id:
        raise Unknown
    return found


def lists_of(procedure_id: int) -> list[ListCard]:
    """The lists of a procedure by name, each with its numbers; one query."""
    people = select(func.count()).where(ListEntry.list_id == PersonList.id).scalar_subquery()
    codes = select(func.count()).where(AccessCode.list_id == PersonList.id)
    good = codes.where(AccessCode.revoked_at.is_(None)).scalar_subquery()
    used = codes.where(AccessCode.used_at.is_not(None)).scalar_subquery()
    phases = select(func.count()).where(Phase.list_id == PersonList.id).scalar_subquery()
    shown = case((_is_voted_on(procedure_id), null()), else_=used)
    query = select(PersonList.id, PersonList.name, PersonList.kind, people + good, shown, phases)
    query = query.where(PersonList.procedure_id == procedure_id).order_by(PersonList.name)
    return [ListCard(*row) for row in db.session.execute(query)]


def _is_voted_on(procedure_id: int) -> ColumnElement[bool]:
    """Whether a vote of the procedure has begun and is not over; the real clock, whatever a preview says."""
    voting = select(Phase.id).join(Activity, Activity.id == Phase.activity_id)
    running = (Phase.step == Step.VOTING, Phase.begins_at <= real_now(), Phase.ends_at > real_now())
    return voting.where(Activity.procedure_id == procedure_id, *running).exists()


def entries_of(list_id: int) -> list[ListEntry]:
    """The addresses on a list, by name and address."""
    query = select(ListEntry).where(ListEntry.list_id == list_id)
    return list(db.session.scalars(query.order_by(ListEntry.name, ListEntry.email)))
