"""The stages of a procedure as a line, with the present one marked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from participation.kernel.clock import last_day, local
from participation.kernel.dates import day
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure
from participation.procedures.queries import dates_of

S = Stage
LINE = (S.DRAFT, S.REVIEW, S.RELEASED, S.ANNOUNCED, S.RUNNING, S.EVALUATION, S.COMPLETED, S.ARCHIVED)
ASIDE = {S.PAUSED: S.RUNNING, S.CANCELLED: S.COMPLETED}  # in whose place of the line these stand


def stage_line(procedure: Procedure, stage: Stage) -> list[Mapping[str, Any]]:
    """The stages in their order, as the component `steps` takes them."""
    here = LINE.index(ASIDE.get(stage, stage))
    return [_item(procedure, entry, number - here, stage) for number, entry in enumerate(LINE)]


def _item(procedure: Procedure, entry: Stage, distance: int, stage: Stage) -> Mapping[str, Any]:
    shown = stage if distance == 0 else entry
    state = "past" if distance < 0 else "now" if distance == 0 else "coming"
    when = _when(procedure, entry) if stage is not S.CANCELLED else None
    return {"name": _(f"stage.{shown}"), "state": state, "url": None, "dates": when}


def _when(procedure: Procedure, entry: Stage) -> str | None:
    dates = dates_of(procedure)
    begins = {S.ANNOUNCED: dates.announced_at, S.RUNNING: dates.begins_at, S.ARCHIVED: dates.archived_at}
    if entry is S.EVALUATION and dates.ends_at is not None:
        return str(_("nach dem %(date)s", date=day(last_day(dates.ends_at))))
    at: datetime | None = begins.get(entry)
    return str(_("ab %(date)s", date=day(local(at)))) if at is not None else None
