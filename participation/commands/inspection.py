"""`flask modules`, `flask doctor`, `flask audit`: is everything as it should be?"""

from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from participation.commands.answers import in_english, registry, sentence_errors
from participation.kernel.events import INSTALLATION
from participation.kernel.seal import tenants_with_events, verify
from participation.tenants.queries import tenants

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
@sentence_errors
def verify_command() -> None:
    """Walk every authority's chain; a changed, removed or inserted event breaks it (exit code 1)."""
    names = {tenant.id: tenant.slug for tenant in tenants()} | {INSTALLATION: "installation"}
    broken = False
    for tenant_id in tenants_with_events():
        found = verify(tenant_id)
        broken = broken or found.broken_at is not None
        state = "intact" if found.broken_at is None else f"BROKEN at link {found.broken_at}"
        name = names.get(tenant_id, f"tenant {tenant_id}")
        click.echo(f"{name:24} {found.sealed} sealed, {found.unsealed} not sealed yet: {state}")
    if broken:
        raise SystemExit(1)


@click.command("doctor")
def doctor_command() -> None:
    """Name settings that are not fit for an installation people use (exit code 1 if there are any)."""
    findings = list(unsafe(current_app.config["SETTINGS"], debug=current_app.debug))
    for sentence in findings:
        click.echo(sentence)
    if findings:
        raise SystemExit(1)
    click.echo("Nothing to complain about.")


def unsafe(settings: dict[str, Any], *, debug: bool) -> Iterator[str]:
    """A sentence for each setting that is fine on one's own machine and wrong elsewhere."""
    checks = (
        (debug, "Debugging is on: a page with an error would show the program. Unset FLASK_DEBUG."),
        (
            settings["environment"] != "production",
            "This is not a production installation. Set PARTICIPATION_ENVIRONMENT=production.",
        ),
        (
            settings["secret_key"].startswith("only-for-tests"),
            "The secret is the one of the tests. Set PARTICIPATION_SECRET_KEY to 32 random characters or more.",
        ),
        (
            not settings["base_url"].startswith("https://"),
            "base_url is not https: passwords would travel in the open. Set PARTICIPATION_BASE_URL.",
        ),
        (
            not settings["mail_server"],
            "There is no mail server: mails land in a folder and nobody can register. Set PARTICIPATION_MAIL_SERVER.",
        ),
        (
            settings["mail_sender"].endswith(".example") or settings["contact"].endswith(".example"),
            "mail_sender or contact is an example address. Set PARTICIPATION_MAIL_SENDER and PARTICIPATION_CONTACT.",
        ),
        (
            settings["safe_mode"],
            "Safe mode is on: no module is loaded. Unset PARTICIPATION_SAFE_MODE when you are done.",
        ),
    )
    return (sentence for is_unsafe, sentence in checks if is_unsafe)
