"""`flask keyword`: the keywords of a procedure, from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup

from participation.commands.answers import in_english, procedure_named, sentence_errors
from participation.commands.responses import actor_named
from participation.evaluation import keywords, queries
from participation.evaluation.answer_blocks import block_named
from participation.evaluation.keyword_lists import add_keywords, keyword_named, keyword_rows
from participation.evaluation.proposals import proposals
from participation.kernel.db import transaction

keyword_group = AppGroup("keyword", help="Keywords of a procedure: what its contributions are about.")


@keyword_group.command("list")
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--proposed", is_flag=True, help="Instead: words that could be keywords, counted.")
@sentence_errors
def list_command(tenant: str, procedure: str, proposed: bool) -> None:
    """Keywords with how many contributions and arguments have them, what they bring, a line each."""
    found = procedure_named(tenant, procedure)
    if proposed:
        for term in proposals(found):
            click.echo(f"{term.number:>5}  {term.title}")
        return
    for row in keyword_rows(found):
        brings = ", ".join(entry for entry in (row.block, row.department) if entry)
        click.echo(f"{row.contributions:>5}  {row.arguments:>5}  {row.title}{f'  ({brings})' if brings else ''}")


@keyword_group.command("add")
@click.argument("title")
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--block", help="The title of the text block it brings.")
@click.option("--as", "email", required=True, help="Who adds it.")
@sentence_errors
def add_command(title: str, tenant: str, procedure: str, block: str | None, email: str) -> None:
    """Add a keyword."""
    found = procedure_named(tenant, procedure)
    actor_id = actor_named(email, found)
    with transaction():
        block_id = block_named(found.tenant_id, block).id if block else None
        keyword = keywords.add_keyword(found, title, block_id=block_id, actor_id=actor_id)
    click.echo(f"Added {keyword.title}.")


@keyword_group.command("tag")
@click.argument("title")
@click.argument("references", nargs=-1, required=True)
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--off", is_flag=True, help="Take it off instead.")
@click.option("--as", "email", required=True, help="Who does it.")
@sentence_errors
def tag_command(title: str, references: tuple[str, ...], tenant: str, procedure: str, off: bool, email: str) -> None:
    """Give a keyword to the contributions with these numbers."""
    found = procedure_named(tenant, procedure)
    actor_id, keyword = actor_named(email, found), keyword_named(found, title)
    chosen = queries.named(found, references)
    if keyword is None:
        raise click.ClickException(f"There is no keyword {title!r}. See: flask keyword list")
    if missing := set(references) - {entry.reference for entry in chosen}:
        raise click.ClickException(f"Not to be found here: {', '.join(sorted(missing))}")
    act = keywords.untag if off else keywords.tag
    with transaction():
        changed = sum(act(entry, keyword, actor_id=actor_id) for entry in chosen)
    click.echo(f"{changed} of {len(chosen)} contributions changed.")


@keyword_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--as", "email", required=True, help="Who adds them.")
@sentence_errors
def import_command(file: Path, tenant: str, procedure: str, email: str) -> None:
    """Add the keywords of FILE: one a line, behind a semicolon the title of a text block (CSV in UTF-8)."""
    found = procedure_named(tenant, procedure)
    actor_id = actor_named(email, found)
    try:
        typed = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is no text in UTF-8.") from error
    with transaction():
        read = add_keywords(found, typed, actor_id=actor_id)
    for number, sentence in read.faults:
        click.echo(f"Line {number}: {in_english(sentence)}", err=True)
    click.echo(f"{read.added} added, {read.there} were there, {len(read.faults)} not taken.")
