"""A checkbox that knows one word for yes: what is spelled otherwise is refused, never taken for it."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask import request
from flask_babel import lazy_gettext as _l

YES = "y"  # what a browser sends of a ticked box of ours


def is_said(name: str) -> bool:
    """Whether a hidden field or box that a template writes by hand says yes: "1", and only once."""
    return request.form.getlist(name) == ["1"]


class BooleanField(wtforms.BooleanField):  # type: ignore[misc]
    """Ticked only by exactly what its page sends, once; not there, it is not ticked."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take what was sent. ValueError, which stands beside the field, for everything but one `YES`."""
        self.data = list(valuelist) == [YES]
        if valuelist and not self.data:
            raise ValueError(_l("Bitte setzen Sie das Häkchen auf der Seite."))

    def _value(self) -> str:
        return YES
