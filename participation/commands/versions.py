"""`flask version`: what the pages of versions do, from the command line."""

from pathlib import Path
from typing import NamedTuple

import click
from flask.cli import AppGroup

from participation.access.queries import viewer_for
from participation.access.rules import EDIT, require
from participation.accounts.queries import person_by_email
from participation.commands.answers import procedure_named, sentence_errors
from participation.contributions import carrying
from participation.documents import drafting
from participation.documents.comparing import Row, totals
from participation.documents.models import Document
from participation.documents.reading import read
from participation.documents.versions import comparison_of, document_in, documents_of, draft_version, readable_versions
from participation.kernel.db import transaction
from participation.procedures.models import Procedure

SIGNS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}

version_group = AppGroup("version", help="Versions of a text: prepare one, compare, publish with every comment.")


class Here(NamedTuple):
    """A text and its procedure; both are held while they are worked on."""

    procedure: Procedure
    document: Document


def _here(tenant: str, procedure: str, number: int | None) -> Here:
    found = procedure_named(tenant, procedure)
    if number is not None:
        chosen = document_in(found, number)
        if chosen is None:
            raise click.ClickException(f"There is no text {number} in this procedure.")
        return Here(found, chosen)
    every = documents_of(found)
    if len(every) != 1:
        named = ", ".join(f"{entry.id} ({entry.title})" for entry in every) or "none"
        raise click.ClickException(f"Texts of this procedure: {named}. Say which one with --document.")
    return Here(found, every[0])


def _actor(email: str, procedure: Procedure) -> int:
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody is known by {email}.")
    require(viewer_for(person, procedure.id, proven=True), EDIT, procedure)
    return person.id


@version_group.command("list")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--document", type=int)
@sentence_errors
def list_command(tenant: str, procedure: str, document: int | None) -> None:
    """The versions people have read, and the one in preparation."""
    here = _here(tenant, procedure, document)
    draft = draft_version(here.document)
    if draft:
        click.echo(f"{draft.number:>3}  in preparation, revision {draft.revision}")
    for version in readable_versions(here.document):
        click.echo(f"{version.number:>3}  {version.published_at:%Y-%m-%d %H:%M}  {version.summary}")


@version_group.command("draft")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--by", required=True, help="Address of an editor.")
@click.option("--document", type=int)
@sentence_errors
def draft_command(tenant: str, procedure: str, file: Path | None, by: str, document: int | None) -> None:
    """Begin the next version: from FILE (in place of one in preparation), or from the text as it is."""
    with transaction():
        here = _here(tenant, procedure, document)
        actor_id = _actor(by, here.procedure)
        if not drafting.needs_draft(here.procedure, here.document):
            raise click.ClickException("The procedure has not begun: use `flask import`, which takes effect at once.")
        if file is None:
            draft = drafting.begin(here.document, here.procedure, actor_id=actor_id)
        else:
            data = file.read_bytes()
            reading = read(data, file.name)
            draft = drafting.begin_with(
                here.document, here.procedure, reading.nodes, source_name=file.name, data=data, actor_id=actor_id
            )
        number = draft.number
    click.echo(f"Version {number} is in preparation; nobody outside sees it.")


@version_group.command("compare")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--number", type=int, help="A public version; without it the one in preparation, else the newest.")
@click.option("--document", type=int)
@sentence_errors
def compare_command(tenant: str, procedure: str, number: int | None, document: int | None) -> None:
    """What a version changes, word by word, and what becomes of the comments."""
    here = _here(tenant, procedure, document)
    draft, public = draft_version(here.document), readable_versions(here.document)
    version = next((entry for entry in public if entry.number == number), None) if number else draft or public[0]
    if version is None or version.before_id is None:
        raise click.ClickException("There is nothing to compare this version with.")
    rows = comparison_of(version).rows
    for row in rows:
        if row.is_change:
            click.echo(_told(row))
    click.echo(", ".join(f"{count} {name}" for name, count in totals(rows).items()))
    if draft is not None and version.id == draft.id:
        fates, orphans = carrying.preview(here.document, here.procedure)
        click.echo(f"Comments: {fates.carried} carried, {fates.moved} moved, {fates.orphaned} orphaned")
        for orphan in orphans:
            click.echo(f"  orphaned: {orphan.reference} at {orphan.citation}")


def _told(row: Row) -> str:
    before = ", ".join(part.citation for part in row.before)
    moved = " moved" if row.moved else ""
    words = "".join(SIGNS[piece.kind].format(piece.text) for piece in row.pieces)
    return f"{row.kind}{moved} {row.part.citation}{f' (was {before})' if before else ''}: {words}"


@version_group.command("publish")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--by", required=True, help="Address of an editor.")
@click.option("--revision", type=int, required=True, help="The one that was compared; `flask version list` shows it.")
@click.option("--document", type=int)
@sentence_errors
def publish_command(tenant: str, procedure: str, by: str, revision: int, document: int | None) -> None:
    """Make the version in preparation the one everybody reads; every comment goes along."""
    with transaction():
        here = _here(tenant, procedure, document)
        actor_id = _actor(by, here.procedure)
        fates = carrying.publish(here.document, here.procedure, revision=revision, actor_id=actor_id)
    click.echo(f"Published. Comments: {fates.carried} carried, {fates.moved} moved, {fates.orphaned} orphaned")
