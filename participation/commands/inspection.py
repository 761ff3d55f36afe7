"""`flask modules`, `flask audit`: is everything as it should be?"""

from pathlib import Path

import click
from flask.cli import AppGroup

from participation.commands.answers import in_english, registry, sentence_errors
from participation.kernel.events import INSTALLATION
from participation.kernel.heads import Head, heads, heads_file, missing, note_heads, read_heads
from participation.kernel.seal import tenants_with_events, verify
from participation.tenants.deleting import moved_out
from participation.tenants.queries import tenants

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

audit_group = AppGroup("audit", help="The sealed log of what happened.")


@click.command("modules")
def modules_command() -> None:
    """List the modules that are installed, and say why others were left out."""
    for module in registry():
        phases = ", ".join(kind.name for kind in module.phases) or "none"
        click.echo(f"{module.name:16} {in_english(module.title)} · interface {module.interface} · phases: {phases}")
    for refusal in registry().refusals:
        click.echo(refusal.sentence)
    if not list(registry()) and not registry().refusals:
        click.echo("No module is installed.")


@audit_group.command("verify")
@click.option("--heads", "written", type=FILE, help="A file of written ends (heads.log): finds what was cut off, too.")
@sentence_errors
def verify_command(written: Path | None) -> None:
    """Walk every authority's chain; a changed, removed or inserted event breaks it (exit code 1)."""
    names = {tenant.id: tenant.slug for tenant in tenants()} | {INSTALLATION: "installation"}
    broken = False
    for tenant_id in tenants_with_events():
        found = verify(tenant_id)
        broken = broken or found.broken_at is not None
        state = "intact" if found.broken_at is None else f"BROKEN at link {found.broken_at}"
        name = names.get(tenant_id, f"tenant {tenant_id}")
        click.echo(f"{name:24} {found.sealed} sealed, {found.unsealed} not sealed yet: {state}")
        if found.dated_back_at is not None:
            click.echo(f"{name:24} link {found.dated_back_at} tells of an earlier time than those before it")
    lost = _cut_off(written) if written else []
    for head in lost:
        name = names.get(head.tenant_id, f"tenant {head.tenant_id}")
        click.echo(f"{name:24} LACKS link {head.position}, which was its end on {head.at:%Y-%m-%d %H:%M} UTC")
    if broken or lost:
        raise SystemExit(1)


def _cut_off(written: Path) -> list[Head]:
    """Written ends that are no longer in a chain; authorities that were moved out took theirs with them."""
    try:
        found = missing(read_heads(written))
    except ValueError as error:
        raise click.ClickException(f"{written} is no file of written ends: {error}") from error
    gone = moved_out()
    return [head for head in found if head.tenant_id not in gone]


@audit_group.command("heads")
@click.option("--note", is_flag=True, help="Append them to the file of written ends, as the worker does every day.")
@sentence_errors
def heads_command(note: bool) -> None:
    """Print the present end of every chain, for a mail or a file on another machine."""
    for head in heads():
        click.echo(str(head))
    if note:
        click.echo(f"Noted {note_heads()} in {heads_file()}.")
