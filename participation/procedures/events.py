"""Facts about procedures."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ProcedureCreated(Event):
    """A procedure was made."""

    name: ClassVar[str] = "procedures.procedure_created"


@dataclass(frozen=True, kw_only=True)
class ProcedureChanged(Event):
    """Texts, dates or activities of a procedure were changed."""

    name: ClassVar[str] = "procedures.procedure_changed"


@dataclass(frozen=True, kw_only=True)
class ProcedureAdvanced(Event):
    """A procedure went from one stage to another; without an actor it was the clock."""

    name: ClassVar[str] = "procedures.procedure_advanced"
    transition: str
    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(Event):
    """Somebody took part in a procedure for the first time."""

    name: ClassVar[str] = "procedures.participant_joined"
    participant_id: int
