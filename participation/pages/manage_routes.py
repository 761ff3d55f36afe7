"""The blueprint that the pages of a procedure's workspace share, and the room a picture needs."""

from typing import Any, Final

from flask import Blueprint, request

from participation.web.uploads import read_before_file

bp = Blueprint("manage", __name__, url_prefix="/<tenant>/<procedure>/-/manage")

PICTURE_ROOM: Final = 42 * 2**20  # bytes: a picture of 40 MB and its description
TEXT_ROOM: Final = 1_000_000


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: pictures may be large; of those that are too large only the words are read."""
    if endpoint == "manage.picture":
        request.max_content_length = PICTURE_ROOM
        if (request.content_length or 0) > PICTURE_ROOM:
            read_before_file(TEXT_ROOM)
