"""What is missing before a text can be published."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from participation.documents.outlines import outline_of
from participation.interfaces import Check
from participation.procedures.models import Activity


def missing(activity: Activity) -> Iterator[Check]:
    """A text without words cannot be commented on."""
    if outline_of(activity) is None:
        yield Check(sentence=_l("Der Text fehlt noch. Bitte lesen Sie ihn aus einer Datei ein."), endpoint="prepare")
