"""What some types have beside the text, for programs: the title of the category, where on the ground."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.contributions.particulars import Particulars, particulars_of
from participation.contributions.queries import Item
from participation.interfaces import ContributionType
from participation.procedures.models import Activity
from participation.registry import installed

NOWHERE = {"category": "", "where": "", "position": None}


def particulars_said(items: Sequence[Item], activities: Mapping[int, Activity]) -> dict[int, dict[str, Any]]:
    """By the id of each: title of its category, words and geometry.

    One query for places where a type has them, and one for the categories of each activity.
    """
    kinds = {item.id: kind for item in items if (kind := installed().contribution_type(item.type))}
    located = [item.id for item in items if item.parent_id is None and item.id in kinds and kinds[item.id].drawn]
    places, titles = locations_of(located), _titles(items, kinds, activities)
    found = {}
    for item in items:
        place = places.get(item.id)
        on_ground = {"where": place.words, "position": place.geometry or None} if place else {}
        found[item.id] = NOWHERE | on_ground | {"category": titles.get(item.activity_id, {}).get(item.place, "")}
    return found


def _titles(
    items: Sequence[Item], kinds: Mapping[int, ContributionType], activities: Mapping[int, Activity]
) -> dict[int, Mapping[str, str]]:
    asked = {item.activity_id: kinds[item.id].categories for item in items if item.id in kinds}
    return {number: categories(activities[number]) for number, categories in asked.items() if categories}


def typed(sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent, as the fields of a form hold it."""
    position = sent.get("position")
    words = {name: sent.get(name) or "" for name in ("title", "category", "where")}
    return words | {"position": json.dumps(position) if position else ""}


def changed(sent: Mapping[str, Any], found: Contribution, activity: Activity) -> Particulars | None:
    """What a change says beside the text; what it leaves out stays. None for a type that asks nothing, and for answers.

    Raises Invalid.
    """
    kind = installed().contribution_type(found.type)
    if kind is None or found.parent_id is not None:
        return None
    kept = locations_of([found.id]).get(found.id)
    stands: dict[str, Any] = {"title": found.title, "category": found.place}
    stands |= {"where": kept.words, "position": kept.geometry} if kept else {}
    return particulars_of(typed(stands | dict(sent)), activity, kind)
