"""What a draft or a contribution refers to, reached through the module as data."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for

from participation.access import rules
from participation.contributions.models import Contribution
from participation.contributions.queries import Item, contribution_at, item_in
from participation.interfaces import Action, ContributionType
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity
from participation.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a text belongs: format, type, place, what it answers, and the action that adds it."""

    activity: Activity
    kind: ContributionType
    place: str
    parent: Contribution | None
    action: Action

    @property
    def title(self) -> str:
        """How people cite the place; "" for the whole."""
        return self.kind.place_title(self.activity, self.place) if self.kind.place_title and self.place else ""

    @property
    def url(self) -> str:
        """Where the text was typed: the contribution it answers, or the place."""
        if self.parent is not None:
            return url_for("contributions.show", reference=self.parent.reference)
        return place_url(self.activity, self.place)


def target_at(module: str, slug: str, kind_name: str, place: str, reference: str) -> Target:
    """The target that a form names. Raises Unknown for everything that is not there or not to be seen."""
    entries = (entry for entry in g.procedure.activities if (entry.module, entry.slug) == (module, slug))
    activity = next(entries, None)
    is_seen = bool(reference) and item_in(g.procedure, reference, g.viewer) is not None
    parent = contribution_at(g.procedure.id, reference) if is_seen else None
    if activity is None or (reference and parent is None):
        raise Unknown
    return target_of(activity, parent.type if parent else kind_name, parent.place if parent else place, parent)


def target_of(activity: Activity, kind_name: str, place: str, parent: Contribution | None) -> Target:
    """The checked target. Raises Unknown."""
    kind = registry().contribution_type(kind_name)
    if kind is None or not kind.name.startswith(f"{activity.module}."):
        raise Unknown
    if parent is not None:
        if parent.activity_id != activity.id or parent.state != "published" or not kind.comments:
            raise Unknown
        return Target(activity=activity, kind=kind, place=parent.place, parent=parent, action=rules.COMMENT)
    action = registry().action(kind.action)
    if action is None or not _exists(kind, activity, place):
        raise Unknown
    return Target(activity=activity, kind=kind, place=place, parent=None, action=action)


def _exists(kind: ContributionType, activity: Activity, place: str) -> bool:
    if not place:
        return True
    is_key = len(place) <= 200 and "\x00" not in place
    return is_key and kind.place_exists is not None and kind.place_exists(activity, place)


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


def with_message(url: str, done: str) -> str:
    """An address with the message that its page will say; a fragment stays at the end."""
    path, sign, fragment = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}done={done}{sign}{fragment}"


def registry() -> Registry:
    """The modules of this app."""
    found: Registry = current_app.extensions["registry"]
    return found
