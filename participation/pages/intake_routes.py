"""The blueprint of what came in otherwise; its views stand in the intake_… files. What several of them need."""

from typing import Any, Final

from flask import Blueprint, g

from participation.contributions import intake_queries
from participation.contributions.intake_checks import formats_of, require_stage
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.kernel.refusal import Refused, Unknown
from participation.pages.intake_forms import CHANNEL_WORDS, CONSENT_WORDS
from participation.procedures.models import Activity

bp = Blueprint("intake", __name__, url_prefix="/<tenant>/<procedure>/-/manage/intake")

TEXT_ROOM: Final = 2 * 2**20  # bytes of the words beside a file


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"channels": CHANNEL_WORDS, "consents": CONSENT_WORDS}


def recorded(number: int) -> tuple[Contribution, Intake]:
    """A record of this procedure by the number of its contribution. Raises Unknown."""
    found = intake_queries.record_at(g.procedure, number) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found


def number_of(typed: str) -> int:
    """A number from an address; 0 for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def refusal() -> Any:
    """Why nothing can be recorded here now; None where it can."""
    try:
        require_stage(g.procedure)
    except Refused as refused:
        return refused.sentence
    return None


def format_with(number: int) -> Activity | None:
    """A format that takes records: the one with this number, or the first."""
    offered = formats_of(g.procedure)
    return next((entry for entry in offered if entry.id == number), offered[0] if offered else None)
