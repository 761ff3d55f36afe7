"""The blueprint of the versions of texts, shared by the public pages and those of the workspace."""

from flask import Blueprint, g

from participation.documents.models import Document
from participation.documents.versions import activities_of, document_in
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity

bp = Blueprint("versions", __name__, url_prefix="/<tenant>/<procedure>/-")


def document_here(number: int) -> Document:
    """A text of this procedure. Raises Unknown."""
    found = document_in(g.procedure, number) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found


def shown_in(document: Document) -> Activity:
    """The format that shows a text. Raises Unknown where none does."""
    found = activities_of(document, g.procedure)
    if not found:
        raise Unknown
    return found[0]
