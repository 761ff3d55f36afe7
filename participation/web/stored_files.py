"""Sending files that people or staff stored: they can do nothing in the browser but be seen."""

from flask import Response, send_file

from participation.kernel.files import file_store
from participation.web.headers import SANDBOX


def send_stored(stored_name: str, media_type: str, name: str, size: int) -> Response:
    """A stored file: pictures are shown, everything else is downloaded. Raises UnknownFile."""
    answer = send_file(
        file_store().open(stored_name),
        media_type,
        as_attachment=not media_type.startswith("image/"),
        download_name=name,
        etag=stored_name,
    )
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
