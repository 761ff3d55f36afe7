"""Showing other words than the author wrote: moderation blacks passages out, and lifts that again."""

from participation.contributions.events import ContributionWordsReplaced
from participation.contributions.models import Contribution
from participation.kernel.events import emit
from participation.kernel.text import render
from participation.kernel.versions import raise_version


def replace_words(contribution: Contribution, *, title: str, source: str, redacted: bool, actor_id: int | None) -> None:
    """Everything that shows the contribution shows these words from now on: pages, search, feeds, exports.

    The versions and their checksums stay what the author sent, so that the receipt stays true.
    """
    contribution.title, contribution.source, contribution.html = title, source, render(source)
    contribution.redacted = redacted
    for scope in (f"procedure:{contribution.procedure_id}", f"tenant:{contribution.tenant_id}", "installation"):
        raise_version(scope)
    emit(
        ContributionWordsReplaced(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            contribution_id=contribution.id,
            actor_id=actor_id,
        )
    )
