"""The fields of a request: where they come from (one place, never whichever of two happens to win), and what of a text
cannot be kept.
"""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from participation.kernel.text import without_unstorable


def fields() -> MultiDict[str, str]:
    """The fields of the form where one was sent, else those of the address; the other is not looked at."""
    return request.form if request.method == "POST" else request.args


def storable(text: Any) -> Any:
    """What was typed, without the characters that no database stores: nobody has to type a text again for them."""
    return without_unstorable(text) if isinstance(text, str) else text
