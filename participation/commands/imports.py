"""`flask import`: a file becomes content of an activity, by the slot of a module; no module is named here.

One word is the core's own: `contributions` takes over a table of letters, calls and cards.
"""

from pathlib import Path

import click

from participation.commands.answers import in_english, procedure_named, registry, sentence_errors
from participation.commands.intake_import import CONTRIBUTIONS, import_contributions
from participation.commands.procedures import activity_named, switched_on
from participation.interfaces import Import, Module
from participation.kernel.db import transaction
from participation.procedures.models import Activity, Procedure
from participation.procedures.services import add_activity
from participation.registry import load_callable


@click.command("import")
@click.argument("what")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--activity", help="Which one, where the procedure has several.")
@click.option(
    "--comments", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A second file: comments."
)
@click.option("--check", is_flag=True, help="contributions: only say what each row would do.")
@click.option("--skip-bad", is_flag=True, help="contributions: take the good rows over, leave the bad ones.")
@sentence_errors
def import_command(
    what: str,
    file: Path,
    tenant: str,
    procedure: str,
    activity: str | None,
    comments: Path | None,
    check: bool,
    skip_bad: bool,
) -> None:
    """Take over FILE into a procedure; WHAT is the word a module gives its import, or `contributions`.

    Makes the activity if there is none, fills the one there is, and asks for --activity where there are several.
    """
    if what == CONTRIBUTIONS:
        import_contributions(file, tenant, procedure, activity, check=check, skip_bad=skip_bad)
        return
    module, slot = _slot(what)
    if comments and not slot.comments:
        raise click.UsageError(f"{what} takes no comments.")
    data = file.read_bytes()
    beside = [(comments.read_bytes(), comments.name) if comments else None] if slot.comments else []
    with transaction():
        whole = procedure_named(tenant, procedure)  # held: an activity finds its procedure only while it lives
        target = _target(whole, module, slot, activity, data, file.name)
        address = f"/{tenant}/{procedure}/{module.name}/{target.slug}/"
        report = load_callable(slot.run)(target, data, file.name, *beside)
    click.echo(f"Read {file.name} into {address}")
    click.echo(in_english(report))


def _slot(what: str) -> tuple[Module, Import]:
    slots = {entry.name: (module, entry) for module in registry() for entry in module.imports}
    if what not in slots:
        possible = ", ".join(sorted([*slots, CONTRIBUTIONS]))
        raise click.ClickException(f"Nothing here imports {what!r}. Possible: {possible}.")
    return slots[what]


def _target(
    procedure: Procedure, module: Module, slot: Import, slug: str | None, data: bytes, filename: str
) -> Activity:
    own = [entry for entry in procedure.activities if entry.module == module.name]
    if slug is not None:
        chosen = activity_named(procedure, slug)
        if chosen.module != module.name:
            raise click.ClickException(f"{slug!r} is an activity of {chosen.module}, not of {module.name}.")
        return chosen
    if len(own) > 1:
        slugs = ", ".join(entry.slug for entry in own)
        raise click.ClickException(f"There are several: {slugs}. Say which one with --activity.")
    return own[0] if own else _new(procedure, module, slot, data, filename)


def _new(procedure: Procedure, module: Module, slot: Import, data: bytes, filename: str) -> Activity:
    switched_on(procedure, module.name)
    title = slot.activity_title(data, filename) if slot.activity_title else ""
    return add_activity(procedure, module, slug=slot.name, title=title or procedure.title)
