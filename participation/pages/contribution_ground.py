"""Looking for the place of a text without a script: a button that leads back with places to choose from."""

from typing import Any, Final

from participation.contributions.locations import WORDS
from participation.pages.contribution_forms import refuse
from participation.web.place_search import found_places

FIND: Final = "find-place"
TAKE: Final = "take-place "  # with the position and, behind a bar, the name


def looks_for_place(form: Any, act: str) -> bool:
    """Whether the pressed button looks for the place that was typed, or takes one that was found.

    Then the form has the places in `spots`, or the position in its field, and is shown again; nothing is sent.
    """
    if "where" not in form:
        return False
    if act.startswith(TAKE):
        position, _bar, name = act.removeprefix(TAKE).partition("|")
        form.position.data, form.where.data = position[:WORDS], name[:WORDS]
        return True
    if act != FIND or not (form.where.data or "").strip():
        return False
    form.spots, sentence = found_places(form.where.data)
    if sentence:
        refuse(form.where, sentence)
    return True
