"""The words of the questions, for the search. Ballots are never in it."""

from collections.abc import Iterator

from modules.ballot.queries import questions_of
from participation.interfaces import SearchEntry
from participation.kernel.text import plain
from participation.procedures.models import Activity


def entries(activity: Activity) -> Iterator[SearchEntry]:
    """One entry for each question with its options; found, it leads to the question."""
    for question in questions_of(activity):
        words = [plain(question.html), *(f"{option.title} {option.text}".strip() for option in question.options)]
        yield SearchEntry(
            key=f"question:{question.key}",
            title=question.title,
            text="\n".join(word for word in words if word) or question.title,
            fragment=f"frage-{question.key}",
        )
