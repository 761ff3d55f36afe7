"""`flask user`: operators, invitations, roles, blocking."""

import click
from flask.cli import AppGroup

from participation.access.services import take_role
from participation.access.team import GRANTABLE, give_role, invite
from participation.accounts.changes import block, make_operator, unblock
from participation.accounts.models import Person
from participation.accounts.passwords import checked_password, hash_password
from participation.accounts.queries import person_by_email
from participation.accounts.services import normalise_email
from participation.accounts.sessions import end_sessions
from participation.commands.answers import procedure_named, sentence_errors, tenant_named
from participation.interfaces import Role
from participation.kernel.db import transaction

ROLE = click.Choice([role.value for role in GRANTABLE])

user_group = AppGroup("user", help="People: operators, staff, blocking.")


def _person(email: str) -> Person:
    person = person_by_email(normalise_email(email))
    if person is None:
        raise click.ClickException("Nobody has this address. New staff come by: flask user invite")
    return person


def _place(tenant: str, procedure: str | None) -> tuple[int, int | None]:
    """The numbers of an authority, and of one of its procedures if one is named."""
    found = procedure_named(tenant, procedure) if procedure else None
    return tenant_named(tenant).id, found.id if found else None


@user_group.command("create-operator")
@click.argument("email")
@click.option("--name", default="Betrieb", help="User name, if the person is new.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given.")
@sentence_errors
def create_operator_command(email: str, name: str, password: str) -> None:
    """Make EMAIL an operator of the installation."""
    hashed = hash_password(checked_password(password, email=email, name=name))
    with transaction():
        make_operator(email, name, hashed)
    click.echo("The operator can log in.")


@user_group.command("invite")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--tenant", required=True)
@click.option("--procedure", help="Only for this procedure.")
@sentence_errors
def invite_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Send EMAIL an invitation to work with ROLE; the worker sends it."""
    tenant_id, procedure_id = _place(tenant, procedure)
    with transaction():
        invite(email, Role(role), tenant_id, procedure_id)
    click.echo("The invitation is on its way.")


@user_group.command("grant")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--tenant", required=True)
@click.option("--procedure", help="Only for this procedure.")
@sentence_errors
def grant_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Give EMAIL a ROLE; older log-ins of the person end."""
    tenant_id, procedure_id = _place(tenant, procedure)
    person_id = _person(email).id
    with transaction():
        give_role(person_id, Role(role), tenant_id, procedure_id)
    click.echo("The role is given.")


@user_group.command("take")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--tenant", required=True)
@click.option("--procedure", help="The one it was given for.")
@sentence_errors
def take_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Take a ROLE back from EMAIL; log-ins of the person end."""
    tenant_id, procedure_id = _place(tenant, procedure)
    person_id = _person(email).id
    with transaction():
        take_role(person_id, Role(role), tenant_id, procedure_id)
        end_sessions(person_id)
    click.echo("The role is taken back.")


@user_group.command("block")
@click.argument("email")
@sentence_errors
def block_command(email: str) -> None:
    """Shut EMAIL out; every log-in ends at once."""
    person = _person(email)
    with transaction():
        block(person)
    click.echo("The account is blocked.")


@user_group.command("unblock")
@click.argument("email")
@sentence_errors
def unblock_command(email: str) -> None:
    """Let EMAIL in again."""
    person = _person(email)
    with transaction():
        unblock(person)
    click.echo("The account is open again.")
