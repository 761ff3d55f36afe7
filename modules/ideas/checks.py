"""What is missing before a collection of ideas can be published."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from modules.ideas.queries import categories_of
from participation.interfaces import Check
from participation.procedures.models import Activity


def missing(activity: Activity) -> Iterator[Check]:
    """Nothing is needed; categories help as soon as there are many ideas."""
    if not categories_of(activity):
        sentence = _l("Es gibt noch keine Kategorien. Mit Kategorien finden sich Ideen leichter.")
        yield Check(sentence=sentence, blocking=False, endpoint="setup")
