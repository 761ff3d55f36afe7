"""What somebody wants to be told of, and how often: a procedure, one of its formats, or one contribution."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access.rules import VISITOR, Viewer
from participation.contributions.models import Contribution
from participation.contributions.queries import item_in
from participation.contributions.visible import public_contributions
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.kernel.text import excerpt, plain
from participation.notices.models import AT_ONCE, DAILY, RHYTHMS
from participation.procedures.models import Procedure

TITLE = 80  # characters of a contribution that stand for it


class Wish(NamedTuple):
    """Neither number: the whole procedure."""

    activity_id: int | None = None
    contribution_id: int | None = None
    rhythm: str = AT_ONCE

    @property
    def usual_rhythm(self) -> str:
        """What is offered first: single news at once, what may be much once a day."""
        return DAILY if self.activity_id or self.contribution_id else AT_ONCE


def wish_for(procedure: Procedure, what: str, rhythm: str = "", who: Viewer = VISITOR) -> Wish:
    """The wish behind a choice of the form: "", "format-12", or the number of a contribution this viewer may read.

    Raises Invalid for everything else.
    """
    kind, _, number = what.partition("-")
    wish: Wish | None = None
    if what in ("", "procedure"):
        wish = Wish()
    elif kind == "format":
        found = (activity.id for activity in procedure.activities if str(activity.id) == number)
        wish = next((Wish(activity_id=id_) for id_ in found), None)
    else:
        item = item_in(procedure, what, who)
        wish = Wish(contribution_id=item.id) if item is not None and not item.is_gone else None
    if wish is None:
        raise Invalid(_l("Bitte wählen Sie, worüber wir Sie informieren sollen."), field="what")
    if rhythm and rhythm not in RHYTHMS:
        raise Invalid(_l("Bitte wählen Sie, wie oft wir Ihnen schreiben."), field="rhythm")
    return wish._replace(rhythm=rhythm or wish.usual_rhythm)


def wish_of(data: dict[str, Any]) -> Wish:
    """The wish that a link in a mail carries; links of before mean the whole procedure."""
    rhythm = str(data.get("rhythm", AT_ONCE))
    return Wish(data.get("activity_id"), data.get("contribution_id"), rhythm)


def title_of(procedure: Procedure, wish: Wish) -> str:
    """What is followed, in words of its own: the title of the format, the first words of the contribution."""
    if wish.activity_id:
        found = (activity.title for activity in procedure.activities if activity.id == wish.activity_id)
        return next(found, procedure.title)
    query = select(Contribution.reference, Contribution.html, public_contributions())
    row = db.session.execute(query.where(Contribution.id == wish.contribution_id)).one_or_none()
    if row is None:
        return procedure.title
    reference, html, is_public = row
    return excerpt(plain(html), TITLE) if is_public else str(reference)
