"""`flask answer`: what the pages of the case workers do, from the command line."""

from datetime import date

import click
from flask.cli import AppGroup

from participation.access.queries import viewer_for
from participation.access.rules import ANSWER, require
from participation.accounts.queries import person_by_email
from participation.commands.answers import Day, procedure_named, sentence_errors
from participation.contributions.models import Contribution
from participation.evaluation import queries, services
from participation.evaluation.arguments import argument_at, split
from participation.evaluation.case_file import case_at
from participation.evaluation.case_models import Argument
from participation.evaluation.decisions import DECISIONS
from participation.evaluation.releasing import release
from participation.evaluation.worklist import all_rows
from participation.evaluation.worklist_filters import ANSWERS, Filters
from participation.kernel.db import transaction
from participation.procedures.models import Procedure

answer_group = AppGroup("answer", help="Answers of the authority: write one, publish it as a second person.")


def actor_named(email: str, procedure: Procedure) -> int:
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody is known by {email}.")
    require(viewer_for(person, procedure.id, proven=True), ANSWER, procedure)
    return person.id


@answer_group.command("list")
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--show", type=click.Choice(ANSWERS), default="open")
@sentence_errors
def list_command(tenant: str, procedure: str, show: str) -> None:
    """Contributions without an answer (or: waiting, answered, all), a line each."""
    found = procedure_named(tenant, procedure)
    for row in all_rows(found, Filters(answer=show)):
        click.echo(f"{row.reference}  {row.response_id or '-':>5}  {row.decision or '-':16}  {row.text[:80]}")


@answer_group.command("write")
@click.argument("references", nargs=-1, required=True)
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--decision", type=click.Choice(DECISIONS), required=True)
@click.option("--text", required=True, help="The reason, in Markdown.")
@click.option("--as", "email", required=True, help="Who writes it.")
@sentence_errors
def write_command(
    references: tuple[str, ...], tenant: str, procedure: str, decision: str, text: str, email: str
) -> None:
    """Propose one answer to the contributions with these numbers, or to single arguments: AB3DE-7XK2M#2."""
    found = procedure_named(tenant, procedure)
    chosen, single = _chosen(found, references)
    actor_id = actor_named(email, found)
    with transaction():
        response = services.answer(found, chosen, arguments=single, decision=decision, source=text, actor_id=actor_id)
    click.echo(f"Answer {response.id} to {len(chosen) + len(single)} contributions waits for a second person.")


def _chosen(found: Procedure, typed: tuple[str, ...]) -> tuple[list[Contribution], list[Argument]]:
    """What is named: contributions, and with # behind them the numbers of arguments."""
    pairs = [(reference, number) for reference, _sign, number in (entry.partition("#") for entry in typed)]
    there = {entry.reference: entry for entry in queries.named(found, {reference for reference, _number in pairs})}
    if missing := {reference for reference, _number in pairs} - set(there):
        raise click.ClickException(f"Not to be answered here: {', '.join(sorted(missing))}")
    whole = [there[reference] for reference, number in pairs if not number]
    single = [(there[reference], number) for reference, number in pairs if number]
    return whole, [argument_at(entry, int(number) if number.isdecimal() else 0) for entry, number in single]


@answer_group.command("split")
@click.argument("reference")
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--quote", "quotes", multiple=True, required=True, help='Its words; "begin … end" is all.')
@click.option("--as", "email", required=True, help="Who splits it.")
@sentence_errors
def split_command(reference: str, tenant: str, procedure: str, quotes: tuple[str, ...], email: str) -> None:
    """Make passages of a contribution arguments of their own, each answered by itself."""
    found = procedure_named(tenant, procedure)
    contribution, actor_id = case_at(found, reference), actor_named(email, found)
    if contribution is None:
        raise click.ClickException(f"Not to be answered here: {reference}")
    with transaction():
        for quote in quotes:
            made = split(contribution, quote=quote, version=contribution.versions, actor_id=actor_id)
            click.echo(f"{reference}#{made.number}  {made.source[:80]}")


@answer_group.command("release")
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--on", type=Day(), help="The day they become public by themselves; without it, now.")
@click.option("--as", "email", required=True, help="Who releases them: not who wrote them.")
@sentence_errors
def release_command(numbers: tuple[int, ...], tenant: str, procedure: str, on: date | None, email: str) -> None:
    """Release answers for a day, all of them or none."""
    found = procedure_named(tenant, procedure)
    actor_id = actor_named(email, found)
    responses = [(number, queries.response_in(found, number)) for number in numbers]
    if missing := [str(number) for number, response in responses if response is None]:
        raise click.ClickException(f"There is no such answer in this procedure: {', '.join(missing)}")
    with transaction():
        release([(entry, entry.number) for _number, entry in responses if entry], on=on, actor_id=actor_id)
    click.echo(f"{len(responses)} answers are {f'released for {on}' if on else 'public'}.")


@answer_group.command("publish")
@click.argument("number", type=int)
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--as", "email", required=True, help="Who publishes it: not who wrote it.")
@sentence_errors
def publish_command(number: int, tenant: str, procedure: str, email: str) -> None:
    """Publish an answer; those who asked are told."""
    found = procedure_named(tenant, procedure)
    response = queries.response_in(found, number)
    if response is None:
        raise click.ClickException(f"There is no answer {number} in this procedure.")
    actor_id = actor_named(email, found)
    with transaction():
        services.publish(response, number=response.number, actor_id=actor_id)
    click.echo(f"Answer {number} is public.")
