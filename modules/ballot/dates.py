"""Days that matter."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from participation.interfaces import Date
from participation.procedures.models import Activity
from participation.voting.embargo import voting_span


def days(activity: Activity) -> Iterator[Date]:
    """When the vote ends: the last moment in which a ballot is taken."""
    span = voting_span(activity)
    if span is not None:
        yield Date(at=span.ends_at, title=_l("Ende der Abstimmung: %(title)s", title=activity.title))
