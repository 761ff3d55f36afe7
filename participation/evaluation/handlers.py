"""What the case work does when something happened."""

from participation.access.team import DepartmentEntered
from participation.evaluation import departments, reminding
from participation.evaluation.events import ContributionAnswered, ContributionAssigned, ResponsePublished
from participation.kernel.events import Event, Handler

HANDLERS: dict[type[Event], tuple[Handler, ...]] = {
    ContributionAssigned: (reminding.NEW,),
    ResponsePublished: (reminding.FINISHED,),
    ContributionAnswered: (reminding.FINISHED_WHOLE,),
    DepartmentEntered: (departments.JOINED,),
}
