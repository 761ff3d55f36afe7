"""Facts about outputs."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OutputRequested(Event):
    """Somebody asked for a file of a procedure; without an actor it belongs to the published result."""

    name: ClassVar[str] = "openness.output_requested"
    output_id: int
    kind: str
    format: str
    names: str


@dataclass(frozen=True, kw_only=True)
class OutputFetched(Event):
    """A file of a procedure was taken away; committed before the first byte leaves."""

    name: ClassVar[str] = "openness.output_fetched"
    output_id: int
    kind: str
    format: str
    names: str


@dataclass(frozen=True, kw_only=True)
class OutputFailed(Event):
    """A file could not be made; the row says why."""

    name: ClassVar[str] = "openness.output_failed"
    output_id: int
    kind: str
    format: str
    names: str
