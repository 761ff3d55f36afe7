"""Facts about results."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ResultComputed(Event):
    """A package was frozen and counted for a version of a result."""

    name: ClassVar[str] = "results.result_computed"
    result_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResultSubmitted(Event):
    """A version was handed to a second person."""

    name: ClassVar[str] = "results.result_submitted"
    result_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResultTakenBack(Event):
    """A version that was submitted or approved is being worked on again; without an actor it was the clock."""

    name: ClassVar[str] = "results.result_taken_back"
    result_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResultApproved(Event):
    """A second person agreed; the clock publishes on the day that was set."""

    name: ClassVar[str] = "results.result_approved"
    result_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResultPublished(Event):
    """A version became public."""

    name: ClassVar[str] = "results.result_published"
    result_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResultTextWithdrawn(Event):
    """A text left the package of a published result, as a new version; the older packages are gone."""

    name: ClassVar[str] = "results.result_text_withdrawn"
    result_id: int
    number: int
    contribution_id: int
