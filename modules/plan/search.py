"""The documents of a plan, to be found."""

from collections.abc import Iterator

from participation.documents.outlines import citations, section_texts
from participation.interfaces import SearchEntry
from participation.procedures.models import Activity


def entries(activity: Activity) -> Iterator[SearchEntry]:
    """Each paragraph that says something."""
    cited = citations(activity)
    for key, _section, _kind, text in section_texts(activity):
        if text:
            yield SearchEntry(
                key=key,
                title=cited.get(key) or activity.title,
                text=text,
                endpoint="place",
                values={"key": key},
                fragment=key,
            )
