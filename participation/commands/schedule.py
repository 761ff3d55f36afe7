"""`flask procedure schedule` and what changes it: phases and settings, by the services of the pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from participation.commands.answers import Moment, in_english, procedure_named, registry, sentence_errors
from participation.commands.procedures import activity_named, procedure_group
from participation.interfaces import Visibility
from participation.kernel.db import transaction
from participation.procedures.activities import change_settings, rename_activity
from participation.procedures.models import Phase, Procedure
from participation.procedures.phases import change_phase, plan_of, remove_phase, schedule_findings
from participation.procedures.services import COUNTS_VISIBLE, IDENTITIES, MODERATIONS

FACTS = ("round", "audience", "moderation", "visible_to", "counts_visible")

SWITCHES = {"true": True, "false": False}


@procedure_group.command("schedule")
@click.argument("tenant")
@click.argument("slug")
@sentence_errors
def schedule_command(tenant: str, slug: str) -> None:
    """Show all phases with their numbers, and what there is to say about the plan."""
    procedure = procedure_named(tenant, slug)
    for phase in sorted(_phases(procedure), key=lambda entry: (entry.begins_at, entry.id)):
        click.echo(_line(phase))
    titles = {str(phase.id): phase.title for phase in _phases(procedure)}
    for finding in schedule_findings(procedure):
        about = f"{titles[finding.key]}: " if finding.key else ""
        click.echo(f"{finding.weight}: {about}{in_english(finding.sentence)}")


def _line(phase: Phase) -> str:
    plan = plan_of(phase)
    facts = ", ".join(f"{name.replace('_', ' ')} {plan[name]}" for name in FACTS)
    return f"{phase.id:6} {plan['begins']:%Y-%m-%d %H:%M} – {plan['ends']:%Y-%m-%d %H:%M}  {phase.title} ({facts})"


@procedure_group.command("change-phase")
@click.argument("tenant")
@click.argument("slug")
@click.argument("number", type=int)
@click.option("--from", "begins", type=Moment(), help="2026-12-01 or '2026-12-01 09:00'")
@click.option("--until", "ends", type=Moment(end=True), help="A day counts to its end.")
@click.option("--title")
@click.option("--round", "round_", type=click.IntRange(1, 99))
@click.option("--audience", type=click.Choice(["public", "institutions", "members"]))
@click.option("--list", "list_id", type=int, help="The number of a list of people.")
@click.option("--identity", type=click.Choice(IDENTITIES), multiple=True, help="Repeatable.")
@click.option("--moderation", type=click.Choice(MODERATIONS))
@click.option("--visible-to", type=click.Choice([entry.value for entry in Visibility]))
@click.option("--counts-visible", type=click.Choice(COUNTS_VISIBLE))
@click.option("--statutory/--not-statutory", default=None, help="Whether it is a period set by law.")
@sentence_errors
def change_phase_command(
    tenant: str, slug: str, number: int, begins: datetime | None, round_: int | None, **values: Any
) -> None:
    """Plan phase NUMBER anew; see: flask procedure schedule."""
    given = {name: value for name, value in values.items() if value not in (None, ())}
    given |= {name: value for name, value in (("begins", begins), ("round", round_)) if value is not None}
    if not given:
        raise click.ClickException("Nothing to change: name at least one option.")
    with transaction():
        whole = procedure_named(tenant, slug)  # held: a phase finds its procedure only while it lives
        change_phase(_phase(whole, number), **given)
    click.echo(f"Changed: {', '.join(sorted(given))}.")


@procedure_group.command("remove-phase")
@click.argument("tenant")
@click.argument("slug")
@click.argument("number", type=int)
@sentence_errors
def remove_phase_command(tenant: str, slug: str, number: int) -> None:
    """Take phase NUMBER out of the plan, before it begins."""
    with transaction():
        whole = procedure_named(tenant, slug)
        remove_phase(_phase(whole, number))
    click.echo(f"Removed phase {number}.")


@procedure_group.command("set-activity")
@click.argument("tenant")
@click.argument("slug")
@click.argument("activity")
@click.option("--title")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Repeatable.")
@sentence_errors
def set_activity_command(tenant: str, slug: str, activity: str, title: str | None, settings: tuple[str, ...]) -> None:
    """Change title and settings of an activity."""
    if title is None and not settings:
        raise click.ClickException("Nothing to change: name --title or --setting.")
    with transaction():
        place = activity_named(procedure_named(tenant, slug), activity)
        module = registry().get(place.module)
        if title is not None:
            rename_activity(place, title)
        if settings and module is None:
            raise click.ClickException(f"The module {place.module!r} is not installed. See: flask modules")
        if settings and module is not None:
            change_settings(place, module, pairs_of(settings))
    click.echo(f"Changed {activity}.")


def pairs_of(settings: Sequence[str]) -> dict[str, str | bool]:
    """NAME=VALUE as a mapping, `true` and `false` as what they say, or a usage error."""
    pairs = [entry.partition("=") for entry in settings]
    if any(not sign for _name, sign, _value in pairs):
        raise click.ClickException("A setting is written NAME=VALUE.")
    return {name: SWITCHES.get(value, value) for name, _, value in pairs}


def _phases(procedure: Procedure) -> list[Phase]:
    return [phase for activity in procedure.activities for phase in activity.phases]


def _phase(procedure: Procedure, number: int) -> Phase:
    found = next((phase for phase in _phases(procedure) if phase.id == number), None)
    if found is None:
        known = ", ".join(str(phase.id) for phase in _phases(procedure)) or "none"
        raise click.ClickException(f"There is no phase {number}. There are: {known}.")
    return found
