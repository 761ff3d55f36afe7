"""`flask result`: compute, write, submit and publish the result of a procedure, and take a text out of its data."""

from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup

from participation.access.queries import viewer_for
from participation.access.rules import ADMINISTER, MANAGE, require
from participation.accounts.queries import person_by_email
from participation.commands.answers import Day, procedure_named, registry, sentence_errors
from participation.interfaces import Action
from participation.kernel.db import transaction
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.models import Procedure
from participation.results import services
from participation.results.cutting import cut, withdraw_text
from participation.results.freezing import freeze
from participation.results.models import Result
from participation.results.queries import in_preparation, next_number, published, published_versions
from participation.results.services import Words

result_group = AppGroup("result", help="Results of procedures, version by version.")
Command = Callable[..., Any]


def of_procedure(command: Command) -> Command:
    """The arguments that all commands share, and who acts."""
    for option in (
        click.option("--as", "email", required=True, help="Who acts; publishing takes a second person."),
        click.argument("slug"),
        click.argument("tenant"),
    ):
        command = option(command)
    return command


@result_group.command("compute")
@of_procedure
@click.option("--reason", default="", help="Why a correction is made; needed from the second version on.")
@sentence_errors
def compute_command(tenant: str, slug: str, email: str, reason: str) -> None:
    """Freeze the package and count it."""
    procedure = procedure_named(tenant, slug)
    actor_id, before = _actor(email, procedure), published(procedure.id)
    replaces = before.root if before else ""
    frozen = freeze(procedure, registry(), next_number(procedure), reason=reason, replaces=replaces)
    with transaction():
        services.compute(procedure_named(tenant, slug), frozen, actor_id=actor_id)
    click.echo(f"Computed version {frozen.number}, {frozen.size} bytes, root {frozen.root}.")


@result_group.command("write")
@of_procedure
@click.option("--decision", required=True, help="In one sentence.")
@click.option("--changed", required=True, help="What changed because people took part.")
@click.option("--next", "steps", multiple=True, metavar="[DAY: ]SENTENCE", help="What comes next; repeatable.")
@click.option("--annex", default="")
@click.option("--annex-url", default="")
@click.option("--press", default="")
@click.option("--publish-on", type=Day())
@sentence_errors
def write_command(tenant: str, slug: str, email: str, steps: tuple[str, ...], **words: Any) -> None:
    """Write the words of the version that is being prepared."""
    with transaction():
        procedure = procedure_named(tenant, slug)
        _actor(email, procedure)
        result = _waiting(procedure)
        services.write(result, Words(next_steps=[_step(step) for step in steps], **words), version=result.version)
    click.echo("Written.")


def _step(typed: str) -> tuple[Any, str]:
    """ "2027-01-15: The council decides.", or a sentence alone."""
    day, sign, sentence = typed.partition(": ")
    return (Day().convert(day, None, None), sentence) if sign and day[:4].isdigit() else (None, typed)


@result_group.command("submit")
@of_procedure
@sentence_errors
def submit_command(tenant: str, slug: str, email: str) -> None:
    """Hand the version to a second person."""
    with transaction():
        procedure = procedure_named(tenant, slug)
        services.submit(_waiting(procedure), actor_id=_actor(email, procedure))
    click.echo("Submitted. A second person publishes it.")


@result_group.command("publish")
@of_procedure
@sentence_errors
def publish_command(tenant: str, slug: str, email: str) -> None:
    """Publish what another person submitted."""
    with transaction():
        procedure = procedure_named(tenant, slug)
        actor_id, result = _actor(email, procedure), _waiting(procedure)
        services.publish(result, actor_id=actor_id, roles=MANAGERS)
        state, number = result.state, result.number
    click.echo(f"Version {number} is {state}.")


@result_group.command("withdraw-text")
@of_procedure
@click.argument("reference")
@click.option("--reason", required=True, help="Everybody reads it.")
@sentence_errors
def withdraw_command(tenant: str, slug: str, email: str, reference: str, reason: str) -> None:
    """Publish the data without the text of contribution REFERENCE, as a new version that still verifies."""
    procedure = procedure_named(tenant, slug)
    actor_id, result = _actor(email, procedure, ADMINISTER), published(procedure.id)
    if result is None:
        raise click.ClickException("There is no published result.")
    frozen = cut(result, reference, number=next_number(procedure), reason=reason)
    with transaction():
        withdraw_text(procedure_named(tenant, slug), result, frozen, reference, actor_id=actor_id)
    click.echo(f"Published version {frozen.number} without the text of {reference}.")


@result_group.command("list")
@click.argument("tenant")
@click.argument("slug")
@sentence_errors
def list_command(tenant: str, slug: str) -> None:
    """List the versions, the newest first."""
    procedure = procedure_named(tenant, slug)
    waiting = in_preparation(procedure.id)
    if waiting is not None:
        click.echo(f"{waiting.number}\t{waiting.state}\t{waiting.root}")
    for row in published_versions(procedure.id):
        package = "" if row.has_package else "\twithout package"
        click.echo(f"{row.number}\tpublished {row.published_at:%Y-%m-%d}\t{row.decision}{package}")


def _actor(email: str, procedure: Procedure, action: Action = MANAGE) -> int:
    person = person_by_email(email.strip().lower())
    if person is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    require(viewer_for(person, procedure.id, proven=True), action, procedure)
    return person.id


def _waiting(procedure: Procedure) -> Result:
    result = in_preparation(procedure.id)
    if result is None:
        raise click.ClickException("No result is being prepared. See: flask result compute")
    return result
