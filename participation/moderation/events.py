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
