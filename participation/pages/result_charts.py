"""Charts of a result as shapes: where each bar stands, how wide it is, what is written beside it.

Widths are per cent of the page's width, heights are pixels, so that a chart fits a phone without being shrunk.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import Any, NamedTuple

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from participation.evaluation.decisions import DECISIONS
from participation.kernel.dates import day_and_month
from participation.web.language import number

LINE, BAR, GAP = 22, 24, 16  # pixels
SIGNS, LINES = 36, 2  # of a label; the table beside it has all of it
WIDEST = 62  # per cent; the rest is for the number
BESIDE, ROOM = 38, 36  # per cent: where a bar begins beside its label, and how long it is at most
PATTERNS = 4
STEPS = ("day", "week", "month")
MOST_BARS, MOST_SECTIONS = 30, 10

Bar = tuple[str, int, bool]  # label, value, chosen


class Shape(NamedTuple):
    """One bar with its words."""

    label: str
    lines: tuple[tuple[int, str], ...]  # baseline, words
    x: float  # per cent
    y: int
    width: float  # per cent
    value: int
    share: int | None  # per cent of those who answered
    words: str  # "56 (43 %)"
    pattern: int
    chosen: bool


class Chart(NamedTuple):
    """A chart, and the table that says the same."""

    key: str
    title: str
    description: str
    shapes: tuple[Shape, ...]
    height: int
    heads: tuple[str, str]  # of the table: what the labels are, what is counted
    tie: bool = False
    german: bool = False  # the labels are words of the authority


def chart_of_tally(key: str, tally: Mapping[str, Any]) -> Chart:
    """One question of a vote."""
    total = int(tally["total"])
    bars = [(bar["label"], int(bar["value"]), bool(bar["chosen"])) for bar in tally["bars"]]
    said = ngettext(
        "%(shown)s Stimme wurde abgegeben.", "%(shown)s Stimmen wurden abgegeben.", total, shown=number(total)
    )
    heads = (_("Antwort"), _("Stimmen"))
    return _chart(key, str(tally["title"]), str(said), bars, total, heads, tie=bool(tally["tie"]), german=True)


def chart_of_decisions(decisions: Mapping[str, int]) -> Chart:
    """How the authority decided on contributions, in the order of the words."""
    bars = [(str(_("decision." + name)), decisions[name], False) for name in DECISIONS if decisions.get(name)]
    total = sum(decisions.values())
    said = ngettext(
        "%(shown)s Beitrag ist beantwortet.", "%(shown)s Beiträge sind beantwortet.", total, shown=number(total)
    )
    title = str(_("So hat die Behörde entschieden"))
    return _chart("decisions", title, str(said), bars, total, (_("Entscheidung"), _("Beiträge")))


def chart_of_days(days: Mapping[date, int]) -> Chart:
    """When contributions came in: by day, by week or by month, so that at most 30 bars stand there; empty ones too."""
    first, last = min(days), max(days)
    step = next((one for one in STEPS if _steps(one, first, last) <= MOST_BARS), STEPS[-1])
    counts: dict[date, int] = dict.fromkeys(_begins(step, first, last), 0)
    for day, number_ in days.items():
        counts[_begin(step, day)] += number_
    bars = [(_span_words(step, begin), count, False) for begin, count in counts.items()]
    titles = {
        "day": _("Eingegangene Beiträge je Tag"),
        "week": _("Eingegangene Beiträge je Woche"),
        "month": _("Eingegangene Beiträge je Monat"),
    }
    heads = (_("Zeitraum"), _("Beiträge"))
    return _chart("days", titles[step], _said(days), bars, sum(days.values()), heads, rows=True)


def chart_of_channels(channels: Mapping[str, int]) -> Chart:
    """How contributions came in, the most used way first."""
    ordered = sorted(channels.items(), key=lambda entry: (-entry[1], entry[0]))
    bars = [(str(_("channel." + name)), count, False) for name, count in ordered]
    title, heads = _("So gingen die Beiträge ein"), (_("Weg"), _("Beiträge"))
    return _chart("channels", title, _said(channels), bars, sum(channels.values()), heads)


def chart_of_sections(sections: Mapping[str, int]) -> Chart:
    """Which parts of the text were spoken of most: at most ten, the rest in one bar."""
    ordered = sorted(sections.items(), key=lambda entry: (-entry[1], entry[0]))
    bars = [(name or str(_("Zum Ganzen")), count, False) for name, count in ordered[:MOST_SECTIONS]]
    rest = sum(count for _name, count in ordered[MOST_SECTIONS:])
    bars += [(str(_("Übrige Stellen")), rest, False)] if rest else []
    title, heads = _("Beiträge nach Stellen im Text"), (_("Stelle"), _("Beiträge"))
    return _chart("sections", title, _said(sections), bars, sum(sections.values()), heads, german=True)


def _said(counts: Mapping[Any, int]) -> str:
    total = sum(counts.values())
    return str(
        ngettext(
            "%(shown)s Beitrag ist eingegangen.", "%(shown)s Beiträge sind eingegangen.", total, shown=number(total)
        )
    )


def _begin(step: str, day: date) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next(step: str, begin: date) -> date:
    if step == "month":
        return (begin + timedelta(days=31)).replace(day=1)
    return begin + timedelta(days=7 if step == "week" else 1)


def _begins(step: str, first: date, last: date) -> Iterator[date]:
    begin = _begin(step, first)
    while begin <= last:
        yield begin
        begin = _next(step, begin)


def _steps(step: str, first: date, last: date) -> int:
    return sum(1 for _one in _begins(step, first, last))


def _span_words(step: str, begin: date) -> str:
    if step == "month":
        return str(format_date(begin, "MMMM y"))
    return str(_("ab %(day)s", day=day_and_month(begin))) if step == "week" else day_and_month(begin)


def _chart(
    key: str,
    title: str,
    said: str,
    bars: Sequence[Bar],
    total: int,
    heads: tuple[str, str],
    *,
    rows: bool = False,
    **flags: bool,
) -> Chart:
    """With `rows` labels are short and stand beside their bars, which are all of one kind: steps of time."""
    most = max([value for _label, value, _chosen in bars] + [1])
    shapes: list[Shape] = []
    full = any(chosen for _label, _value, chosen in bars)  # then the full colour is kept for what was chosen
    y = 0
    for position, (label, value, chosen) in enumerate(bars):
        pattern = (0 if chosen else 1 + position % (PATTERNS - 1)) if full else position % PATTERNS
        shape = _shape(label, value, chosen, y, most=most, total=total, pattern=pattern)
        if rows:
            shape = shape._replace(
                lines=((y + 18, label),), x=BESIDE, y=y, width=round(ROOM * value / most, 2), pattern=0
            )
        shapes.append(shape)
        y = shape.y + BAR + (4 if rows else GAP)
    summary = "; ".join(f"{shape.label}: {shape.words}" for shape in shapes)
    return Chart(
        key, title, f"{said} {summary}.", tuple(shapes), (shapes[-1].y + BAR if shapes else 0) + 4, heads, **flags
    )


def _shape(label: str, value: int, chosen: bool, y: int, *, most: int, total: int, pattern: int) -> Shape:
    said = f"{label} ({_('gewählt')})" if chosen else label
    words = wrap(said, SIGNS, max_lines=LINES, placeholder=" …") or ["–"]
    lines = tuple((y + LINE * (row + 1) - 6, text) for row, text in enumerate(words))
    share = round(100 * value / total) if total else None
    beside = number(value) + (f" ({share} %)" if share is not None else "")
    width = round(WIDEST * value / most, 2)
    return Shape(label, lines, 0, y + LINE * len(words), width, value, share, beside, pattern, chosen)
