"""The blueprint of drafts and contributions; its views stand in the contribution_… files."""

from typing import Any, Final

from flask import Blueprint, request

from participation.kernel.text import excerpt, plain
from participation.web.uploads import read_before_file

bp = Blueprint("contributions", __name__)

ROOM: Final = 3_500_000  # bytes: 1 MB of any letters, three times as long in a form, is read and shown again
FILE_ROOM: Final = 12 * 2**20  # bytes: a file of 10 MB and the text
ROOMY: Final = ("contributions.keep_draft", "contributions.draft", "contributions.edit")


@bp.app_template_filter("excerpt")
def excerpt_of(html: str, length: int) -> str:
    """The first words of a stored text, as people read them: without tags and without the marks they typed."""
    return excerpt(plain(html), length)


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: these routes take texts that are far too long, to give them back."""
    if endpoint in ROOMY:
        request.max_content_length = ROOM
        request.max_form_memory_size = ROOM
    if endpoint == "contributions.draft":
        request.max_content_length = FILE_ROOM
        if (request.content_length or 0) > FILE_ROOM:
            read_before_file(ROOM)
