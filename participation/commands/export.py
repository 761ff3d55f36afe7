"""`flask export`: a procedure as a file, for the file of the authority or for moving on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import move
from typing import IO, Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from participation.kernel.clock import now
from participation.kernel.refusal import Refused
from participation.openness.outputs.files import LANGUAGE, write_output
from participation.openness.outputs.kinds import KINDS, NAMES
from participation.openness.outputs.scope import Scope
from participation.openness.outputs.verifying import NoArchive, faults_of, manifest_of
from participation.openness.rows import contribution_rows, procedure_facts
from participation.openness.tabular import write
from participation.openness.writing_pdf import NotSet
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at
from participation.results.freezing import at_one_moment
from participation.results.store import workplace

export_group = AppGroup("export", help="Data of the platform as files.")
Command = Callable[..., None]


def _common(formats: tuple[str, ...], names: tuple[str, ...], default: str | None) -> Callable[[Command], Command]:
    """What the commands that make outputs share."""
    path = click.Path(dir_okay=False, writable=True, path_type=Path)

    def add(command: Command) -> Command:
        wrapped: Any = click.option("--output", type=path, required=True, help="The file to write.")(command)
        said = "How far people are named."
        wrapped = click.option("--names", type=click.Choice(names), default=default, show_default=True, help=said)(
            wrapped
        )
        wrapped = click.option("--format", "format_", type=click.Choice(formats), default=formats[0])(wrapped)
        return click.argument("tenant")(click.argument("procedure")(wrapped))  # type: ignore[no-any-return]

    return add


@export_group.command("procedure")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--format", "format_", type=click.Choice(KINDS["procedure"].formats), default="json", show_default=True)
@click.option("--names", type=click.Choice(NAMES), help="Everything, with people named so far; needs --output.")
@click.option("--output", default="-", help="A file; - for the screen (CSV and JSON of contributions only).")
@click.option("--all", "everything", is_flag=True, help="For the file: hidden, pending and withdrawn ones too.")
def procedure_command(
    tenant: str, procedure: str, format_: str, names: str | None, output: str, everything: bool
) -> None:
    """Write PROCEDURE of TENANT: its facts, formats, phases and contributions (CSV: the contributions).

    Contributions of every format are in it, also of formats whose module is no longer installed. No person is named.
    With --names, texts, versions, arguments, answers and results are in it too.
    """
    found = _found(tenant, procedure)
    if names is not None or format_ not in ("csv", "json"):
        if output == "-":
            raise click.UsageError("Please name a file with --output.")
        return _make(found, "procedure", format_, names or "pseudonymised", Path(output))
    with click.open_file(output, "w", encoding="utf-8") as file:
        _write_rows(file, found, format_, everything)
    return None


def _write_rows(file: IO[str], procedure: Procedure, format_: str, everything: bool) -> None:
    facts = {"made_at": now(), "procedure": procedure_facts(procedure)}
    for piece in write(contribution_rows(procedure.id, everything=everything), format_, facts):
        file.write(piece)


@export_group.command("synopsis")
@_common(KINDS["synopsis"].formats, KINDS["synopsis"].names, "pseudonymised")
def synopsis_command(tenant: str, procedure: str, format_: str, names: str, output: Path) -> None:
    """Write the synopsis of PROCEDURE of TENANT: place, contribution, weighing, answer, change."""
    _make(_found(tenant, procedure), "synopsis", format_, names, output)


@export_group.command("archive")
@_common(KINDS["archive"].formats, KINDS["archive"].names, "pseudonymised")
def archive_command(tenant: str, procedure: str, format_: str, names: str, output: Path) -> None:
    """Write everything of PROCEDURE of TENANT as one package for the records system."""
    _make(_found(tenant, procedure), "archive", format_, names, output)


@export_group.command("verify")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_command(archive: Path) -> None:
    """Check that every file in ARCHIVE is as its manifest says, and every seal fits its event. Needs no database."""
    with _in_words():
        manifest = manifest_of(archive)
        faults = list(faults_of(archive))
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} faults.")
    click.echo(f"{manifest['title']} ({manifest['authority']}), {manifest['made_at']}")
    click.echo(f"{len(manifest['files'])} files, {manifest['contributions']} contributions: all as they were packed.")


def _found(tenant: str, procedure: str) -> Procedure:
    found = procedure_at(tenant, procedure)
    if found is None:
        raise click.ClickException(f"There is no procedure {procedure} of {tenant}.")
    return found


def _make(procedure: Procedure, kind: str, format_: str, names: str, output: Path) -> None:
    """The file appears whole or not at all."""
    with workplace() as place, _in_words():
        made = place / f"output.{format_}"
        write_output(made, Scope(procedure=at_one_moment(procedure), names=names), kind, format_)
        move(made, output)


@contextmanager
def _in_words() -> Iterator[None]:
    """What is not possible, as a sentence."""
    try:
        yield
    except (NoArchive, NotSet) as error:
        raise click.ClickException(str(error)) from error
    except Refused as refused:
        with force_locale(LANGUAGE):
            raise click.ClickException(str(refused.sentence)) from refused
