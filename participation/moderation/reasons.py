"""Why a contribution may be reported or hidden: the codes of `words.md`, section "Reasons for hiding"."""

from typing import Any

from flask_babel import lazy_gettext as _l

from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise

REASONS = ("insult", "hatred", "personal_data", "rights", "unlawful", "advertising", "off_topic")
LONGEST = 1_000  # characters of a note or of the sentence on a case


def checked_reason(code: str) -> str:
    """The code as it is stored. Raises Invalid for an unknown one."""
    if code not in REASONS:
        raise Invalid(_l("Bitte wählen Sie einen Grund."), field="reason")
    return code


def checked_note(typed: str, field: str, *, required: Any = None) -> str:
    """Words of a person as they are stored. Raises Invalid for too many, and for none where `required` says why."""
    text = normalise(typed).strip()
    if required is not None and not text:
        raise Invalid(required, field=field)
    if len(text) > LONGEST:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST), field=field)
    return text
