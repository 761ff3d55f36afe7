"""What a draft or a contribution refers to, reached through the module as data."""

from typing import Any

from flask import current_app, g, url_for

from participation.contributions import targets
from participation.contributions.queries import Item
from participation.contributions.targets import Target
from participation.kernel.refusal import Unknown
from participation.pages.contribution_routes import bp
from participation.procedures.models import Activity
from participation.registry import Registry


def target_at(module: str, slug: str, kind_name: str, place: str, reference: str) -> Target:
    """The target that a form names. Raises Unknown for everything that is not there or not to be seen."""
    return targets.target_at(g.procedure, g.viewer, module, slug, kind_name, place, reference)


def target_url(target: Target) -> str:
    """Where the text was typed: the contribution it answers, or the place."""
    if target.parent is not None:
        return url_for("contributions.show", reference=target.parent.reference)
    return place_url(target.activity, target.place)


def activity_of(activity_id: int) -> Activity:
    """An activity of this procedure by its number. Raises Unknown."""
    for entry in g.procedure.activities:
        if entry.id == activity_id:
            return entry  # type: ignore[no-any-return]
    raise Unknown


def place_url(activity: Activity, place: str) -> str:
    """The page of a format, at a place of it. The convention: `index` takes the place as `at`."""
    if activity.module not in registry():
        return url_for("procedures.show")
    at: dict[str, Any] = {"at": place} if place else {}
    return url_for(f"{activity.module}.index", activity=activity.slug, **at)


def origin_url(activity: Activity, item: Item) -> str | None:
    """Where a contribution stands in its format; None where the module is gone."""
    kind = registry().contribution_type(item.type)
    if kind is None:
        return None
    return url_for(f"{activity.module}.{kind.endpoint}", activity=activity.slug, reference=item.reference)


def place_title(activity: Activity, item: Item) -> str:
    """How people cite the place of a contribution; "" for the whole or where the module is gone."""
    kind = registry().contribution_type(item.type)
    return kind.place_title(activity, item.place) if kind and kind.place_title and item.place else ""


@bp.context_processor
def _names() -> dict[str, Any]:
    return {"target_url": target_url}


def with_message(url: str, done: str) -> str:
    """An address with the message that its page will say; a fragment stays at the end."""
    path, sign, fragment = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}done={done}{sign}{fragment}"


def registry() -> Registry:
    """The modules of this app."""
    found: Registry = current_app.extensions["registry"]
    return found
