"""`flask moderation`: the log, repeated and similar texts, merging, and a trial of the digest of the day."""

import click
from sqlalchemy import select

from participation.access.rules import Viewer
from participation.accounts.models import Person
from participation.commands.answers import procedure_named, sentence_errors, tenant_named
from participation.contributions.models import Contribution
from participation.contributions.references import read_reference
from participation.kernel.db import db, transaction
from participation.kernel.text import excerpt
from participation.moderation import alike
from participation.moderation.acts import Seen
from participation.moderation.desk import Desk, desk_of
from participation.moderation.digest import send_due, would_get
from participation.moderation.log import Chosen, whole_log
from participation.moderation.merging import merge
from participation.tenants.models import Tenant


@click.group("moderation")
def moderation_group() -> None:
    """What moderators do, from the command line."""


@moderation_group.command("log")
@click.argument("tenant")
@click.option("--act", default="", help="publish, hide, merge, …")
@click.option("--reference", default="", help="The number of a contribution.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@sentence_errors
def log_command(tenant: str, act: str, reference: str, limit: int) -> None:
    """Print what was decided, newest first."""
    for number, line in enumerate(whole_log(_desk(tenant_named(tenant)), Chosen.of(act, "", reference))):
        if number == limit:
            break
        undone = " (undone)" if line.undone_at else ""
        why = " ".join(filter(None, (line.reason, line.sentence)))
        who = line.actor or "moderation"
        click.echo(f"{line.at:%Y-%m-%d %H:%M}  {line.act:13} {line.reference}  {who}{undone}  {why}")


@moderation_group.command("similar")
@click.argument("tenant")
@click.argument("slug")
@click.argument("reference", required=False)
@sentence_errors
def similar_command(tenant: str, slug: str, reference: str | None) -> None:
    """Print texts that came in more than once, or what is like one contribution."""
    procedure_named(tenant, slug)
    desk = _desk(tenant_named(tenant)).narrowed(slug)
    if reference is None:
        for row in alike.repeated(desk).rows:
            click.echo(f"{row.number:6}  {row.reference}  {excerpt(row.text, 90)}")
        return
    found = alike.beside(_contribution(desk, reference))
    click.echo(f"{found.number} with the same words")
    for one in (*found.same, *found.near):
        click.echo(f"{one.score:4}  {one.reference}  {one.state}  {one.author}")


@moderation_group.command("merge")
@click.argument("tenant")
@click.argument("slug")
@click.argument("into")
@click.argument("references", nargs=-1, required=True)
@click.option("--by", required=True, help="The address of the moderator.")
@sentence_errors
def merge_command(tenant: str, slug: str, into: str, references: tuple[str, ...], by: str) -> None:
    """Merge contributions (by their numbers) into one of the same procedure."""
    procedure_named(tenant, slug)
    desk = _desk(tenant_named(tenant)).narrowed(slug)
    actor = db.session.scalar(select(Person.id).where(Person.email == by))
    if actor is None:
        raise click.ClickException(f"Nobody has the address {by}.")
    target = _contribution(desk, into)
    others = [_contribution(desk, reference) for reference in references]
    with transaction():
        batch = merge(target, {one.reference: Seen(one.state, one.versions) for one in others}, actor_id=actor)
    click.echo(f"{batch.acts} merged, {batch.left} left alone.")


@moderation_group.command("digest")
@click.option("--dry-run", is_flag=True, help="Say who would get it now; send nothing.")
@sentence_errors
def digest_command(dry_run: bool) -> None:
    """Have the mails of the day written where the moderation hours have begun."""
    if not dry_run:
        with transaction():
            click.echo(f"{send_due()} due.")
        return
    for tenant in db.session.scalars(select(Tenant).order_by(Tenant.id)):
        for person, work in would_get(tenant):
            click.echo(f"{tenant.slug}: {person.email}: {work.open} open")


def _desk(tenant: Tenant) -> Desk:
    """The whole authority."""
    operator = Person(email="", is_operator=True)
    return desk_of(Viewer(person=operator, proven=True), tenant)


def _contribution(desk: Desk, typed: str) -> Contribution:
    named = Contribution.reference == (read_reference(typed) or "")
    found = db.session.scalar(
        select(Contribution).where(Contribution.tenant_id == desk.tenant_id, named, desk.covers())
    )
    if found is None:
        raise click.ClickException(f"There is no contribution {typed}.")
    return found
