"""Who is told of what. All mails go out with no transaction open; their number is that of the delivery."""

from participation.accounts.events import InactivityTold
from participation.contributions.events import (
    ContributionSent,
    ContributionStateChanged,
    DraftGivenBack,
    DraftHandedOver,
    IntakeRecorded,
)
from participation.documents.events import DraftPublished
from participation.evaluation.events import (
    AssignmentsReady,
    ContributionAnswered,
    RecommendationGiven,
    RecommendationHandedBack,
    ResponsePublished,
)
from participation.kernel.events import Event, Handler
from participation.moderation.events import (
    AppealDecided,
    AppealFiled,
    BarrierReported,
    ContributionEscalated,
    ContributionHidden,
    ContributionMerged,
    ContributionPublished,
    ContributionRedacted,
    ContributionReported,
    ContributionRestored,
    ContributionSplit,
    DigestDue,
    InquiryAnswered,
    InquiryAsked,
    LocationCorrected,
    MarkedAnswered,
    PlaceCorrected,
    RedactionLifted,
)
from participation.notices import (
    answers,
    assignments,
    authors,
    follower_digests,
    following,
    inactive,
    inquiries,
    intakes,
    moderation_digests,
    moderators,
    newsletter,
    organisations,
    staff,
    stages,
    steps,
    subscribing,
)
from participation.notices.account_mails import ACCOUNT_HANDLERS
from participation.notices.events import DigestsPlanned, NoticeDue, SubscriptionAsked
from participation.procedures.events import ProcedureAdvanced

HANDLERS: dict[type[Event], tuple[Handler, ...]] = ACCOUNT_HANDLERS | {
    InactivityTold: (inactive.TOLD,),
    SubscriptionAsked: (subscribing.HANDLER,),
    ProcedureAdvanced: (stages.HANDLER, steps.HANDLER),
    ContributionSent: (authors.RECEIPT, following.REPLIED),
    IntakeRecorded: (intakes.RECORDED,),
    ContributionStateChanged: (following.REPLIED,),
    DigestsPlanned: (follower_digests.HANDLER,),
    NoticeDue: (newsletter.HANDLER,),
    DraftPublished: (following.NEW_TEXT,),
    DraftHandedOver: (organisations.HANDED_OVER,),
    DraftGivenBack: (organisations.GIVEN_BACK,),
    ResponsePublished: (answers.ANSWERED, following.ANSWERED),
    ContributionAnswered: (answers.ANSWERED_THROUGH,),
    ContributionPublished: (authors.DECISION,),
    ContributionHidden: (authors.DECISION,),
    ContributionRestored: (authors.DECISION,),
    ContributionRedacted: (authors.DECISION,),
    RedactionLifted: (authors.DECISION,),
    ContributionMerged: (authors.DECISION,),
    ContributionSplit: (authors.DECISION,),
    PlaceCorrected: (authors.DECISION,),
    LocationCorrected: (authors.DECISION,),
    MarkedAnswered: (authors.DECISION,),
    InquiryAsked: (inquiries.QUESTION,),
    InquiryAnswered: (inquiries.ANSWER,),
    DigestDue: (moderation_digests.DIGEST,),
    AppealDecided: (authors.REVIEWED,),
    AppealFiled: (moderators.APPEALED,),
    ContributionEscalated: (moderators.ESCALATED,),
    ContributionReported: (staff.REPORTED,),
    BarrierReported: (staff.BARRIER,),
    AssignmentsReady: (assignments.READY,),
    RecommendationGiven: (assignments.RECOMMENDED,),
    RecommendationHandedBack: (assignments.HANDED_BACK,),
}
