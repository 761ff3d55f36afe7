"""What a text refers to: format, type, place, what it answers; reached through the module as data."""

from dataclasses import dataclass

from participation.access import rules
from participation.access.rules import Viewer
from participation.contributions.models import Contribution
from participation.contributions.queries import contribution_at, item_in
from participation.interfaces import Action, ContributionType
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity, Procedure
from participation.registry import installed


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


def target_at(
    procedure: Procedure, who: Viewer, module: str, slug: str, kind_name: str, place: str, reference: str
) -> Target:
    """The target that somebody names. Raises Unknown for everything that is not there or not to be seen."""
    entries = (entry for entry in procedure.activities if (entry.module, entry.slug) == (module, slug))
    activity = next(entries, None)
    is_seen = bool(reference) and item_in(procedure, reference, who) is not None
    parent = contribution_at(procedure.id, reference) if is_seen else None
    if activity is None or (reference and parent is None):
        raise Unknown
    return target_of(activity, parent.type if parent else kind_name, parent.place if parent else place, parent)


def target_of(activity: Activity, kind_name: str, place: str, parent: Contribution | None) -> Target:
    """The checked target. Raises Unknown."""
    kind = installed().contribution_type(kind_name)
    if kind is None or not kind.name.startswith(f"{activity.module}."):
        raise Unknown
    if parent is not None:
        if parent.activity_id != activity.id or parent.state != "published" or not kind.comments:
            raise Unknown
        return Target(activity=activity, kind=kind, place=parent.place, parent=parent, action=rules.COMMENT)
    action = installed().action(kind.action)
    if action is None or not place_exists(kind, activity, place):
        raise Unknown
    return Target(activity=activity, kind=kind, place=place, parent=None, action=action)


def place_exists(kind: ContributionType, activity: Activity, place: str) -> bool:
    """Whether something of this type may stand at a place of a format; "" is the whole."""
    if not place:
        return True
    is_key = len(place) <= 200 and "\x00" not in place
    return is_key and kind.place_exists is not None and kind.place_exists(activity, place)
