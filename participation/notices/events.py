"""Facts about notices."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SubscriptionAsked(Event):
    """Somebody typed an address to be told about a procedure; only the link in the mail makes it count."""

    name: ClassVar[str] = "notices.subscription_asked"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class DigestsPlanned(Event):
    """The digests of an authority for a day are listed, one row for each person; now they are written and sent."""

    name: ClassVar[str] = "notices.digests_planned"
    rhythm: str
    day: str  # ISO


@dataclass(frozen=True, kw_only=True)
class MailingOrdered(Event):
    """Staff had a notice sent to everybody who follows the procedure, on its day; or took that back."""

    name: ClassVar[str] = "notices.mailing_ordered"
    entry_id: int
    ordered: bool


@dataclass(frozen=True, kw_only=True)
class NoticeDue(Event):
    """A notice that goes out by mail became public."""

    name: ClassVar[str] = "notices.notice_due"
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class MailingRetried(Event):
    """Staff had a mail sent again that had failed."""

    name: ClassVar[str] = "notices.mailing_retried"
    mailing_id: int
