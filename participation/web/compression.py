"""Answers go out compressed where the reader takes it."""

from flask import Flask
from flask_compress import Compress

TYPES = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]
DATA = ["application/json", "application/geo+json", "application/atom+xml", "text/calendar"]


def init_app(app: Flask) -> None:
    """Compress pages and plain files: zstd, brotli or gzip.

    Pages with a CSRF token mix a secret with what was typed, which compression could betray to another site that
    makes the browser ask; the cookie is SameSite=Lax, so another site cannot.
    """
    app.config["COMPRESS_MIMETYPES"] = [*TYPES, *DATA]
    app.config["COMPRESS_MIN_SIZE"] = 500
    Compress(app)
