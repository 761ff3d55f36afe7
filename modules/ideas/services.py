"""Writing: the categories of a collection, and what is copied with it."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from modules.ideas.models import Category
from modules.ideas.signs import COLOURS, SHAPES, sign_at
from participation.contributions.locations import AREA, DISTRICT, areas_of, keep_areas
from participation.contributions.models import Contribution
from participation.evaluation.departments import departments_of
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.procedures.events import ProcedureChanged
from participation.procedures.models import Activity
from participation.procedures.services import note_change

MOST: Final = 40
COPIED: Final = ("key", "title", "colour", "shape")
LONGEST: Final = 80  # characters of a title


def add_category(
    activity: Activity,
    *,
    title: str,
    colour: str = "",
    shape: str = "",
    department_id: int | None = None,
    actor_id: int | None = None,
) -> Category:
    """Add a category at the end; without a sign it gets one that no other has. Raises Invalid."""
    kept = list(db.session.scalars(_categories(activity)))
    if len(kept) >= MOST:
        raise Invalid(_l("Möglich sind höchstens %(most)s Kategorien.", most=MOST), field="title")
    own = sign_at(len(kept))
    category = Category(
        tenant_id=activity.tenant_id,
        activity_id=activity.id,
        key=_fresh_key(kept),
        position=max((row.position for row in kept), default=0) + 1,
        colour=colour or own[0],
        shape=shape or own[1],
    )
    _fill(category, kept, title, department_id)
    db.session.add(category)
    _note(activity, actor_id)
    return category


def change_category(
    activity: Activity,
    key: str,
    *,
    title: str,
    colour: str,
    shape: str,
    department_id: int | None = None,
    actor_id: int | None = None,
) -> Category:
    """Change a category; its ideas stay in it. Raises Invalid, Unknown."""
    category = _category(activity, key)
    category.colour, category.shape = colour, shape
    _fill(category, [row for row in db.session.scalars(_categories(activity)) if row.key != key], title, department_id)
    _note(activity, actor_id)
    return category


def remove_category(activity: Activity, key: str, *, actor_id: int | None = None) -> None:
    """Take a category out. Raises Conflict while ideas stand in it, Unknown."""
    category = _category(activity, key)
    used = select(Contribution.id).where(Contribution.activity_id == activity.id, Contribution.place == key)
    if db.session.scalar(used.limit(1)) is not None:
        raise Conflict(_l("In dieser Kategorie stehen Ideen. Bitte verschieben Sie diese zuerst."))
    db.session.delete(category)
    _note(activity, actor_id)


def move_category(activity: Activity, key: str, by: int, *, actor_id: int | None = None) -> None:
    """Move a category up (-1) or down (1); at the edge nothing happens. Raises Unknown."""
    rows = list(db.session.scalars(_categories(activity)))
    place = rows.index(_category(activity, key))
    rows.insert(max(place + by, 0), rows.pop(place))
    for position, row in enumerate(rows, 1):
        row.position = position
    _note(activity, actor_id)


def _fill(category: Category, others: list[Category], title: str, department_id: int | None) -> None:
    """The checked values. Raises Invalid with the field."""
    name = normalise_name(title)
    if not name or len(name) > LONGEST:
        raise Invalid(_l("Bitte geben Sie einen Namen mit höchstens 80 Zeichen an."), field="title")
    if name.casefold() in {row.title.casefold() for row in others}:
        raise Invalid(_l("Eine Kategorie mit diesem Namen gibt es schon."), field="title")
    if category.colour not in COLOURS or category.shape not in SHAPES:
        raise Invalid(_l("Bitte wählen Sie Farbe und Form des Zeichens."), field="shape")
    if any((row.colour, row.shape) == (category.colour, category.shape) for row in others):
        raise Invalid(_l("Dieses Zeichen hat schon eine andere Kategorie."), field="shape")
    if department_id not in (None, category.department_id) and department_id not in dict(departments_for(category)):
        raise Invalid(_l("Bitte wählen Sie eine Stelle aus der Liste."), field="department_id")
    category.title, category.department_id = name, department_id


def departments_for(owned: Activity | Category, kept: int | None = None) -> list[tuple[int, str]]:
    """Number and title of the departments that may be responsible; one that is closed by now stays if it was `kept`."""
    rows = departments_of(owned.tenant_id)
    return [(row.id, row.title) for row in rows if row.closed_at is None or row.id == kept]


def _fresh_key(kept: list[Category]) -> str:
    taken = {row.key for row in kept}
    return next(key for number in range(1, len(taken) + 2) if (key := f"k{number}") not in taken)


def _categories(activity: Activity) -> Any:
    return select(Category).where(Category.activity_id == activity.id).order_by(Category.position, Category.id)


def _category(activity: Activity, key: str) -> Category:
    found = db.session.scalar(_categories(activity).where(Category.key == key))
    if found is None:
        raise Unknown
    return found  # type: ignore[no-any-return]


def _note(activity: Activity, actor_id: int | None) -> None:
    """Pages, search and the log know of it."""
    db.session.flush()
    note_change(activity.procedure)
    procedure = activity.procedure
    emit(ProcedureChanged(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id))


def dump(activity: Activity) -> dict[str, Any]:
    """Categories, area and districts, for copies and templates; departments belong to an authority and stay there."""
    return {
        "categories": [
            {name: getattr(row, name) for name in COPIED} for row in db.session.scalars(_categories(activity))
        ],
        "areas": {
            kind: [{"title": area.title, "geometry": area.geometry} for area in areas_of(activity, kind)]
            for kind in (AREA, DISTRICT)
        },
    }


def load(activity: Activity, content: Mapping[str, Any]) -> None:
    """Fill an activity that is still empty with what `dump` gave; a category may name a `department` by its title."""
    departments = {row.title: row.id for row in departments_of(activity.tenant_id)}
    highest = db.session.scalar(select(func.max(Category.position)).where(Category.activity_id == activity.id)) or 0
    owner = {"tenant_id": activity.tenant_id, "activity_id": activity.id}
    for position, entry in enumerate(content.get("categories", ()), highest + 1):
        own = {name: entry[name] for name in COPIED}
        department_id = departments.get(entry.get("department", ""))
        db.session.add(Category(**owner, **own, position=position, department_id=department_id))
    for kind, entries in content.get("areas", {}).items():
        keep_areas(activity, kind, [(entry["title"], entry["geometry"]) for entry in entries])
    db.session.flush()
