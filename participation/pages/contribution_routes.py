"""The blueprint of drafts and contributions; its views stand in the contribution_… files."""

from typing import Any, Final

from flask import Blueprint, request

bp = Blueprint("contributions", __name__)

ROOM: Final = 3_500_000  # bytes: 1 MB of any letters, three times as long in a form, is read and shown again
ROOMY: Final = ("contributions.keep_draft", "contributions.draft", "contributions.edit")


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: these routes take texts that are far too long, to give them back."""
    if endpoint in ROOMY:
        request.max_content_length = ROOM
        request.max_form_memory_size = ROOM
