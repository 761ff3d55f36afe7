"""Facts about contributions."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ContributionEvent(Event):
    """What all of them name."""

    name: ClassVar[str] = "contributions.contribution"
    contribution_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionSent(ContributionEvent):
    """A contribution was received; `state` says whether it is shown or waits to be checked."""

    name: ClassVar[str] = "contributions.contribution_sent"
    state: str


@dataclass(frozen=True, kw_only=True)
class ContributionEdited(ContributionEvent):
    """Its author changed it; `number` is the new version."""

    name: ClassVar[str] = "contributions.contribution_edited"
    number: int


@dataclass(frozen=True, kw_only=True)
class ContributionWithdrawn(ContributionEvent):
    """Its author took it back: no longer published, kept in the authority's file."""

    name: ClassVar[str] = "contributions.contribution_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ContributionStateChanged(ContributionEvent):
    """Moderation published, hid or restored it."""

    name: ClassVar[str] = "contributions.state_changed"
    source: str
    target: str
