"""What commands have in common: they say no with a sentence, and find the authority or procedure that is named."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from participation.documents.reading.errors import UnreadableFile
from participation.kernel.refusal import Refused, Unknown
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at
from participation.registry import Registry
from participation.tenants.models import Tenant
from participation.tenants.queries import tenant_at

P = ParamSpec("P")
R = TypeVar("R")


def sentence_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal into its sentence on the error output and exit code 1; nothing was changed then."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Unknown as error:
            raise click.ClickException("There is no such thing.") from error
        except (Refused, UnreadableFile) as error:
            raise click.ClickException(in_english(error.sentence)) from error
        except DBAPIError as error:
            raise click.ClickException(
                f"The database refused: {error.orig}. Is it up, and at its newest state (flask db upgrade)?"
            ) from error

    return run


def in_english(sentence: object) -> str:
    """A sentence of the interface as a command prints it; what is stored stays in German."""
    with force_locale("en"):
        return str(sentence)


def registry() -> Registry:
    """The modules of this installation."""
    found: Registry = current_app.extensions["registry"]
    return found


def tenant_named(slug: str) -> Tenant:
    """The authority with this address; a sentence where there is none."""
    tenant = tenant_at(slug)
    if tenant is None:
        raise click.ClickException(f"There is no authority {slug!r}. See: flask tenant list")
    return tenant


def procedure_named(tenant: str, slug: str) -> Procedure:
    """The procedure with this address, with activities and phases; a sentence where there is none."""
    procedure = procedure_at(tenant_named(tenant).slug, slug)
    if procedure is None:
        raise click.ClickException(f"{tenant} has no procedure {slug!r}. See: flask procedure list {tenant}")
    return procedure


class Day(click.ParamType[date]):
    """A day: 2026-12-14."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it like 2026-12-14.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A local time in Berlin: "2026-12-14 18:00", or a day; with `end` a day counts to its last minute."""

    name = "moment"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The naive local time, half-open for an end, or a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            if len(value) > 10:
                return datetime.strptime(value.replace("T", " "), "%Y-%m-%d %H:%M")
            return datetime.combine(date.fromisoformat(value) + timedelta(days=self.end), time())
        except ValueError:
            self.fail(f"{value!r} is not a time; write it like 2026-12-14 or '2026-12-14 18:00'.", param, ctx)
