"""Who is told of what. All mails go out with no transaction open; their number is that of the delivery."""

from participation.contributions.events import ContributionSent
from participation.kernel.events import Event, Handler
from participation.moderation.events import (
    BarrierReported,
    ContributionHidden,
    ContributionPublished,
    ContributionReported,
    ContributionRestored,
)
from participation.notices import authors, staff, stages, subscribing
from participation.notices.account_mails import ACCOUNT_HANDLERS
from participation.notices.events import SubscriptionAsked
from participation.procedures.events import ProcedureAdvanced

HANDLERS: dict[type[Event], tuple[Handler, ...]] = ACCOUNT_HANDLERS | {
    SubscriptionAsked: (subscribing.HANDLER,),
    ProcedureAdvanced: (stages.HANDLER,),
    ContributionSent: (authors.RECEIPT,),
    ContributionPublished: (authors.DECISION,),
    ContributionHidden: (authors.DECISION,),
    ContributionRestored: (authors.DECISION,),
    ContributionReported: (staff.REPORTED,),
    BarrierReported: (staff.BARRIER,),
}
