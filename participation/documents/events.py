"""Facts about texts."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentVersionAdded(Event):
    """A document got a new version, which is the one that is read now."""

    name: ClassVar[str] = "documents.version_added"
    document_id: int
    version_id: int
