"""What is worth knowing about a plan before it is too late: gaps, overlaps, holidays, statutory periods.

Pure: no database, no clock of its own. Times are local and naive, ends are half-open.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.interfaces import Step
from participation.kernel.clock import BERLIN, instant, local
from participation.kernel.dates import day_with_weekday
from participation.kernel.holidays import holiday, is_working_day, next_working_day

LEAD_DAYS = 7  # between announcement and begin, where the authority has set nothing else
STATUTORY_DAYS = 30
ORDER = {Step.CONSULTATION: 0, Step.COMMENTING: 1, Step.VOTING: 2, Step.PUBLICATION: 3}


class Weight(StrEnum):
    """How much a finding matters: an error stops the release, a warning wants a look, a note explains."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A phase as somebody plans it."""

    key: str  # its number, "new" while it has none
    activity: str  # key of the activity it belongs to
    kind: str  # what it opens there
    title: str
    step: Step
    begins: datetime
    ends: datetime
    round: int = 1
    audience: str = "public"
    statutory: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the whole plan is measured by."""

    announced_on: date | None = None
    answers_by: date | None = None
    lead_days: int = LEAD_DAYS
    state: str = ""  # whose holidays count; "" = those of all Germany
    today: date | None = None  # None: the past is no matter


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One sentence about a phase (`key`), or about the whole plan ("")."""

    weight: Weight
    sentence: Any = field(compare=False)
    key: str = ""
    name: str = ""  # which rule speaks, for tests and for those who count


def findings(slices: Sequence[Slice], frame: Frame) -> list[Finding]:
    """Everything there is to say about a plan; errors first, else in the order of the phases."""
    ordered = sorted(slices, key=lambda entry: (entry.begins, entry.ends, entry.key))
    sound = [entry for entry in ordered if entry.begins < entry.ends]
    found = [finding for entry in ordered for finding in _of_one(entry, frame)]
    found += [*_overlaps(sound), *_wrong_order(sound), *_gaps(sound), *_around(sound, frame)]
    return sorted(found, key=lambda finding: list(Weight).index(finding.weight))


def _of_one(entry: Slice, frame: Frame) -> Iterator[Finding]:
    if entry.ends <= entry.begins:
        yield _say("backwards", Weight.ERROR, entry, _l("Das Ende muss nach dem Beginn liegen."))
        return
    if frame.today is not None and entry.begins.date() < frame.today:
        yield _say("past", Weight.WARNING, entry, _l("Der Beginn liegt in der Vergangenheit."))
    if entry.statutory:
        yield from _statutory(entry, frame)
    else:
        yield from _end_day(entry, frame)
    for moment in (entry.begins, entry.ends):
        if (sentence := clock_change(moment)) is not None:
            yield _say("clock", Weight.NOTE, entry, sentence)


def _end_day(entry: Slice, frame: Frame) -> Iterator[Finding]:
    last = last_day_of(entry.ends)
    if entry.step is not Step.PUBLICATION and not is_working_day(last, frame.state):
        words = {"day": day_with_weekday(last), "name": holiday(last, frame.state)}
        if words["name"]:
            sentence = _l(
                "Der letzte Tag ist ein Feiertag (%(name)s): %(day)s. Dann ist meist niemand für Fragen da.", **words
            )
        else:
            sentence = _l("Der letzte Tag liegt am Wochenende: %(day)s. Dann ist meist niemand für Fragen da.", **words)
        yield _say("rest_day", Weight.WARNING, entry, sentence)


def _statutory(entry: Slice, frame: Frame) -> Iterator[Finding]:
    earliest = earliest_statutory_end(entry.begins)
    last = last_day_of(entry.ends)
    if entry.ends < earliest:
        shortened = entry.round > 1  # BauGB § 4a (3): a second round may be shorter
        sentence = (
            _l("Diese weitere Runde ist kürzer als ein Monat. Das ist zulässig, wenn die Dauer angemessen ist.")
            if shortened
            else _l(
                "Eine gesetzliche Frist dauert mindestens einen Monat und nie weniger als 30 Tage, hier bis %(day)s.",
                day=day_with_weekday(last_day_of(earliest)),
            )
        )
        yield _say("too_short", Weight.WARNING if shortened else Weight.ERROR, entry, sentence)
    elif not is_working_day(last, frame.state):
        day = day_with_weekday(next_working_day(last, frame.state))
        sentence = _l(
            "Eine gesetzliche Frist endet nicht am Wochenende oder Feiertag, sondern erst am %(day)s.", day=day
        )
        yield _say("statutory_rest_day", Weight.WARNING, entry, sentence)
    yield from _lead(entry, frame)


def _lead(entry: Slice, frame: Frame) -> Iterator[Finding]:
    if frame.announced_on is None:
        sentence = _l("Eine gesetzliche Frist wird vorher bekannt gemacht. Der Tag der Bekanntmachung fehlt noch.")
        yield _say("not_announced", Weight.ERROR, entry, sentence)
    elif entry.begins.date() < frame.announced_on + timedelta(days=frame.lead_days):
        first = frame.announced_on + timedelta(days=frame.lead_days)
        sentence = _l(
            "Zwischen Bekanntmachung und Beginn liegen mindestens %(days)s Tage. Frühester Beginn: %(first)s.",
            days=frame.lead_days, first=day_with_weekday(first),
        )  # fmt: skip
        yield _say("lead", Weight.ERROR, entry, sentence)


def _overlaps(ordered: Sequence[Slice]) -> Iterator[Finding]:
    """The same thing twice in one activity for the same people, open at the same time."""
    for number, entry in enumerate(ordered):
        for other in ordered[number + 1 :]:
            same = (entry.activity, entry.kind, entry.audience) == (other.activity, other.kind, other.audience)
            if same and other.begins < entry.ends:
                sentence = _l("Überschneidet sich mit „%(title)s“.", title=entry.title)
                yield _say("overlap", Weight.WARNING, other, sentence)


def _wrong_order(ordered: Sequence[Slice]) -> Iterator[Finding]:
    """A later step of the same round that begins before an earlier one has ended."""
    for entry in ordered:
        earlier = [other for other in ordered if other.round == entry.round and ORDER[other.step] < ORDER[entry.step]]
        late = max((other for other in earlier), key=lambda other: other.ends, default=None)
        if late is not None and entry.begins < late.ends and late.activity != entry.activity:
            sentence = _l("Beginnt, bevor „%(title)s“ endet.", title=late.title)
            yield _say("order", Weight.WARNING, entry, sentence)


def _gaps(ordered: Sequence[Slice]) -> Iterator[Finding]:
    """Whole days between two phases on which nobody can do anything."""
    reached: date | None = None  # the first day after all phases so far
    for entry in (entry for entry in ordered if entry.step is not Step.PUBLICATION):
        last = entry.begins.date() - timedelta(days=1)
        if reached is not None and reached <= last:
            days = {"first": day_with_weekday(reached), "last": day_with_weekday(last)}
            if reached == last:
                sentence = _l("Davor ist ein Tag, an dem nichts offen ist: %(first)s.", **days)
            else:
                sentence = _l("Davor ist nichts offen: %(first)s bis %(last)s.", **days)
            yield _say("gap", Weight.WARNING, entry, sentence)
        after = last_day_of(entry.ends) + timedelta(days=1)
        reached = after if reached is None else max(reached, after)


def _around(ordered: Sequence[Slice], frame: Frame) -> Iterator[Finding]:
    """How the plan fits to the other dates of the procedure."""
    taking_part = [entry for entry in ordered if entry.step is not Step.PUBLICATION]
    if not taking_part:
        sentence = _l("Es fehlt noch eine Phase, in der Menschen sich beteiligen können.")
        yield Finding(weight=Weight.ERROR, sentence=sentence, name="nothing")
        return
    first, end = min(entry.begins for entry in taking_part), max(entry.ends for entry in taking_part)
    if frame.announced_on is not None and first.date() < frame.announced_on:
        sentence = _l("Die erste Phase beginnt, bevor das Verfahren angekündigt wird.")
        yield Finding(weight=Weight.ERROR, sentence=sentence, name="before_announcement")
    if frame.answers_by is not None and frame.answers_by < last_day_of(end):
        sentence = _l("Antworten sind bis %(day)s versprochen, vor dem Ende der letzten Phase.",
                      day=day_with_weekday(frame.answers_by))  # fmt: skip
        yield Finding(weight=Weight.WARNING, sentence=sentence, name="answers_too_early")


def _say(name: str, weight: Weight, entry: Slice, sentence: Any) -> Finding:
    return Finding(name=name, weight=weight, sentence=sentence, key=entry.key)


def last_day_of(ends: datetime) -> date:
    """The last local day before a half-open end: 1 November 00:00 means until and including 31 October."""
    return (ends - timedelta(microseconds=1)).date()


def earliest_statutory_end(begins: datetime) -> datetime:
    """When a period of one month and at least 30 days is over (BauGB § 3 (2) with BGB §§ 187, 188); half-open."""
    first = begins.date() if begins.time() == time() else begins.date() + timedelta(days=1)
    return datetime.combine(max(first + timedelta(days=STATUTORY_DAYS), month_later(first)), time())


def month_later(first: date) -> date:
    """The day after a month that begins with `first`: from 15 January the 15 February, from 31 January the 1 March."""
    year, month = first.year + first.month // 12, first.month % 12 + 1
    days = monthrange(year, month)[1]
    if first.day > days:
        return date(year, month, days) + timedelta(days=1)
    return date(year, month, first.day)


def clock_change(moment: datetime) -> Any | None:
    """What a local time means in a night in which the clocks are changed; None in all others."""
    early, late = moment.replace(tzinfo=BERLIN, fold=0), moment.replace(tzinfo=BERLIN, fold=1)
    if early.utcoffset() == late.utcoffset():
        return None
    meant = local(instant(moment))
    words = {"typed": f"{moment:%H:%M}", "time": f"{meant:%H:%M}", "day": day_with_weekday(meant)}
    if meant.replace(tzinfo=None) != moment:
        return _l("In dieser Nacht werden die Uhren vorgestellt. Statt %(typed)s Uhr gilt %(time)s Uhr.", **words)
    return _l("In dieser Nacht gibt es %(typed)s Uhr zweimal. Es gilt die erste, in der Sommerzeit.", **words)


def blocking(found: Iterable[Finding]) -> list[Finding]:
    """Those that stop the release."""
    return [finding for finding in found if finding.weight is Weight.ERROR]
