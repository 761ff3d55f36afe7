"""The phases a ballot can have."""

from flask_babel import lazy_gettext as _l

from modules.ballot.actions import VOTE
from participation.interfaces import PhaseKind, Step, Visibility

VOTING = PhaseKind(
    name="vote",
    title=_l("Abstimmen"),
    step=Step.VOTING,
    opens=frozenset({VOTE.name}),
    visible_to=Visibility.OWN,
)
