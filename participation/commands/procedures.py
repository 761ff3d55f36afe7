"""`flask procedure`: make procedures and move them on, through the same services as every screen."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from participation.access.queries import viewer_for
from participation.accounts.queries import person_by_email
from participation.commands.answers import (
    Day,
    Moment,
    procedure_named,
    registry,
    sentence_errors,
    tenant_named,
)
from participation.commands.listing import described, line_of
from participation.interfaces import Module, Role
from participation.kernel.clock import local
from participation.kernel.db import db, transaction
from participation.kernel.images import shrink
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import TRANSITIONS
from participation.procedures.log import whole_log
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import procedure_by_id
from participation.procedures.services import (
    IDENTITIES,
    MODERATIONS,
    add_activity,
    add_phase,
    change_procedure,
    create_procedure,
)
from participation.web.log_words import KINDS, lines

TEXTS = (
    "summary", "description", "topic", "area", "contact", "legal-basis", "deciders", "fixed", "changeable",
    "picture-alt",
)  # fmt: skip
DAYS = ("announced-on", "decision-on", "answers-by", "retained-until")

procedure_group = AppGroup(
    "procedure", help="Procedures, their activities, phases and steps. Times are local in Berlin."
)


def with_facts(command: Any) -> Any:
    """The options that `create` and `set` share."""
    options = [click.option(f"--{name}") for name in TEXTS]
    options += [click.option(f"--{name}", type=Day()) for name in DAYS]
    options += [
        click.option("--level", type=click.Choice(["inform", "consult", "decide"])),
        click.option("--practice/--real", default=None, help="Whether pages say that this is a practice procedure."),
        click.option("--picture", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _given(values: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    if "picture" in given:
        given["picture"] = shrink(given["picture"].read_bytes()).data
    return given


@procedure_group.command("create")
@click.argument("tenant")
@click.argument("slug")
@click.option("--title", required=True)
@with_facts
@sentence_errors
def create_command(tenant: str, slug: str, title: str, **values: Any) -> None:
    """Make a procedure in stage draft, at /TENANT/SLUG/."""
    given = _given(values)
    with transaction():
        create_procedure(tenant_named(tenant), slug=slug, title=title, **given)
    click.echo(f"Made /{tenant}/{slug}/ in stage draft.")


@procedure_group.command("set")
@click.argument("tenant")
@click.argument("slug")
@click.option("--title")
@with_facts
@sentence_errors
def set_command(tenant: str, slug: str, **values: Any) -> None:
    """Change texts and facts."""
    given = _given(values)
    if not given:
        raise click.ClickException("Nothing to change: name at least one option.")
    with transaction():
        change_procedure(procedure_named(tenant, slug), **given)
    click.echo(f"Changed: {', '.join(sorted(given))}.")


@procedure_group.command("activity")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("module")
@click.argument("slug")
@click.option("--title", required=True)
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the module; repeatable.")
@sentence_errors
def activity_command(
    tenant: str, procedure: str, module: str, slug: str, title: str, settings: tuple[str, ...]
) -> None:
    """Place a format in a procedure."""
    pairs = [entry.partition("=") for entry in settings]
    if any(not sign for _name, sign, _value in pairs):
        raise click.ClickException("A setting is written NAME=VALUE.")
    with transaction():
        place = procedure_named(tenant, procedure)
        found = switched_on(place, module)
        add_activity(place, found, slug=slug, title=title, settings={name: value for name, _, value in pairs})
    click.echo(f"Placed {module} at /{tenant}/{procedure}/{module}/{slug}/.")


def switched_on(procedure: Procedure, name: str) -> Module:
    """The module, if it is installed and the authority has switched it on."""
    module = registry().get(name)
    if module is None:
        raise click.ClickException(f"The module {name!r} is not installed. See: flask modules")
    if not procedure.tenant.has_switched_on(name):
        slug = procedure.tenant.slug
        raise click.ClickException(f"{slug} has not switched on {name!r}. See: flask tenant modules {slug} NAMES")
    return module


@procedure_group.command("phase")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("activity")
@click.argument("kind")
@click.option("--from", "begins", type=Moment(), required=True, help="2026-12-01 or '2026-12-01 09:00'")
@click.option("--until", "ends", type=Moment(end=True), required=True, help="A day counts to its end.")
@click.option("--title", default="")
@click.option("--round", "round_", type=click.IntRange(1, 99), default=1)
@click.option("--identity", type=click.Choice(IDENTITIES), multiple=True, default=IDENTITIES, help="Repeatable.")
@click.option("--moderation", type=click.Choice(MODERATIONS), default="none")
@click.option("--statutory", is_flag=True, help="A period set by law: it cannot be paused.")
@sentence_errors
def phase_command(
    tenant: str, procedure: str, activity: str, kind: str, begins: datetime, ends: datetime, round_: int, **values: Any
) -> None:
    """Add a dated slice of KIND to an activity."""
    with transaction():
        whole = procedure_named(tenant, procedure)  # held: an activity finds its procedure only while it lives
        place = activity_named(whole, activity)
        found = registry().phase_kind(place.module, kind)
        if found is None:
            module = registry().get(place.module)
            kinds = ", ".join(entry.name for entry in module.phases) if module else "none, its module is missing"
            raise click.ClickException(f"{place.module} has no phase {kind!r}; possible are: {kinds}.")
        phase = add_phase(place, found, begins=begins, ends=ends, round=round_, **values)
    click.echo(f"Added {phase.title!r} from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} (exclusive).")


def activity_named(procedure: Procedure, slug: str) -> Activity:
    """The activity with this address (the slug, or module/slug where two share one)."""
    fitting = [entry for entry in procedure.activities if slug in (entry.slug, f"{entry.module}/{entry.slug}")]
    if len(fitting) != 1:
        known = ", ".join(f"{entry.module}/{entry.slug}" for entry in procedure.activities) or "none"
        raise click.ClickException(f"Which activity is meant by {slug!r}? There are: {known}.")
    return fitting[0]


@procedure_group.command("advance")
@click.argument("tenant")
@click.argument("slug")
@click.argument("step", type=click.Choice(list(TRANSITIONS)))
@click.option("--as", "email", help="Who decides; that person's roles count. Without: the clock.")
@click.option("--reason", default="", help="For send_back, pause, extend, reopen, cancel.")
@click.option("--until", type=Moment(end=True), help="The new end, for extend and reopen.")
@click.option("--resumes-on", type=Day(), help="For pause.")
@sentence_errors
def advance_command(
    tenant: str,
    slug: str,
    step: str,
    email: str | None,
    reason: str,
    until: datetime | None,
    resumes_on: date | None,
) -> None:
    """Take a step of the life cycle."""
    with transaction():
        procedure = procedure_named(tenant, slug)
        actor_id, roles = _actor(procedure, email)
        advance(procedure, step, actor_id=actor_id, roles=roles, reason=reason, until=until, resumes_on=resumes_on)
    click.echo(f"/{tenant}/{slug}/ is now: {procedure.stage}.")


def _actor(procedure: Procedure, email: str | None) -> tuple[int | None, frozenset[Role]]:
    if email is None:
        return None, frozenset()
    person = person_by_email(email.strip().lower())
    if person is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return person.id, viewer_for(person, proven=True).roles_at(procedure.tenant_id, procedure.id)


@procedure_group.command("list")
@click.argument("tenant", required=False)
@sentence_errors
def list_command(tenant: str | None) -> None:
    """List procedures with their stage and dates."""
    query = select(Procedure.id).order_by(Procedure.tenant_id, Procedure.id)
    if tenant is not None:
        query = query.where(Procedure.tenant_id == tenant_named(tenant).id)
    for procedure_id in db.session.scalars(query).all():
        procedure = procedure_by_id(procedure_id)
        if procedure is not None:
            click.echo(line_of(procedure))


@procedure_group.command("show")
@click.argument("tenant")
@click.argument("slug")
@sentence_errors
def show_command(tenant: str, slug: str) -> None:
    """Show a procedure with its activities and phases."""
    click.echo("\n".join(described(procedure_named(tenant, slug))))


@procedure_group.command("log")
@click.argument("tenant")
@click.argument("slug")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Only what belongs together.")
@sentence_errors
def log_command(tenant: str, slug: str, kind: str | None) -> None:
    """Print who did what when, the newest first. `flask audit verify` says whether the log is unchanged."""
    prefixes = KINDS[kind][1] if kind else ()
    for line in lines(whole_log(procedure_named(tenant, slug).id, prefixes)):
        click.echo("  ".join(filter(None, (f"{local(line.at):%Y-%m-%d %H:%M}", *line[1:]))))
