"""`flask assignment`: who works on which contribution until when, recommendations and internal notes."""

import csv
import json
import sys
from collections.abc import Iterable
from datetime import date
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from participation.access.queries import viewer_for
from participation.access.rules import ANSWER, RECOMMEND, Viewer, require
from participation.accounts.models import Person
from participation.accounts.queries import person_by_email
from participation.commands.answers import Day, procedure_named, sentence_errors
from participation.contributions.models import Contribution
from participation.evaluation import recommending
from participation.evaluation.assigned import Given, assignments_in, contribution_for, part_for, tray_of
from participation.evaluation.assigning import assign
from participation.evaluation.case_models import Argument, Department
from participation.evaluation.decisions import DECISIONS
from participation.interfaces import Action
from participation.kernel.db import db, transaction
from participation.openness.tabular import defused
from participation.procedures.models import Procedure

FIELDS = ("reference", "argument", "department", "person", "due_on", "done_at", "late")
WHERE = (click.option("--tenant", required=True), click.option("--procedure", required=True))

assignment_group = AppGroup("assignment", help="Case work: who recommends on what until when.")


def _where(command: Any) -> Any:
    for option in reversed(WHERE):
        command = option(command)
    return command


def _person(email: str) -> Person:
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody is known by {email}.")
    return person


def _viewer(email: str, procedure: Procedure, action: Action) -> Viewer:
    viewer = viewer_for(_person(email), procedure.id, proven=True)
    require(viewer, action, procedure)
    return viewer


@assignment_group.command("list")
@_where
@click.option("--due", is_flag=True, help="Only what is open and has a last day.")
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table")
@sentence_errors
def list_command(tenant: str, procedure: str, due: bool, form: str) -> None:
    """Everything that was given to somebody, the earliest last day first."""
    rows = (_values(row) for row in assignments_in(procedure_named(tenant, procedure), due=due))
    {"table": _table, "csv": _csv, "json": _json}[form](rows)


def _values(row: Given) -> dict[str, Any]:
    done = row.done_at.isoformat(timespec="seconds") if row.done_at else None
    day = row.due_on.isoformat() if row.due_on else None
    return dict(
        zip(FIELDS, (row.reference, row.argument, row.department, row.person, day, done, row.is_late), strict=True)
    )


def _table(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        state = "done" if row["done_at"] else "late" if row["late"] else "open"
        part = f"#{row['argument']}" if row["argument"] else ""
        who = ", ".join(filter(None, (row["department"], row["person"])))
        click.echo(f"{row['reference']:12} {part:4} {row['due_on'] or '-':10}  {state:5} {who}".rstrip())


def _csv(rows: Iterable[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: defused(value) if isinstance(value, str) else value for name, value in row.items()})


def _json(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


@assignment_group.command("give")
@click.argument("references", nargs=-1, required=True)
@_where
@click.option("--department", help="Its name. Without department and person the assignment is taken away.")
@click.option("--person", help="An e-mail address.")
@click.option("--due-on", type=Day(), help="The last day.")
@click.option("--argument", type=int, help="The number of one argument within the contribution.")
@click.option("--as", "email", required=True, help="Who assigns.")
@sentence_errors
def give_command(
    references: tuple[str, ...],
    tenant: str,
    procedure: str,
    department: str | None,
    person: str | None,
    due_on: date | None,
    argument: int | None,
    email: str,
) -> None:
    """Give contributions to a department, a person or both; all of them or none."""
    found = procedure_named(tenant, procedure)
    viewer = _viewer(email, found, ANSWER)
    values: dict[str, Any] = {
        "department_id": _department(found, department) if department else None,
        "person_id": _person(person).id if person else None,
        "due_on": due_on,
        "actor_id": viewer.person.id if viewer.person else None,
    }
    with transaction():
        for reference in references:
            entry = contribution_for(tray_of(viewer, found), found, reference)
            assign(entry, argument_id=_argument(entry, argument), **values)
    click.echo(f"{'Given' if department or person else 'Taken away'}: {len(references)}.")


def _department(procedure: Procedure, title: str) -> int:
    query = select(Department.id).where(Department.tenant_id == procedure.tenant_id, Department.title == title)
    number = db.session.scalar(query)
    if number is None:
        raise click.ClickException(f"There is no department {title!r} here.")
    return number


def _argument(contribution: Contribution, number: int | None) -> int | None:
    if number is None:
        return None
    query = select(Argument.id).where(Argument.contribution_id == contribution.id, Argument.number == number)
    found = db.session.scalar(query)
    if found is None:
        raise click.ClickException(f"{contribution.reference} has no argument {number}.")
    return found


@assignment_group.command("recommend")
@click.argument("reference")
@_where
@click.option("--decision", type=click.Choice(DECISIONS), required=True)
@click.option("--text", required=True, help="The reason, in Markdown.")
@click.option("--argument", type=int, help="The number of one argument within the contribution.")
@click.option("--as", "email", required=True, help="Who recommends.")
@sentence_errors
def recommend_command(
    reference: str, tenant: str, procedure: str, decision: str, text: str, argument: int | None, email: str
) -> None:
    """Propose a decision with its reason; the case workers decide."""
    found = procedure_named(tenant, procedure)
    viewer = _viewer(email, found, RECOMMEND)
    tray = tray_of(viewer, found)
    entry = contribution_for(tray, found, reference)
    number = _argument(entry, argument)
    department_id = tray.acts_for(part_for(tray, entry, number))
    on: dict[str, Any] = {"argument_id": number, "department_id": department_id, "actor_id": tray.person_id}
    with transaction():
        made = recommending.recommend(entry, decision=decision, source=text, **on)
    click.echo(f"Recommendation {made.id} waits for a decision.")


@assignment_group.command("note")
@click.argument("reference")
@_where
@click.option("--text", required=True)
@click.option("--as", "email", required=True, help="Who writes it.")
@sentence_errors
def note_command(reference: str, tenant: str, procedure: str, text: str, email: str) -> None:
    """Keep an internal note on a contribution."""
    found = procedure_named(tenant, procedure)
    tray = tray_of(_viewer(email, found, RECOMMEND), found)
    entry = contribution_for(tray, found, reference)
    with transaction():
        recommending.write_note(entry, text, department_id=tray.acts_for(None), actor_id=tray.person_id)
    click.echo("Kept.")
