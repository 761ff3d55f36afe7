"""Reading ideas: categories with counts, and pages of a selection, the same for everybody who shows them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from modules.ideas.models import Category
from modules.ideas.selection import Selection
from modules.ideas.settings import NO_RATING
from participation.access.rules import VISITOR, Viewer
from participation.contributions.location_models import Location
from participation.contributions.locations import is_near, locations_of
from participation.contributions.models import Contribution, PlaceCount
from participation.contributions.queries import Item, visible_to
from participation.contributions.threads import Page, first_comments
from participation.interfaces import DEFECTS, WEIGHING, Rating
from participation.kernel.db import db
from participation.procedures.models import Activity
from participation.search.queries import matches

C = Contribution


class CategoryItem(NamedTuple):
    """A category, and how many ideas stand in it."""

    key: str
    title: str
    colour: str
    shape: str
    department_id: int | None
    number: int


class Found(NamedTuple):
    """A page of ideas, and where they belong."""

    items: list[Item]
    next: str | None
    locations: dict[int, Location]


def rating_of(activity: Activity) -> Rating | None:
    """How ideas are rated here; None: not at all."""
    method = activity.settings.get("rating", Rating.SUPPORT)
    return None if method == NO_RATING else Rating(method)


def decisions_of(activity: Activity) -> Sequence[str]:
    """What an answer may decide here: defects are repaired or not, ideas are weighed."""
    return DEFECTS if activity.settings.get("called") == "reports" else WEIGHING


def categories_of(activity: Activity) -> list[CategoryItem]:
    """The categories in their order with the number of shown ideas and answers in each. One query."""
    count = func.coalesce(PlaceCount.shown, 0)
    columns = (Category.key, Category.title, Category.colour, Category.shape, Category.department_id, count)
    here = and_(PlaceCount.activity_id == Category.activity_id, PlaceCount.place == Category.key)
    query = select(*columns).outerjoin(PlaceCount, here).where(Category.activity_id == activity.id)
    return [CategoryItem(*row) for row in db.session.execute(query.order_by(Category.position, Category.id))]


def category_titles(activity: Activity) -> dict[str, str]:
    """Key → title, in their order."""
    return {entry.key: entry.title for entry in categories_of(activity)}


def category_exists(activity: Activity, key: str) -> bool:
    """Whether there is a category with this key."""
    query = select(Category.id).where(Category.activity_id == activity.id, Category.key == key)
    return db.session.scalar(query) is not None


def category_title(activity: Activity, key: str) -> str:
    """The title of a category; "" where it is gone."""
    query = select(Category.title).where(Category.activity_id == activity.id, Category.key == key)
    return db.session.scalar(query) or ""


def found_ideas(
    activity: Activity, selection: Selection, who: Viewer = VISITOR, *, sort: str = "newest", after: str | None = None
) -> Found:
    """A page of 20 of a selection. Two queries."""
    where = conditions(activity, selection)
    page: Page = first_comments(activity, None, who, sort=sort, after=after, where=where)
    return Found(page.items, page.next, locations_of([item.id for item in page.items]))


def conditions(activity: Activity, selection: Selection) -> list[ColumnElement[bool]]:
    """A selection as SQL over contributions."""
    found: list[ColumnElement[bool]] = [C.state.in_(("published", "pending"))]
    if selection.category:
        found.append(C.place == selection.category)
    if selection.district:
        found.append(C.district == selection.district)
    if selection.state:
        found.append(STATE[selection.state])
    if selection.near:
        found.append(is_near(activity.id, selection.near, selection.radius))
    if selection.words:
        found.append(matches(selection.words, activity.procedure_id))
    return found


STATE: dict[str, ColumnElement[bool]] = {
    "open": and_(C.work == "new", C.decision == ""),
    "in_progress": and_(C.work != "new", C.decision == ""),
    "answered": C.decision != "",
}


class Counts(NamedTuple):
    """How many ideas a selection has, and how many each district has in all."""

    total: int
    by_district: dict[str, int]


def counts_of(activity: Activity, selection: Selection, who: Viewer = VISITOR) -> Counts:
    """One query over the ideas of an activity that this viewer may see."""
    chosen = func.sum(case((and_(*conditions(activity, selection)), 1), else_=0))
    query = select(C.district, func.count(), chosen).where(C.activity_id == activity.id, C.parent_id.is_(None))
    query = query.where(*conditions(activity, Selection()), visible_to(who, activity.procedure_id, activity.tenant_id))
    rows = db.session.execute(query.group_by(C.district).order_by(C.district)).all()
    return Counts(sum(row[2] for row in rows), {district: number for district, number, _chosen in rows if district})


def state_of(item: Any) -> str:
    """The state of an idea in one of `selection.STATES`."""
    return "answered" if item.decision else "open" if item.work == "new" else "in_progress"
