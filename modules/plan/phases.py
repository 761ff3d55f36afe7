"""The phases a plan can have."""

from flask_babel import lazy_gettext as _l

from modules.plan.actions import COMMENT
from participation.interfaces import PhaseKind, Step

TALKING = frozenset({"core:comment", "core:rate"})

DISPLAY = PhaseKind(
    name="display", title=_l("Zum Plan Stellung nehmen"), step=Step.CONSULTATION, opens=TALKING | {COMMENT.name}
)
DISCUSSING = PhaseKind(name="discussing", title=_l("Stellungnahmen besprechen"), step=Step.COMMENTING, opens=TALKING)
