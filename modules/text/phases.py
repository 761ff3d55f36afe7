"""The phases a text can have."""

from flask_babel import lazy_gettext as _l

from modules.text.actions import COMMENT
from participation.interfaces import PhaseKind, Step

TALKING = frozenset({"core:comment", "core:rate"})

CONSULTATION = PhaseKind(
    name="consultation", title=_l("Text kommentieren"), step=Step.CONSULTATION, opens=TALKING | {COMMENT.name}
)
COMMENTING = PhaseKind(name="commenting", title=_l("Antworten und bewerten"), step=Step.COMMENTING, opens=TALKING)
