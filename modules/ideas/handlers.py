"""What the module does when something happened: an idea goes to the department of its category."""

from sqlalchemy import select

from modules.ideas.models import Category
from modules.ideas.types import IDEA
from participation.contributions.events import ContributionMoved, ContributionSent, ContributionStateChanged
from participation.contributions.models import Contribution
from participation.evaluation.assigning import assign_by_rule, assignment_of
from participation.kernel.db import db
from participation.kernel.events import Delivery, Event, Handler
from participation.kernel.refusal import Invalid


def give_to_department(delivery: Delivery) -> None:
    """An idea that was sent, published or moved is for the department of its category.

    Not where somebody gave it to others, or took it away from them; a closed department gets nothing.
    """
    idea = db.session.get(Contribution, delivery.event.contribution_id)
    if idea is None or idea.type != IDEA.name or idea.parent_id is not None or idea.state != "published":
        return
    department_id, kept = _department_of(idea), assignment_of(idea)
    is_by_hand = kept is not None and kept.assigned_by_id is not None
    if department_id is None or is_by_hand or idea.work != "new":
        return
    try:
        assign_by_rule(idea, department_id)
    except Invalid:
        return


def give_when_published(delivery: Delivery) -> None:
    """What waited to be checked arrives when it is published; what was hidden for a while has its department."""
    if (delivery.event.source, delivery.event.target) == ("pending", "published"):
        give_to_department(delivery)


def _department_of(idea: Contribution) -> int | None:
    query = select(Category.department_id).where(Category.activity_id == idea.activity_id, Category.key == idea.place)
    return db.session.scalar(query)


GIVE = Handler(name="ideas.department", run=give_to_department)
HANDLERS: dict[type[Event], tuple[Handler, ...]] = {
    ContributionSent: (GIVE,),
    ContributionMoved: (GIVE,),
    ContributionStateChanged: (Handler(name="ideas.department_published", run=give_when_published),),
}
