"""`flask export`: a procedure as a file, for the file of the authority or for moving on."""

from collections.abc import Iterator
from typing import IO

import click
from flask.cli import AppGroup

from participation.kernel.clock import now
from participation.openness.rows import contribution_rows, procedure_facts
from participation.openness.tabular import write
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at

export_group = AppGroup("export", help="Data of the platform as files.")


@export_group.command("procedure")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--format", "format_", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; - for the screen."
)
@click.option("--all", "everything", is_flag=True, help="For the file: hidden, pending and withdrawn ones too.")
def procedure_command(tenant: str, procedure: str, format_: str, output: IO[str], everything: bool) -> None:
    """Write PROCEDURE of TENANT: its facts, formats, phases and contributions (CSV: the contributions).

    Contributions of every format are in it, also of formats whose module is no longer installed. No person is named.
    """
    found = procedure_at(tenant, procedure)
    if found is None:
        raise click.ClickException(f"There is no procedure {procedure} of {tenant}.")
    for piece in _pieces(found, format_, everything):
        output.write(piece)


def _pieces(procedure: Procedure, format_: str, everything: bool) -> Iterator[str]:
    facts = {"made_at": now(), "procedure": procedure_facts(procedure)}
    return write(contribution_rows(procedure.id, everything=everything), format_, facts)
