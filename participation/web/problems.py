"""Refusals as programs read them: problem details after RFC 9457, for every address below /api/."""

import json
from typing import Any

from flask import Response, request
from flask_babel import get_locale

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


def is_for_programs() -> bool:
    """Whether the one who asks is a program: pages and the interface have addresses of their own."""
    return request.path.startswith(PREFIX)


def problem(status: int, title: Any, sentence: Any, errors: Any = None) -> Response:
    """The answer: what is the case, how to go on, and which fields are concerned."""
    body: dict[str, Any] = {"type": "about:blank", "title": str(title), "status": status, "detail": str(sentence)}
    if errors:
        body["errors"] = errors
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = str(get_locale())
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
