"""What the pages show of a comparison: sections with their changed paragraphs, and what happened to each in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from participation.documents.comparing import CHANGED, GONE, NEW, NUMBERED, Row, gone_key, totals
from participation.documents.versions import Comparison
from participation.documents.worddiff import Piece
from participation.evaluation.causes import Cause

AT_ONCE = 300  # rows on a page


class Line(NamedTuple):
    """A paragraph of the comparison."""

    row: Row
    anchor: str
    tags: tuple[str, ...]  # "geändert", "verschoben, vorher § 9 Absatz 2"
    html: Markup | None  # of a paragraph that stayed as it was
    pieces: tuple[Piece, ...]
    causes: Sequence[Cause]


class Section(NamedTuple):
    """A heading with the paragraphs below it that are shown; `title` is plain."""

    anchor: str
    title: str
    heading: Line | None
    lines: list[Line]


class Shown(NamedTuple):
    """A page of a comparison."""

    sections: list[Section]
    page: int
    pages: int
    changes: int


def shown(comparison: Comparison, causes: Mapping[str, Sequence[Cause]], *, whole: bool, page: int = 1) -> Shown:
    """The changes, or with `whole` the text with them; so many rows at once."""
    rows = [row for row in comparison.rows if whole or row.is_change]
    pages = max(-(-len(rows) // AT_ONCE), 1)
    page = min(max(page, 1), pages)
    titles = _titles(comparison)
    sections: list[Section] = []
    open_ = ""
    for row in rows[(page - 1) * AT_ONCE : page * AT_ONCE]:
        line, home = _line(row, causes.get(row.key, ())), _home(row, comparison)
        if row.part.is_heading:
            sections.append(Section(line.anchor, row.part.shown, line, []))
        elif not sections or home != open_:
            sections.append(Section(f"in-{line.anchor}", titles.get(home, ""), None, []))
        open_ = home
        if not row.part.is_heading:
            sections[-1].lines.append(line)
    return Shown(sections, page, pages, sum(1 for row in comparison.rows if row.is_change))


def _titles(comparison: Comparison) -> dict[str, str]:
    """How the section of a row is called; one that is gone has a name that no key has."""
    new = {part.key: part.shown for part in comparison.new if part.is_heading}
    return {gone_key(part.key): part.shown for part in comparison.old if part.is_heading} | new


def _home(row: Row, comparison: Comparison) -> str:
    """The section of a row: itself, the heading above, or for what is gone what became of its heading."""
    key = row.part.key if row.part.is_heading else row.part.section or ""
    if row.kind != GONE:
        return key
    return next(iter(comparison.matching.successors.get(key, ())), gone_key(key))


def _line(row: Row, causes: Sequence[Cause]) -> Line:
    html = Markup(row.part.html) if row.kind not in (CHANGED, NUMBERED, NEW, GONE) else None  # noqa: S704 - sanitised
    return Line(row, anchor_of(row.key), tuple(tags_of(row)), html, row.pieces, causes)


def anchor_of(row_key: str) -> str:
    """The fragment of a row."""
    return row_key.replace(":", "-")


def tags_of(row: Row) -> list[str]:
    """What happened to a paragraph, in words."""
    before = _(" und ").join(part.citation for part in row.before)
    found = []
    if row.cut:
        found.append(_("war ein Teil von %(place)s", place=before))
    elif len(row.before) > 1:
        found.append(_("zusammengefasst aus %(places)s", places=before))
    elif row.kind == NUMBERED or (row.kind == CHANGED and not row.moved and before != row.part.citation):
        found.append(_("vorher %(place)s", place=before))
    if row.moved and not row.cut:
        found.append(_("verschoben, vorher %(place)s", place=before))
    words = {CHANGED: _("geändert"), NEW: _("neu"), GONE: _("entfallen"), NUMBERED: _("neue Nummer")}
    return [*([words[row.kind]] if row.kind in words and not row.cut else []), *found]


def in_words(comparison: Comparison) -> list[str]:
    """How much was changed: "8 Absätze geändert"."""
    found = totals(comparison.rows)
    return [
        str(words)
        for count, words in (
            (found[CHANGED], ngettext("%(num)s Abschnitt geändert", "%(num)s Abschnitte geändert", found[CHANGED])),
            (found[NEW], ngettext("%(num)s neu", "%(num)s neu", found[NEW])),
            (found[GONE], ngettext("%(num)s entfallen", "%(num)s entfallen", found[GONE])),
            (found["moved"], ngettext("%(num)s verschoben", "%(num)s verschoben", found["moved"])),
            (found[NUMBERED], ngettext("%(num)s neue Nummer", "%(num)s neue Nummern", found[NUMBERED])),
        )
        if count
    ]


def fates_in_words(fates: Mapping[str, int]) -> list[str]:
    """What became of the comments: "60 Kommentare übernommen"."""
    carried, moved, orphaned = (fates.get(name, 0) for name in ("carried", "moved", "orphaned"))
    return [
        str(words)
        for count, words in (
            (
                carried,
                ngettext(
                    "%(num)s Beitrag in die neue Fassung übernommen",
                    "%(num)s Beiträge in die neue Fassung übernommen",
                    carried,
                ),
            ),
            (
                moved,
                ngettext(
                    "%(num)s Beitrag an eine andere Stelle verschoben",
                    "%(num)s Beiträge an eine andere Stelle verschoben",
                    moved,
                ),
            ),
            (
                orphaned,
                ngettext(
                    "%(num)s Beitrag, dessen Textstelle entfallen ist",
                    "%(num)s Beiträge, deren Textstelle entfallen ist",
                    orphaned,
                ),
            ),
        )
        if count
    ]
