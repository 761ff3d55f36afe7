"""The form of a working copy."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField


class WorkingCopyForm(FlaskForm):  # type: ignore[misc]
    """What an argument says, in the words of whoever works on it, and the version it was written on."""

    source = TextAreaField(
        _l("Arbeitskopie"),
        description=_l("Kürzen und glätten Sie hier. Das Original bleibt, wie es eingegangen ist."),
        render_kw={"rows": 6},
    )
    number = HiddenField()

    @property
    def seen(self) -> int:
        """The number of the version that was on the page."""
        typed = str(self.number.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
