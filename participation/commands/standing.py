"""`flask procedure standing`: where a procedure stands, for the screen and for other programs."""

import json
from typing import Any

import click
from flask_babel import gettext as _

from participation.commands.answers import procedure_named, sentence_errors
from participation.commands.procedures import procedure_group
from participation.results.standing import Standing, standing_of

WORDS = {
    "to_check": "wait to be checked",
    "reported": "are reported",
    "unassigned": "have neither an answer nor anybody who works on it",
    "overdue": "are overdue",
    "to_release": "answers wait for a second person",
    "released": "answers are released for a day to come",
    "late": "came in late and have no answer",
}


@procedure_group.command("standing")
@click.argument("tenant")
@click.argument("slug")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@sentence_errors
def standing_command(tenant: str, slug: str, format_: str) -> None:
    """Say what waits for whom, what is due, who took part and how far the answers are. Votes are not in it."""
    standing = standing_of(procedure_named(tenant, slug))
    click.echo(json.dumps(facts_of(standing), ensure_ascii=False, indent=1) if format_ == "json" else told(standing))


def facts_of(standing: Standing) -> dict[str, Any]:
    """The numbers as plain data."""
    return {
        "contributions": standing.contributions,
        "answered": standing.answered,
        "waiting": standing.waiting._asdict(),
        "loads": [load._asdict() for load in standing.loads],
        "reach": standing.reach._asdict(),
        "days": {day.isoformat(): number for day, number in standing.days.items()},
        "channels": dict(standing.channels),
        "answers_by": standing.answers_by.isoformat() if standing.answers_by else None,
        "ends_on": standing.ends_on.isoformat() if standing.ends_on else None,
    }


def told(standing: Standing) -> str:
    """The numbers as sentences."""
    lines = [f"{standing.answered} of {standing.contributions} contributions are answered."]
    lines += [f"{number:>6} {WORDS[name]}" for name, number in standing.waiting._asdict().items() if number]
    lines += [f"{load.name or '-'}: {load.open} open, {load.overdue} overdue" for load in standing.loads]
    lines += [f"{_('channel.' + name)}: {number}" for name, number in standing.channels.items()]
    return "\n".join(lines)
