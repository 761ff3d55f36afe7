"""What the templates show, made ready: rows of the text, the outline with addresses, what may be done until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from modules.text import reading
from participation.documents.outlines import Outline
from participation.documents.queries import NodeItem
from participation.interfaces import Decision
from participation.kernel.clock import last_day, local, now
from participation.kernel.dates import day_with_weekday
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity
from participation.procedures.queries import open_phases, stage_of

PANEL = "kommentare-titel"  # the heading of the comments at a place
FACT = re.compile(r"[A-ZÄÖÜ][\w .-]{2,40}: \S")  # "Zuletzt geändert durch: Art. 9"


class Row(NamedTuple):
    """A node on the page."""

    key: str
    kind: str
    level: int  # of a heading on the page, of an item in its list
    label: str
    citation: str
    html: Markup
    comments: int
    url: str
    words: str  # the count, said in full, for screen readers
    is_open: bool
    has_door: bool  # whether a link to comments stands beside it
    is_fact: bool  # "Fundstelle: …" before the first § of a law


@dataclass(frozen=True)
class Page:
    """The text and its counts."""

    outline: Outline
    counts: Mapping[str, int]
    may_comment: bool

    def entries(self, part: reading.Part) -> list[dict[str, Any]]:
        """The outline with addresses; headings on this page are reached without loading it again."""
        found = reading.parts(self.outline.lines)
        index = url_for("text.index")
        urls = {}
        for entry in found:
            address = index if len(found) == 1 or entry.first == 0 else f"{index}?section={entry.key}"
            for line in self.outline.lines[entry.first : entry.end]:
                urls[line.key] = f"{address}#{line.key}"
        return self._level(reading.outline(self.outline.lines, self.counts), urls, part)

    def _level(
        self, entries: Sequence[reading.Entry], urls: Mapping[str, str], part: reading.Part
    ) -> list[dict[str, Any]]:
        return [
            {
                "text": entry.text,
                "url": urls[entry.key],
                "current": False,
                "count": entry.count,
                "count_text": ngettext("%(num)s Kommentar", "%(num)s Kommentare", entry.count),
                "items": self._level(entry.items, urls, part),
            }
            for entry in entries
        ]


def rows(page: Page, nodes: Sequence[NodeItem], open_key: str) -> list[Row]:
    """The nodes of a page as rows; the title of the text stands above them and is left out.

    A section of one paragraph has one link to comments, and facts about a law have none, unless there are comments.
    """
    lines = page.outline.lines
    levels = reading.heading_levels(lines)
    citations = {line.key: line.citation for line in lines}
    sole, before = reading.sole_paragraphs(lines), reading.preamble(lines)
    place_url = url_for("text.place", key="-").removesuffix("-")
    found = []
    for node in nodes:
        if node.position == 0 and node.kind == "heading":
            continue
        count = page.counts.get(node.key, 0)
        citation, is_open = citations[node.key], node.key == open_key
        is_fact = node.key in before and FACT.match(node.text) is not None
        found.append(
            Row(
                node.key,
                node.kind,
                levels.get(node.key, node.level),
                node.label,
                citation,
                Markup(node.html),  # noqa: S704 - sanitised when it was read
                count,
                f"{place_url}{node.key}#{PANEL}",
                _in_words(count, citation, page.may_comment),
                is_open,
                has_door=bool(count) or is_open or not (node.key in sole or is_fact),
                is_fact=is_fact and not count and not is_open,
            )
        )
    return found


def _in_words(count: int, citation: str, may_comment: bool) -> str:
    if count:
        return str(ngettext("%(num)s Kommentar zu %(place)s", "%(num)s Kommentare zu %(place)s", count, place=citation))
    if may_comment:
        return str(_("%(place)s kommentieren", place=citation))
    return str(_("Keine Kommentare zu %(place)s", place=citation))


def neighbour_links(outline: Outline, key: str) -> list[tuple[str, str] | None]:
    """The sections before and after an open place: words and address, the place with the link to comments."""
    sole = reading.sole_paragraphs(outline.lines)
    return [
        (line.text, url_for("text.place", key=sole.get(line.key, line.key), _anchor=line.key)) if line else None
        for line in reading.neighbours(outline.lines, key)
    ]


def may_comment(decision: Decision) -> bool:
    """Whether the form is there: also before a log-in, because what is typed is kept."""
    return decision.allowed or decision.login_helps


class PhaseFacts(NamedTuple):
    """Until when something may be done here, and how."""

    days: int | None
    until: str
    moderated: bool
    sentence: str  # why the form is not there; "" where it is


def phase_facts(activity: Activity, decision: Decision) -> PhaseFacts:
    """For the intro: the phase that decides, or why there is none."""
    phase = decision.phase or next(iter(open_phases(activity)), None)
    sentence = "" if may_comment(decision) else _why_not(activity, decision)
    if phase is None:
        return PhaseFacts(None, "", False, sentence)
    last = last_day(phase.ends_at)
    return PhaseFacts((last - local(now()).date()).days, day_with_weekday(last), phase.moderation != "none", sentence)


def _why_not(activity: Activity, decision: Decision) -> str:
    """On a page where nothing was typed yet, what is over is said without a word about a kept text."""
    ended = [phase.ends_at for phase in activity.phases if "text:comment" in phase.opens and phase.ends_at <= now()]
    coming = [phase.begins_at for phase in activity.phases if "text:comment" in phase.opens and phase.begins_at > now()]
    if ended and not coming:
        day = day_with_weekday(last_day(max(ended)))
        return str(_("Neue Kommentare zum Text waren bis einschließlich %(day)s möglich.", day=day))
    if coming and not ended and stage_of(activity.procedure) in (Stage.ANNOUNCED, Stage.RUNNING):
        return str(_("Kommentare zum Text sind ab %(day)s möglich.", day=day_with_weekday(min(coming))))
    return str(decision.reason)
