"""Reading a file: Markdown, HTML or DOCX becomes nodes with stable keys, without touching a database."""

from participation.documents.reading.errors import UnreadableFile
from participation.documents.reading.nodes import Kind, NodeDraft, Reading, Remark, SectionCounts
from participation.documents.reading.read import ENDINGS, read

__all__ = ["ENDINGS", "Kind", "NodeDraft", "Reading", "Remark", "SectionCounts", "UnreadableFile", "read"]
