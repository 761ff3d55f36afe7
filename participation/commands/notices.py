"""`flask notice` and `flask mail`: who is told of what, digests by hand, what did not arrive."""

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from participation.commands.answers import procedure_named, sentence_errors, tenant_named
from participation.kernel.clock import local, now
from participation.kernel.db import db, transaction
from participation.notices import services
from participation.notices.mailing_queries import unsent_mails
from participation.notices.models import DAILY, WEEKLY, Subscription
from participation.notices.planning import latest_news, plan_digests
from participation.procedures.entries import entries_of
from participation.tenants.queries import tenants

notice_group = AppGroup("notice", help="Mails to those who follow: who, what, how often; digests.")
mail_group = AppGroup("mail", help="Mails that went out, or did not.")


@notice_group.command("list")
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@sentence_errors
def list_command(tenant: str, procedure: str) -> None:
    """How many people follow a procedure, its formats and contributions, and which notices go out by mail."""
    found = procedure_named(tenant, procedure)
    titles = {activity.id: activity.title for activity in found.activities}
    query = select(
        Subscription.activity_id, Subscription.contribution_id.is_not(None), Subscription.rhythm, func.count()
    ).where(Subscription.procedure_id == found.id, Subscription.confirmed_at.is_not(None))
    groups = (Subscription.activity_id, Subscription.contribution_id.is_not(None), Subscription.rhythm)
    for activity_id, is_contribution, rhythm, number in db.session.execute(query.group_by(*groups)):
        whole = titles.get(activity_id, "?") if activity_id else "the whole procedure"
        what = "single contributions" if is_contribution else whole
        click.echo(f"{number:>7}  {rhythm:8}  {what}")
    for entry in entries_of(found):
        if entry.by_mail:
            state = f"sent {local(entry.mailed_at):%Y-%m-%d %H:%M}" if entry.mailed_at else f"due {entry.publish_on}"
            click.echo(f"notice {entry.id}: {state}  {entry.title}")


@notice_group.command("send-digest")
@click.option("--rhythm", type=click.Choice([DAILY, WEEKLY]), default=DAILY)
@click.option("--dry-run", is_flag=True, help="Only say in which procedures something happened since then.")
@sentence_errors
def send_digest_command(rhythm: str, dry_run: bool) -> None:
    """List the digests that are due now; the worker writes and sends them. It does so by itself, from 7 o'clock on."""
    if dry_run:
        for tenant in tenants():
            latest = latest_news(tenant.id, rhythm, now())
            click.echo(f"{tenant.slug:24} something new in {len(latest)} procedures that are followed {rhythm}")
        return
    with transaction():
        count = plan_digests(rhythm)
    click.echo(f"{count} digests are listed.")


@notice_group.command("unsubscribe")
@click.argument("address")
@click.option("--tenant", help="At one authority only.")
@sentence_errors
def unsubscribe_command(address: str, tenant: str | None) -> None:
    """End everything an address follows: for people who ask on the telephone."""
    number = tenant_named(tenant).id if tenant else None
    with transaction():
        count = services.end_for_address(address, number)
    click.echo(f"{count} subscriptions ended.")


@mail_group.command("failed")
@click.option("--tenant")
@click.option("--procedure")
@sentence_errors
def failed_command(tenant: str | None, procedure: str | None) -> None:
    """Mails about procedures that did not go out, the newest first; addresses are shortened."""
    number = procedure_named(tenant or "", procedure).id if procedure else None
    after = None
    while True:
        page = unsent_mails(number, after)
        for row in page.rows:
            when = f"{local(row.tried_at):%Y-%m-%d %H:%M}"
            click.echo(f"{row.id:>7}  {when}  {row.state:8}  {row.purpose:18}  {row.recipient:28}  {row.answer}")
        after = page.next
        if after is None:
            return
