"""The phases a collection of ideas can have."""

from flask_babel import lazy_gettext as _l

from modules.ideas.actions import SUBMIT
from participation.interfaces import PhaseKind, Step

TALKING = frozenset({"core:comment", "core:rate"})

COLLECTING = PhaseKind(
    name="collecting", title=_l("Ideen sammeln"), step=Step.CONSULTATION, opens=TALKING | {SUBMIT.name}
)
RATING = PhaseKind(name="rating", title=_l("Ideen besprechen und bewerten"), step=Step.COMMENTING, opens=TALKING)
