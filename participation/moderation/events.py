"""Facts about reports and about what moderation did. They hold ids; reasons and words stand in the rows."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ContributionReported(Event):
    """Somebody says that a contribution breaks the rules; only a human decides about it."""

    name: ClassVar[str] = "moderation.contribution_reported"
    contribution_id: int
    report_id: int


@dataclass(frozen=True, kw_only=True)
class BarrierReported(Event):
    """Somebody could not use a page; without a tenant it is for the operator of the central portal."""

    name: ClassVar[str] = "moderation.barrier_reported"
    barrier_report_id: int


@dataclass(frozen=True, kw_only=True)
class ModerationEvent(Event):
    """What all acts name: the contribution, and the row that holds the reason."""

    name: ClassVar[str] = "moderation.act"
    contribution_id: int
    act_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionPublished(ModerationEvent):
    """A contribution that waited was published."""

    name: ClassVar[str] = "moderation.contribution_published"


@dataclass(frozen=True, kw_only=True)
class ContributionHidden(ModerationEvent):
    """A contribution was taken out of sight, for the reason of the act."""

    name: ClassVar[str] = "moderation.contribution_hidden"


@dataclass(frozen=True, kw_only=True)
class ContributionRestored(ModerationEvent):
    """A hidden contribution is visible again."""

    name: ClassVar[str] = "moderation.contribution_restored"


@dataclass(frozen=True, kw_only=True)
class ReportsClosed(ModerationEvent):
    """Somebody looked at the reports of a contribution and left it visible."""

    name: ClassVar[str] = "moderation.reports_closed"


@dataclass(frozen=True, kw_only=True)
class ContributionRedacted(ModerationEvent):
    """Passages of a contribution were blacked out, for the reason of the act."""

    name: ClassVar[str] = "moderation.contribution_redacted"


@dataclass(frozen=True, kw_only=True)
class RedactionLifted(ModerationEvent):
    """A contribution is to be read again as it was written."""

    name: ClassVar[str] = "moderation.redaction_lifted"


@dataclass(frozen=True, kw_only=True)
class ContributionMerged(ModerationEvent):
    """A contribution that says the same as another one stands with that one from now on."""

    name: ClassVar[str] = "moderation.contribution_merged"


@dataclass(frozen=True, kw_only=True)
class ContributionSplit(ModerationEvent):
    """A merged contribution stands for itself again."""

    name: ClassVar[str] = "moderation.contribution_split"


@dataclass(frozen=True, kw_only=True)
class PlaceCorrected(ModerationEvent):
    """A contribution stands where it belongs now, with everything below it."""

    name: ClassVar[str] = "moderation.place_corrected"


@dataclass(frozen=True, kw_only=True)
class LocationCorrected(ModerationEvent):
    """A contribution belongs elsewhere on the ground than it was said."""

    name: ClassVar[str] = "moderation.location_corrected"


@dataclass(frozen=True, kw_only=True)
class MarkedAnswered(ModerationEvent):
    """Beside a contribution it says where it is answered."""

    name: ClassVar[str] = "moderation.marked_answered"


@dataclass(frozen=True, kw_only=True)
class AnsweredMarkRemoved(ModerationEvent):
    """That it is answered elsewhere is no longer said."""

    name: ClassVar[str] = "moderation.answered_mark_removed"


@dataclass(frozen=True, kw_only=True)
class InquiryEvent(Event):
    """What all of them name."""

    name: ClassVar[str] = "moderation.inquiry"
    inquiry_id: int


@dataclass(frozen=True, kw_only=True)
class InquiryAsked(InquiryEvent):
    """The authority asked an author something; only the two of them read it."""

    name: ClassVar[str] = "moderation.inquiry_asked"


@dataclass(frozen=True, kw_only=True)
class InquiryAnswered(InquiryEvent):
    """The author answered."""

    name: ClassVar[str] = "moderation.inquiry_answered"


@dataclass(frozen=True, kw_only=True)
class InquiryClosed(InquiryEvent):
    """The authority needs nothing more about it."""

    name: ClassVar[str] = "moderation.inquiry_closed"


@dataclass(frozen=True, kw_only=True)
class DigestDue(Event):
    """A moderator gets the mail of the day about what waits; `person_id` is who."""

    name: ClassVar[str] = "moderation.digest_due"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionsUndone(Event):
    """A moderator took back what was decided in one go."""

    name: ClassVar[str] = "moderation.decisions_undone"
    batch_id: int


@dataclass(frozen=True, kw_only=True)
class OriginalOpened(Event):
    """Somebody read the words below a redaction."""

    name: ClassVar[str] = "moderation.original_opened"
    contribution_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionEscalated(ModerationEvent):
    """A threat or a cry for help: hidden, preserved, and given to those the authority named."""

    name: ClassVar[str] = "moderation.contribution_escalated"
    escalation_id: int


@dataclass(frozen=True, kw_only=True)
class EscalationEvent(Event):
    """What all of them name."""

    name: ClassVar[str] = "moderation.escalation"
    escalation_id: int


@dataclass(frozen=True, kw_only=True)
class EscalationOpened(EscalationEvent):
    """Somebody read the preserved copy."""

    name: ClassVar[str] = "moderation.escalation_opened"


@dataclass(frozen=True, kw_only=True)
class EscalationClosed(EscalationEvent):
    """It was dealt with; the note says how."""

    name: ClassVar[str] = "moderation.escalation_closed"


@dataclass(frozen=True, kw_only=True)
class AppealEvent(Event):
    """What both name."""

    name: ClassVar[str] = "moderation.appeal"
    appeal_id: int


@dataclass(frozen=True, kw_only=True)
class AppealFiled(AppealEvent):
    """An author asks that a second person looks at a decision."""

    name: ClassVar[str] = "moderation.appeal_filed"


@dataclass(frozen=True, kw_only=True)
class AppealDecided(AppealEvent):
    """A second person confirmed or overturned a decision."""

    name: ClassVar[str] = "moderation.appeal_decided"


@dataclass(frozen=True, kw_only=True)
class TextBlocksChanged(Event):
    """The sentences an authority uses again and again were changed."""

    name: ClassVar[str] = "moderation.text_blocks_changed"
