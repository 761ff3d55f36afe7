"""When an authority looks after what comes in: its moderation hours, what happens outside them, whom it calls."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.kernel.clock import local
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.tenants.models import Tenant
from participation.tenants.services import change_settings

KEY = "attendance"  # in the settings of an authority
LONGEST = 14 * 24  # hours


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Moderation hours. Without days nobody is expected at any time, and nothing depends on it."""

    days: Sequence[int] = ()  # 0 is Monday
    begins: str = "08:00"
    ends: str = "18:00"
    review_outside: bool = False  # what comes in outside the hours waits for a human
    within: int = 24  # hours in which contributions are mostly checked; residents read it
    urgent: Sequence[str] = ()  # addresses that are told of a threat or a cry for help

    def is_attended(self, at: datetime) -> bool:
        """Whether somebody looks after the portal at this instant; always, where no days are set."""
        here = local(at)
        hours = time.fromisoformat(self.begins) <= here.time() < time.fromisoformat(self.ends)
        return not self.days or (here.weekday() in self.days and hours)

    def holds_back(self, at: datetime) -> bool:
        """Whether a new contribution waits only because of the hour."""
        return self.review_outside and not self.is_attended(at)


def attendance_of(tenant: Tenant) -> Attendance:
    """What an authority has set, or what holds without a setting."""
    kept: dict[str, Any] = tenant.settings.get(KEY, {})
    return Attendance(**kept)


def is_held_back(tenant_id: int, at: datetime) -> bool:
    """Whether what comes in at an authority now waits because nobody is there."""
    return attendance_of(db.session.get_one(Tenant, tenant_id)).holds_back(at)


def set_attendance(tenant: Tenant, attendance: Attendance, *, actor_id: int) -> None:
    """Keep the moderation hours. Raises Invalid for an end before the beginning, or odd hours."""
    if attendance.days and _time(attendance.begins, "begins") >= _time(attendance.ends, "ends"):
        raise Invalid(_l("Das Ende liegt vor dem Beginn."), field="ends")
    if not 1 <= attendance.within <= LONGEST:
        raise Invalid(_l("Bitte nennen Sie 1 bis %(longest)s Stunden.", longest=LONGEST), field="within")
    kept = asdict(attendance) | {"days": sorted(set(attendance.days)), "urgent": list(attendance.urgent)}
    change_settings(tenant, {KEY: kept}, actor_id=actor_id)


def _time(text: str, field: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_l("Bitte schreiben Sie die Uhrzeit so: 08:00"), field=field) from error
