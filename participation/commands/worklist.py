"""`flask worklist`: what the pages of the work list do, from the command line."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TextIO

import click
from flask.cli import AppGroup
from sqlalchemy import select

from participation.accounts.queries import person_by_email
from participation.commands.answers import Day, procedure_named, sentence_errors
from participation.commands.responses import actor_named
from participation.contributions.references import read_reference
from participation.evaluation import batches
from participation.evaluation.batch_models import CaseBatch
from participation.evaluation.case_models import Department, Keyword
from participation.evaluation.worklist import Row, all_rows
from participation.evaluation.worklist_filters import NAMES, NONE, WORK, Filters, can_be
from participation.kernel.clock import local
from participation.kernel.db import db, transaction
from participation.openness.tabular import write
from participation.procedures.models import Procedure

worklist_group = AppGroup("worklist", help="The work list of a procedure: what is to be done, acting on many at once.")

AS = click.option("--as", "email", required=True, help="Who does it.")
FILE = click.option(
    "--file", "file", type=click.File("r"), help="Numbers of contributions, one a line; - is the input."
)


@worklist_group.command("list")
@click.argument("tenant")
@click.argument("procedure")
@click.option(
    "--filter", "pairs", multiple=True, help="Like in the address of the page: state=hidden, keyword=Traffic."
)
@click.option("--as", "email", help='Who "me" is.')
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table")
@sentence_errors
def list_command(tenant: str, procedure: str, pairs: tuple[str, ...], email: str | None, form: str) -> None:
    """Contributions, narrowed and sorted as the page does it; without an answer unless answer=… is given.

    Names of filters: answer, state, work, keyword, section, district, assignee, due, channel, audience, round, late,
    words; and sort, order. A name may be given several times.
    """
    found = procedure_named(tenant, procedure)
    person = person_by_email(email) if email else None
    rows = all_rows(found, _filters(found, pairs), person_id=person.id if person else None)
    if form == "table":
        _print_table(map(_values, rows))
        return
    for piece in write(map(_values, rows), form, {"tenant": tenant, "procedure": procedure}):
        click.echo(piece, nl=False)


def _filters(procedure: Procedure, pairs: Iterable[str]) -> Filters:
    """Keywords by their title too; what is not known is an error, not left out as in an address."""
    given: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if name not in NAMES or not equals:
            raise click.ClickException(f"{pair!r} is no filter. Write name=value; names: {', '.join(NAMES)}.")
        value = value if name != "keyword" or value == NONE or value.isdecimal() else str(_keyword(procedure, value))
        if not can_be(name, value):
            raise click.ClickException(f"{value!r} is nothing that {name} can be.")
        given.setdefault(name, []).append(value)
    return Filters.read(given)


def _values(row: Row) -> dict[str, Any]:
    due = row.details.due_on
    return {
        "reference": row.reference,
        "received": local(row.received_at).strftime("%Y-%m-%d %H:%M"),
        "state": row.state,
        "work": row.work,
        "answer": row.decision or ("waiting" if row.response_id else ""),
        "section": row.citation or row.place,
        "assigned": ", ".join(row.details.names),
        "due": due.isoformat() if due else "",
        "keywords": ", ".join(row.details.keywords),
        "district": row.district,
        "channel": row.channel,
        "round": row.round,
        "late": row.late,
        "author": row.author,
        "organisation": row.organisation,
        "text": f"{row.title}: {row.text}" if row.title else row.text,
    }


def _print_table(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        who = row["assigned"][:20] or "-"
        click.echo(f"{row['reference']}  {row['work']:17} {who:20}  {row['due'] or '-':10}  {row['text'][:60]}")


@worklist_group.command("assign")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("references", nargs=-1)
@FILE
@click.option("--department", help="Its title.")
@click.option("--person", help="Their e-mail address.")
@click.option("--due", type=Day(), help="The last day.")
@click.option("--nobody", is_flag=True, help="Take them away from whoever has them.")
@AS
@sentence_errors
def assign_command(
    tenant: str, procedure: str, references: tuple[str, ...], file: TextIO | None, department: str | None,
    person: str | None, due: date | None, nobody: bool, email: str,
) -> None:  # fmt: skip
    """Give contributions to a department or a person, or take them away."""
    found, chosen = procedure_named(tenant, procedure), _references(references, file)
    by = actor_named(email, found)
    numbers = {
        "department_id": _department(found, department) if department else None,
        "person_id": _person(person) if person else None,
    }
    with transaction():
        if nobody:
            batch = batches.take_away_many(found, chosen, actor_id=by)
        else:
            batch = batches.assign_many(found, chosen, **numbers, due_on=due, actor_id=by)
    _say(batch)


@worklist_group.command("tag")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("keyword")
@click.argument("references", nargs=-1)
@FILE
@click.option("--remove", is_flag=True, help="Take the keyword off.")
@AS
@sentence_errors
def tag_command(
    tenant: str,
    procedure: str,
    keyword: str,
    references: tuple[str, ...],
    file: TextIO | None,
    remove: bool,
    email: str,
) -> None:
    """Give contributions a keyword of the procedure, or take it off."""
    found, chosen = procedure_named(tenant, procedure), _references(references, file)
    by, number = actor_named(email, found), _keyword(found, keyword)
    with transaction():
        batch = (batches.untag_many if remove else batches.tag_many)(found, chosen, number, actor_id=by)
    _say(batch)


@worklist_group.command("state")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("work", type=click.Choice(WORK))
@click.argument("references", nargs=-1)
@FILE
@AS
@sentence_errors
def state_command(
    tenant: str, procedure: str, work: str, references: tuple[str, ...], file: TextIO | None, email: str
) -> None:
    """Put contributions into a state of work."""
    found, chosen = procedure_named(tenant, procedure), _references(references, file)
    by = actor_named(email, found)
    with transaction():
        batch = batches.set_work_many(found, chosen, work, actor_id=by)
    _say(batch)


@worklist_group.command("undo")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("number", type=int)
@AS
@sentence_errors
def undo_command(tenant: str, procedure: str, number: int, email: str) -> None:
    """Take back what was done in one go, within ten minutes."""
    found = procedure_named(tenant, procedure)
    batch = batches.batch_of(found, number, actor_named(email, found))
    with transaction():
        undone = batches.take_back(batch)
    click.echo(f"{undone.back} as before, {undone.left} left as somebody changed them since.")


def _references(given: Iterable[str], file: TextIO | None) -> list[str]:
    """Numbers as people type them, from the arguments and a file."""
    typed = [*given, *(line.strip() for line in file or () if line.strip())]
    wrong = [entry for entry in typed if read_reference(entry) is None]
    if wrong:
        raise click.ClickException(f"No number of a contribution: {', '.join(wrong[:5])}")
    return [number for entry in typed if (number := read_reference(entry))]


def _department(procedure: Procedure, title: str) -> int:
    query = select(Department.id).where(Department.tenant_id == procedure.tenant_id, Department.title == title)
    return _there(db.session.scalar(query), f"There is no department {title!r}.")


def _keyword(procedure: Procedure, title: str) -> int:
    query = select(Keyword.id).where(Keyword.procedure_id == procedure.id, Keyword.title == title)
    return _there(db.session.scalar(query), f"There is no keyword {title!r}.")


def _person(email: str) -> int:
    person = person_by_email(email)
    return _there(person.id if person else None, f"Nobody is known by {email}.")


def _there(number: int | None, sentence: str) -> int:
    if number is None:
        raise click.ClickException(sentence)
    return number


def _say(batch: CaseBatch) -> None:
    click.echo(f"{batch.acts} changed, {batch.left} left as they were. Take back: flask worklist undo … {batch.id}")
