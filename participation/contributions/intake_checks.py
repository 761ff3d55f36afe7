"""What must be true of a record of what came in otherwise: its words, its day, the phase it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.accounts.services import normalise_email
from participation.contributions.models import Contribution
from participation.contributions.services import checked_text
from participation.contributions.targets import place_exists
from participation.interfaces import ContributionType, Step
from participation.kernel.clock import end_of_day, instant, now, start_of_day, today
from participation.kernel.dates import day_with_weekday
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.text import TextProblem, normalise, normalise_name
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.queries import stage_of
from participation.registry import installed

CHANNELS: Final = ("letter", "email", "on_record", "on_site", "telephone")
CONSENTS: Final = ("none", "text", "text_and_name")
STAGES: Final = frozenset({Stage.RUNNING, Stage.PAUSED, Stage.EVALUATION, Stage.COMPLETED, Stage.CANCELLED})
STEPS: Final = (Step.CONSULTATION, Step.COMMENTING)
LONGEST: Final = {"title": 200, "organisation": 120, "district": 100, "file_reference": 100, "sender_name": 120}
LONGEST_ADDRESS: Final = 500  # characters


@dataclass(frozen=True, kw_only=True)
class Received:
    """What staff say of something that came in: as typed, or as it stands in a row of a table."""

    channel: str
    received_on: date | None
    text: str
    title: str = ""
    place: str = ""
    quote: str = ""
    sender_name: str = ""
    sender_address: str = ""
    sender_email: str = ""
    organisation: str = ""
    district: str = ""
    consent: str = "none"
    file_reference: str = ""


class Ready(NamedTuple):
    """A checked record: cleaned words, the phase it belongs to, and when it counts as received."""

    received: Received
    phase: Phase
    kind: ContributionType
    at: datetime
    late: bool
    passage: Mapping[str, Any] | None


class Ground:
    """What a format says of its places and their words; each is asked once, however many rows name it."""

    def __init__(self, activity: Activity, kind: ContributionType) -> None:
        self.activity, self.kind = activity, kind
        self.has = cache(self._has)
        self.passage = cache(self._passage)

    def _has(self, place: str) -> bool:
        return place_exists(self.kind, self.activity, place)

    def _passage(self, place: str, quote: str) -> Mapping[str, Any] | None:
        return self.kind.passage(self.activity, place, quote) if self.kind.passage and place else None


def require_stage(procedure: Procedure) -> None:
    """Before the opening nobody can have written to it, and the archive is closed. Raises Refused."""
    stage = stage_of(procedure)
    if stage is Stage.ARCHIVED:
        raise Refused(_l("Das Verfahren liegt im Archiv. Eingänge nimmt es nicht mehr auf."))
    if stage not in STAGES:
        raise Refused(_l("Die Beteiligung hat noch nicht begonnen. Eingänge können Sie ab dem ersten Tag erfassen."))


def kind_of(activity: Activity) -> ContributionType | None:
    """What a record becomes in a format; None where people add nothing but votes there."""
    module = installed().get(activity.module) if activity.module in installed() else None
    kinds = module.contributions if module is not None else ()
    return next((kind for kind in kinds if _phases(activity, kind)), None)


def _phases(activity: Activity, kind: ContributionType) -> list[Phase]:
    return [phase for phase in activity.phases if phase.step in STEPS and kind.action in phase.opens]


def formats_of(procedure: Procedure) -> list[Activity]:
    """The formats of a procedure that take records."""
    return [activity for activity in procedure.activities if kind_of(activity) is not None]


def phase_on(activity: Activity, kind: ContributionType, day: date) -> tuple[Phase, bool] | None:
    """The phase something belongs to that came in on a local day, and whether it came after its end.

    The phase of that day, where there are several the one for the widest audience; else the one that ended last
    before. None for a day before the first phase.
    """
    begins, ends = start_of_day(day), end_of_day(day)
    begun = [phase for phase in _phases(activity, kind) if phase.begins_at < ends]
    if not begun:
        return None
    width = {"public": 2, "institutions": 1, "members": 0}
    running = [phase for phase in begun if begins < phase.ends_at]
    if running:
        return max(running, key=lambda phase: (width[phase.audience], phase.begins_at, phase.id)), False
    return max(begun, key=lambda phase: (phase.ends_at, width[phase.audience], phase.id)), True


def checked(activity: Activity, received: Received, *, ground: Ground | None = None) -> Ready:
    """A record that can be stored. For many rows `ground` answers what is asked of the text again and again.

    Raises Refused for the procedure or format as a whole, Invalid with the field that is wrong.
    """
    require_stage(activity.procedure)
    kind = kind_of(activity)
    if kind is None:
        raise Refused(_l("In diesem Format geben Menschen Stimmen ab. Die lassen sich nicht auf Papier nachtragen."))
    found = _cleaned(received)
    day = _checked_day(found.received_on)
    belongs = phase_on(activity, kind, day)
    if belongs is None:
        first = min(phase.begins_at for phase in _phases(activity, kind))
        raise Invalid(_l("Die Beteiligung begann erst am %(day)s.", day=day_with_weekday(first)), field="received_on")
    phase, late = belongs
    ask = ground or Ground(activity, kind)
    if found.place and not ask.has(found.place):
        raise Invalid(_l("Diese Stelle gibt es im Text nicht."), field="place")
    passage = ask.passage(found.place, found.quote) if found.quote else None
    if found.quote and passage is None:
        raise Invalid(_l("Diese Wörter stehen nicht an der Stelle."), field="quote")
    at = min(instant(datetime.combine(day, time(12))), now())
    return Ready(found, phase, kind, at, late, passage)


def _checked_day(day: date | None) -> date:
    if day is None:
        raise Invalid(_l("Bitte schreiben Sie das Datum so: 14.12.2026"), field="received_on")
    if day > today():
        raise Invalid(_l("Dieser Tag kommt erst noch."), field="received_on")
    return day


def _cleaned(received: Received) -> Received:
    """The same with every word as it is stored. Raises Invalid."""
    if received.channel not in CHANNELS:
        raise Invalid(_l("Bitte wählen Sie, wie der Beitrag einging."), field="channel")
    if received.consent not in CONSENTS:
        raise Invalid(_l("Bitte wählen Sie, was veröffentlicht werden darf."), field="consent")
    if received.consent == "text_and_name" and not (received.sender_name.strip() or received.organisation.strip()):
        raise Invalid(_l("Bitte schreiben Sie den Namen, unter dem der Beitrag erscheinen soll."), field="sender_name")
    lines = {name: _line(name, getattr(received, name), most) for name, most in LONGEST.items()}
    email = _email(received.sender_email)
    return Received(
        channel=received.channel,
        received_on=received.received_on,
        consent=received.consent,
        text=_text(received.text),
        place=received.place.strip()[:200],
        quote=_words("quote", received.quote)[:2_000],
        sender_address=_address(received.sender_address),
        sender_email=email,
        **lines,
    )


def _text(source: str) -> str:
    try:
        return checked_text(source)
    except TextProblem as problem:
        raise Invalid(problem.sentence, field="text") from None


def _words(name: str, value: str) -> str:
    try:
        return normalise(value).strip()
    except TextProblem as problem:
        raise Invalid(problem.sentence, field=name) from None


def _line(name: str, value: str, most: int) -> str:
    found = normalise_name(_words(name, value))
    if len(found) > most:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=most), field=name)
    return found


def _address(value: str) -> str:
    lines = [line.strip() for line in _words("sender_address", value).splitlines()]
    found = "\n".join(line for line in lines if line)
    if len(found) > LONGEST_ADDRESS or found.count("\n") > 5:
        raise Invalid(_l("Bitte schreiben Sie die Anschrift in höchstens sechs Zeilen."), field="sender_address")
    return found


def _email(value: str) -> str:
    if not value.strip():
        return ""
    try:
        return normalise_email(value)
    except Invalid as error:
        raise Invalid(error.sentence, field="sender_email") from None


def same_text(procedure: Procedure, keys: list[str], *, but: int | None = None) -> dict[str, str]:
    """Which of these text keys stand in the procedure already, with the number of the oldest; one query for all."""
    if not keys:
        return {}
    here = (Contribution.procedure_id == procedure.id, Contribution.text_key.in_(keys), Contribution.id != (but or 0))
    query = select(Contribution.text_key, Contribution.reference).where(*here, Contribution.state != "withdrawn")
    rows = db.session.execute(query.order_by(Contribution.id.desc()))
    return {key: reference for key, reference in rows}  # noqa: C416 - the oldest wins
