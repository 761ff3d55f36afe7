"""The words of the text, a section at a time, for the search."""

from collections.abc import Iterator

from participation.documents.outlines import section_texts
from participation.interfaces import SearchEntry
from participation.procedures.models import Activity


def entries(activity: Activity) -> Iterator[SearchEntry]:
    """One entry for each heading with what stands under it; found, it leads to the heading in the text."""
    key, title, words = "", activity.title, list[str]()
    for node_key, _section, kind, text in section_texts(activity):
        if kind == "heading":
            if words:
                yield _entry(key, title, words)
            key, title, words = node_key, text, [text]
        else:
            words.append(text)
    if words:
        yield _entry(key, title, words)


def _entry(key: str, title: str, words: list[str]) -> SearchEntry:
    return SearchEntry(key=f"section:{key}", title=title, text="\n".join(words), fragment=key, values={"section": key})
