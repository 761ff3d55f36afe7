"""How commands print procedures."""

from collections.abc import Iterator

from participation.kernel.clock import local
from participation.procedures.models import Phase, Procedure
from participation.procedures.queries import dates_of, stage_of


def line_of(procedure: Procedure) -> str:
    """One line: address, stage now, dates, title."""
    dates = dates_of(procedure)
    begins = f"{local(dates.begins_at):%Y-%m-%d}" if dates.begins_at else "?"
    ends = f"{local(dates.ends_at):%Y-%m-%d}" if dates.ends_at else "?"
    address = f"/{procedure.tenant.slug}/{procedure.slug}/"
    return f"{address:48} {stage_of(procedure):10} {begins} – {ends}  {procedure.title}"


def described(procedure: Procedure) -> Iterator[str]:
    """Many lines: the procedure, its activities, their phases."""
    yield line_of(procedure)
    if procedure.reason:
        yield f"  reason: {procedure.reason}"
    for activity in procedure.activities:
        yield f"  {activity.module}/{activity.slug}: {activity.title}"
        yield from (f"    {_line(phase)}" for phase in activity.phases)


def _line(phase: Phase) -> str:
    span = f"{local(phase.begins_at):%Y-%m-%d %H:%M} – {local(phase.ends_at):%Y-%m-%d %H:%M}"
    return (
        f"{span}  {phase.kind} ({phase.step}), {', '.join(phase.identity)}, moderation {phase.moderation}: "
        f"{phase.title}"
    )
