"""What contributions are called on the pages of residents: ideas, or reports of something broken."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from participation.procedures.models import Activity
from participation.web.language import number


class Words(NamedTuple):
    """The words of one kind; all are read in the language of the page."""

    new: Any
    text: Any
    asks: Any
    search: Any
    all: Any
    many: Any
    none: Any
    not_found: Any
    similar: Any
    near: Any
    map: Any
    download: Any
    feed: Any
    one_in_view: Any
    many_in_view: Any
    counted: Callable[[int], str]
    selected: Callable[[int], str]


def _ideas(found: int) -> str:
    return str(ngettext("%(count)s Idee", "%(count)s Ideen", found, count=number(found)))


def _chosen_ideas(found: int) -> str:
    return str(
        ngettext("%(count)s Idee in dieser Auswahl", "%(count)s Ideen in dieser Auswahl", found, count=number(found))
    )


def _reports(found: int) -> str:
    return str(ngettext("%(count)s Meldung", "%(count)s Meldungen", found, count=number(found)))


def _chosen_reports(found: int) -> str:
    return str(
        ngettext(
            "%(count)s Meldung in dieser Auswahl",
            "%(count)s Meldungen in dieser Auswahl",
            found,
            count=number(found),
        )
    )


WORDS = {
    "ideas": Words(
        new=_l("Idee vorschlagen"),
        text=_l("Ihre Idee"),
        asks=_l("Was soll anders werden, und warum?"),
        search=_l("Ideen durchsuchen"),
        all=_l("Alle Ideen zeigen"),
        many=_l("Ideen"),
        none=_l("Noch keine Ideen"),
        not_found=_l("Keine Ideen gefunden"),
        similar=_l("Ähnliche Ideen"),
        near=_l("Ideen in der Nähe"),
        map=_l("Karte der Ideen"),
        download=_l("Ideen herunterladen"),
        feed=_l("Neue Ideen als Feed (Atom)"),
        one_in_view=_l("Eine Idee in diesem Ausschnitt der Karte"),
        many_in_view=_l("%(number)s Ideen in diesem Ausschnitt der Karte", number="{number}"),
        counted=_ideas,
        selected=_chosen_ideas,
    ),
    "reports": Words(
        new=_l("Mangel melden"),
        text=_l("Ihre Meldung"),
        asks=_l("Was ist kaputt, und was stört?"),
        search=_l("Meldungen durchsuchen"),
        all=_l("Alle Meldungen zeigen"),
        many=_l("Meldungen"),
        none=_l("Noch keine Meldungen"),
        not_found=_l("Keine Meldungen gefunden"),
        similar=_l("Ähnliche Meldungen"),
        near=_l("Meldungen in der Nähe"),
        map=_l("Karte der Meldungen"),
        download=_l("Meldungen herunterladen"),
        feed=_l("Neue Meldungen als Feed (Atom)"),
        one_in_view=_l("Eine Meldung in diesem Ausschnitt der Karte"),
        many_in_view=_l("%(number)s Meldungen in diesem Ausschnitt der Karte", number="{number}"),
        counted=_reports,
        selected=_chosen_reports,
    ),
}


def words_of(activity: Activity) -> Words:
    """The words of an activity."""
    return WORDS[activity.settings.get("called", "ideas")]
