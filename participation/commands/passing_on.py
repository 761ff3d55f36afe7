"""`flask contributions pass-on`: give the best ideas to a vote of the same procedure."""

import click

from participation.access.queries import viewer_for
from participation.access.rules import MANAGE, require
from participation.accounts.queries import person_by_email
from participation.commands.answers import procedure_named, sentence_errors
from participation.commands.contributions import contributions_group
from participation.contributions.passing_on import MOST, best, pass_on
from participation.kernel.db import transaction
from participation.procedures.models import Activity, Procedure


@contributions_group.command("pass-on")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("source")
@click.argument("target")
@click.option("--best", "most", type=click.IntRange(1, MOST), help="So many of the best rated.")
@click.option("--reference", "references", multiple=True, help="A number; may be given several times.")
@click.option("--as", "email", required=True, help="Who does it.")
@sentence_errors
def pass_on_command(
    tenant: str, procedure: str, source: str, target: str, most: int | None, references: tuple[str, ...], email: str
) -> None:
    """Give contributions of the format SOURCE to the format TARGET (ideas/a, ballot/b), best rated first."""
    if bool(most) == bool(references):
        raise click.UsageError("Say either --best or --reference.")
    found = procedure_named(tenant, procedure)
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody is known by {email}.")
    require(viewer_for(person, found.id, proven=True), MANAGE, found)
    origin, taker = _format(found, source), _format(found, target)
    chosen = [row.reference for row in best(origin, most)] if most else list(references)
    with transaction():
        number = pass_on(origin, taker, chosen, actor_id=person.id)
    click.echo(f"{number} {'contribution' if number == 1 else 'contributions'} passed on to {taker.title}.")


def _format(procedure: Procedure, address: str) -> Activity:
    named = (entry for entry in procedure.activities if f"{entry.module}/{entry.slug}" == address)
    found: Activity | None = next(named, None)
    if found is None:
        raise click.ClickException(f"There is no format {address} here. See: flask procedure show")
    return found
