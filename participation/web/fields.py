"""Where the fields of a request come from: one place, never whichever of two happens to win."""

from flask import request
from werkzeug.datastructures import MultiDict


def fields() -> MultiDict[str, str]:
    """The fields of the form where one was sent, else those of the address; the other is not looked at."""
    return request.form if request.method == "POST" else request.args
