"""Answers go out compressed where the reader takes it."""

from flask import Flask
from flask_compress import Compress

TYPES = ["text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"]


def init_app(app: Flask) -> None:
    """Compress pages and plain files: zstd, brotli or gzip.

    Pages with a CSRF token mix a secret with what was typed, which compression could betray to another site that
    makes the browser ask; the cookie is SameSite=Lax, so another site cannot.
    """
    app.config["COMPRESS_MIMETYPES"] = [*TYPES, "application/atom+xml", "text/calendar"]
    app.config["COMPRESS_MIN_SIZE"] = 500
    Compress(app)
