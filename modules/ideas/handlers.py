"""What the module does when something happened: an idea goes to the department of its category."""

from sqlalchemy import and_, select

from modules.ideas.models import Category
from modules.ideas.types import IDEA
from participation.contributions.events import (
    ContributionMoved,
    ContributionSent,
    ContributionsImported,
    ContributionStateChanged,
)
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
    if idea is not None and idea.type == IDEA.name:
        _give(idea, _department_of(idea))


def give_imported(delivery: Delivery) -> None:
    """Ideas that were taken over from a file are for the departments of their categories, like those that were sent."""
    event = delivery.event
    here = and_(Category.activity_id == Contribution.activity_id, Category.key == Contribution.place)
    query = select(Contribution, Category.department_id).join(Category, here)
    query = query.where(Contribution.activity_id == event.activity_id, Contribution.type == IDEA.name)
    for idea, department_id in db.session.execute(query.where(Contribution.id.between(event.first, event.last))).all():
        _give(idea, department_id)


def _give(idea: Contribution, department_id: int | None) -> None:
    if department_id is None or idea.parent_id is not None or idea.state != "published" or idea.work != "new":
        return
    kept = assignment_of(idea)
    if kept is not None and kept.assigned_by_id is not None:
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
    ContributionsImported: (Handler(name="ideas.departments_imported", run=give_imported),),
    ContributionStateChanged: (Handler(name="ideas.department_published", run=give_when_published),),
}
