"""What the list of formats says of each: its module, phases, contributions, what is missing, where it is prepared."""

from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _

from participation.contributions.passing_on import adopters
from participation.interfaces import Check, Module
from participation.procedures.models import Activity, Procedure
from participation.procedures.overview import contributions_by_activity
from participation.tenants.models import Tenant
from participation.web.procedure_words import activity_url


class Link(NamedTuple):
    """A page of a module on which staff prepare something."""

    title: Any
    help: Any
    url: str


class Point(NamedTuple):
    """Something that is missing or wants a look, with the page where it is done."""

    sentence: Any
    blocking: bool
    url: str


class Card(NamedTuple):
    """One format in the list; `module` is None where its folder is gone."""

    activity: Activity
    module: Module | None
    phases: int
    contributions: int
    url: str | None
    setup: list[Link]
    points: list[Point]
    pass_on_url: str | None  # where its contributions are given to another format of the procedure


def cards_of(procedure: Procedure) -> list[Card]:
    """All formats in their order."""
    counts = contributions_by_activity(procedure.id)
    return [_card(activity, counts.get(activity.id, 0)) for activity in procedure.activities]


def _card(activity: Activity, contributions: int) -> Card:
    module: Module | None = current_app.extensions["registry"].get(activity.module)
    return Card(
        activity=activity,
        module=module,
        phases=len(activity.phases),
        contributions=contributions,
        url=activity_url(activity),
        setup=[*_setup(activity, module), *_ground(activity, module)] if module else [],
        points=points_of(activity, module),
        pass_on_url=_pass_on_url(activity, contributions),
    )


def _setup(activity: Activity, module: Module) -> list[Link]:
    """The module's own pages."""
    return [
        Link(page.title, page.help, url_for(f"{activity.module}.{page.endpoint}", activity=activity.slug))
        for page in module.setup
    ]


def _ground(activity: Activity, module: Module) -> list[Link]:
    """Where contributions lie on a map, the core asks for the area and its districts."""
    if not any(kind.drawn for kind in module.contributions):
        return []
    help_ = _("Wo Beiträge liegen dürfen, und wozu sie auf der Karte gehören.")
    return [Link(_("Gebiet und Stadtteile"), help_, url_for("areas.show", number=activity.id))]


def _pass_on_url(activity: Activity, contributions: int) -> str | None:
    if not contributions or not adopters(activity.procedure, activity):
        return None
    return url_for("passing_on.choose", number=activity.id)


def points_of(activity: Activity, module: Module | None) -> list[Point]:
    """What the module says is missing, and that a format without a phase is never open."""
    if module is None:
        return [Point(_("Das Modul dieses Formats ist nicht installiert."), True, url_for("formats.index"))]
    found = [_point(activity, check) for check in (module.checks(activity) if module.checks else ())]
    if module.phases and not activity.phases:
        found.append(Point(_("Für dieses Format ist noch keine Phase geplant."), True, url_for("schedule.show")))
    return found


def _point(activity: Activity, check: Check) -> Point:
    return Point(check.sentence, check.blocking, url_for(f"{activity.module}.{check.endpoint}", activity=activity.slug))


def new_formats(tenant: Tenant) -> list[Module]:
    """What can be added: installed, and switched on by the authority."""
    return [module for module in current_app.extensions["registry"] if tenant.has_switched_on(module.name)]
