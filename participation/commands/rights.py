"""`flask tenant rights`: who may do what, as the page for the administrators has it."""

import click

from participation.access.rights import ROLES, holders, rights, staff_actions
from participation.commands.answers import in_english, procedure_named, registry, sentence_errors, tenant_named
from participation.commands.tenants import tenant_group


@tenant_group.command("rights")
@click.argument("tenant")
@click.option("--procedure", help="Who may do what in this procedure; else in the whole authority.")
@sentence_errors
def rights_command(tenant: str, procedure: str | None) -> None:
    """Say what each role may do, and who holds one; asked of the same policy as every page."""
    for row in rights(registry()):
        held = ", ".join(role.value for role, is_so in zip(ROLES, row.roles, strict=True) if is_so)
        click.echo(f"{row.action.name:20} {in_english(row.action.title)}: {held or 'nobody'}")
    actions = [action for action, _owner in staff_actions(registry())]
    place = procedure_named(tenant, procedure) if procedure else None
    click.echo("")
    for person in holders(tenant_named(tenant), place, actions):
        roles = ", ".join((*person.roles, *(("deputy",) if person.lent else ())))
        may = ", ".join(action.name for action, is_so in zip(actions, person.may, strict=True) if is_so)
        proof = "" if person.protected else " (no second factor yet: roles have no effect)"
        click.echo(f"{person.name} <{person.email}>: {roles}{proof}\n    may {may or 'nothing here'}")
