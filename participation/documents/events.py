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


@dataclass(frozen=True, kw_only=True)
class DraftBegun(Event):
    """Staff began to prepare the next version of a text; nobody else sees it yet."""

    name: ClassVar[str] = "documents.draft_begun"
    document_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(Event):
    """The version in preparation was thrown away; the text that is read stays."""

    name: ClassVar[str] = "documents.draft_discarded"
    document_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class DraftPublished(Event):
    """The version in preparation is the one that is read now; every comment has a place in it, or has lost it."""

    name: ClassVar[str] = "documents.draft_published"
    document_id: int
    version_id: int
