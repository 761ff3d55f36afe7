"""`flask user`: operators, invitations, roles, second factors, blocking."""

from typing import Any

import click
from flask.cli import AppGroup

from participation.access.services import take_role
from participation.access.team import GRANTABLE, give_role, invite
from participation.accounts import second_factor
from participation.accounts.changes import block, make_operator, unblock
from participation.accounts.models import Person
from participation.accounts.passwords import checked_password, hash_password
from participation.accounts.queries import person_by_email
from participation.accounts.services import normalise_email
from participation.accounts.sessions import end_sessions
from participation.commands.answers import procedure_named, sentence_errors, tenant_named
from participation.interfaces import Role
from participation.kernel.db import transaction

ROLE = (
    click.argument("email"),
    click.argument("role", type=click.Choice([role.value for role in GRANTABLE])),
    click.option("--tenant", required=True),
    click.option("--procedure", help="The one procedure it is for; else the whole authority."),
)

user_group = AppGroup("user", help="People: operators, staff, second factors, blocking.")


def with_role(command: Any) -> Any:
    """What `invite`, `grant` and `take` share: whose role, which one, and where."""
    for option in reversed(ROLE):
        command = option(command)
    return sentence_errors(command)


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
@with_role
def invite_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Send EMAIL an invitation to work with ROLE; the worker sends it."""
    place = _place(tenant, procedure)
    with transaction():
        invite(email, Role(role), *place)
    click.echo("The invitation is on its way.")


@user_group.command("grant")
@with_role
def grant_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Give EMAIL a ROLE; older log-ins of the person end."""
    place, person_id = _place(tenant, procedure), _person(email).id
    with transaction():
        give_role(person_id, Role(role), *place)
    click.echo("The role is given.")


@user_group.command("take")
@with_role
def take_command(email: str, role: str, tenant: str, procedure: str | None) -> None:
    """Take a ROLE back from EMAIL; log-ins of the person end."""
    place, person_id = _place(tenant, procedure), _person(email).id
    with transaction():
        take_role(person_id, Role(role), *place)
        end_sessions(person_id)
    click.echo("The role is taken back.")


@user_group.command("reset-second-factor")
@click.argument("email")
@sentence_errors
def reset_second_factor_command(email: str) -> None:
    """Take the second factor off EMAIL, who lost it; every log-in ends, the person is told by mail."""
    person = _person(email)
    if not second_factor.is_set(person.id):
        raise click.ClickException("This person has no second factor.")
    with transaction():
        second_factor.reset(person, None, actor_id=None)
    click.echo("Reset. At the next log-in the password is enough to set up a new one.")


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
