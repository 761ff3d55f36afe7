"""`flask recount`: count a published result again, on any machine, without a database."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from participation.commands.answers import registry
from participation.results.counting import FIGURES, PARAMETERS, NotInstalled, figures_of
from participation.results.freezing import counts_of
from participation.results.verifying import BROKEN, Damaged, Package, faults_of, opened

CHANGED, UNREADABLE = 1, 2


@click.command("recount")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def recount_command(package: Path) -> None:
    """Verify PACKAGE and print its figures as JSON.

    Exit code 1: a file in it was changed; the message names it. Exit code 2: the package is damaged, is of a newer
    format, or needs a module that is not installed here.
    """
    try:
        with opened(package) as found:
            faults = faults_of(found)
            if faults:
                _stop("\n".join(faults), CHANGED)
            figures, stated = _counted(found), _stated(found)
            said = {name: found.manifest[name] for name in ("tenant", "procedure", "version", "root")}
    except (Damaged, NotInstalled) as error:
        _stop(str(error), UNREADABLE)
    if figures != stated:
        _stop(f"{FIGURES}: the recount comes to other figures than those published.", CHANGED)
    click.echo(json.dumps(said | {"figures": figures}, ensure_ascii=False, sort_keys=True, indent=1))


def _counted(package: Package) -> Any:
    """What the pure functions of the modules make of the package, as JSON knows it."""
    try:
        parameters = json.loads(package.archive.read(PARAMETERS))
        return json.loads(json.dumps(figures_of(parameters, package.open, counts_of(registry()))))
    except BROKEN as error:
        raise Damaged(f"The package cannot be counted: its content is not what it should be ({error!r}).") from error


def _stated(package: Package) -> Any:
    return json.loads(package.archive.read(FIGURES))


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    raise SystemExit(code)
