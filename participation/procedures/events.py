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
    step_id: int = 0  # of the row that holds the reason


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(Event):
    """Somebody took part in a procedure for the first time."""

    name: ClassVar[str] = "procedures.participant_joined"
    participant_id: int


@dataclass(frozen=True, kw_only=True)
class ListChanged(Event):
    """A list of people or codes of a procedure was made, filled, emptied or deleted; numbers only."""

    name: ClassVar[str] = "procedures.list_changed"
    list_id: int
    what: str  # made, added, removed, read, revoked, deleted
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class ActivityAdded(Event):
    """A format was placed in a procedure."""

    name: ClassVar[str] = "procedures.activity_added"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityChanged(Event):
    """Title, place or settings of a format were changed; `fields` names them."""

    name: ClassVar[str] = "procedures.activity_changed"
    activity_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActivityRemoved(Event):
    """A format was taken out of a procedure before anybody contributed to it."""

    name: ClassVar[str] = "procedures.activity_removed"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class PhaseAdded(Event):
    """A phase was planned."""

    name: ClassVar[str] = "procedures.phase_added"
    activity_id: int
    phase_id: int


@dataclass(frozen=True, kw_only=True)
class PhaseChanged(Event):
    """A phase was planned anew; `fields` names what is different."""

    name: ClassVar[str] = "procedures.phase_changed"
    activity_id: int
    phase_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PhaseRemoved(Event):
    """A phase was taken out before it began."""

    name: ClassVar[str] = "procedures.phase_removed"
    activity_id: int
    phase_id: int


@dataclass(frozen=True, kw_only=True)
class TemplateKept(Event):
    """A template was kept: made from a procedure, or taken over from another authority."""

    name: ClassVar[str] = "procedures.template_kept"
    template_id: int
    origin_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TemplateShared(Event):
    """A template was offered to other authorities, or no longer."""

    name: ClassVar[str] = "procedures.template_shared"
    template_id: int
    shared: bool


@dataclass(frozen=True, kw_only=True)
class TemplateRemoved(Event):
    """A template was removed; what was made from it stays."""

    name: ClassVar[str] = "procedures.template_removed"
    template_id: int


@dataclass(frozen=True, kw_only=True)
class EntryChanged(Event):
    """A notice, a question with its answer or a document was added, changed or removed."""

    name: ClassVar[str] = "procedures.entry_changed"
    entry_id: int
    act: str  # added, changed, removed
