"""What an answer may decide: the words of weighing, and for defects what became of them."""

from participation.interfaces import DEFECTS, WEIGHING
from participation.procedures.models import Procedure
from participation.registry import installed

DECISIONS = (*WEIGHING, *(name for name in DEFECTS if name not in WEIGHING))
XBETEILIGUNG = {  # code list of weighing, XBeteiligung 1.2
    "followed": "1000",
    "partly_followed": "1000",
    "already_followed": "2000",
    "not_followed": "3000",
    "elsewhere": "4000",
    "noted": "5000",
    "done": "1000",
    "declined": "3000",
    "not_responsible": "4000",
}


def offered_in(procedure: Procedure) -> tuple[str, ...]:
    """What answers of a procedure may decide, in the order of the words: all that its formats ask for."""
    asked: set[str] = set()
    for activity in procedure.activities:
        for kind in installed().contribution_types_of(activity.module):
            asked |= set(kind.decisions(activity) if kind.decisions else WEIGHING)
    return tuple(name for name in DECISIONS if name in asked) or WEIGHING
