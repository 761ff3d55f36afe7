"""Saved views: filters and order of the work list under a name, one's own or for everybody who works there."""

from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from participation.evaluation.batch_models import SavedView
from participation.evaluation.worklist_filters import Filters
from participation.kernel.db import db
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.procedures.models import Procedure

LONGEST: Final = 80  # characters
MOST: Final = 50  # that one person sees


def save_view(procedure: Procedure, title: str, filters: Filters, *, person_id: int, shared: bool = False) -> SavedView:
    """Keep filters and order under a name. Raises Invalid (no name, too long, too many), Conflict (is there)."""
    name = normalise_name(title)
    if not name or len(name) > LONGEST:
        raise Invalid(
            _l("Bitte geben Sie einen Namen mit höchstens %(longest)s Zeichen an.", longest=LONGEST), field="title"
        )
    there = db.session.scalars(select(SavedView.title).where(*_seen_by(procedure, person_id))).all()
    if len(there) >= MOST:
        raise Invalid(_l("Mehr als %(most)s Ansichten sind nicht möglich. Löschen Sie vorher eine.", most=MOST))
    if name.casefold() in {title.casefold() for title in there}:
        raise Conflict(_l("Eine Ansicht mit diesem Namen gibt es schon. Bitte wählen Sie einen anderen."))
    view = SavedView(
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        person_id=None if shared else person_id,
        title=name,
        query=filters.args(),
    )
    db.session.add(view)
    db.session.flush()
    return view


def view_in(procedure: Procedure, number: int, *, person_id: int) -> SavedView:
    """A view that somebody sees, by its number. Raises Unknown."""
    query = select(SavedView).where(SavedView.id == number, *_seen_by(procedure, person_id))
    found = db.session.scalar(query) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found


def filters_of(view: SavedView) -> Filters:
    """What a view shows; what is not known any more is left out."""
    return Filters.read(view.query)


def delete_view(procedure: Procedure, number: int, *, person_id: int) -> None:
    """Throw a view away: one's own, or one for everybody. Raises Unknown."""
    db.session.delete(view_in(procedure, number, person_id=person_id))


def _seen_by(procedure: Procedure, person_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = or_(SavedView.person_id == person_id, SavedView.person_id.is_(None))
    return SavedView.procedure_id == procedure.id, mine
