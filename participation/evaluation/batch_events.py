"""Facts about what case workers did with many contributions in one go."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BatchEvent(Event):
    """What both of them name: the row that holds the rest."""

    name: ClassVar[str] = "evaluation.batch"
    batch_id: int


@dataclass(frozen=True, kw_only=True)
class BatchDone(BatchEvent):
    """Contributions were assigned, tagged or given another state of work in one go."""

    name: ClassVar[str] = "evaluation.batch_done"


@dataclass(frozen=True, kw_only=True)
class BatchUndone(BatchEvent):
    """That was taken back; what somebody changed again in the meantime stayed as it was."""

    name: ClassVar[str] = "evaluation.batch_undone"
