"""What the templates show, made ready: filters and orders as links that say the whole selection."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from modules.ideas.queries import CategoryItem
from modules.ideas.selection import STATES, Selection

Option = tuple[str, str, bool, int | None]  # text, address, whether it is chosen, how many


class Filter(NamedTuple):
    """A row of links that narrow the list."""

    label: str
    options: list[Option]


def filters_of(
    selection: Selection, categories: Sequence[CategoryItem], districts: Mapping[str, int], sort: str
) -> list[Filter]:
    """Category, district and state; a filter with nothing to choose is left out."""
    states = {"open": _("Noch offen"), "in_progress": _("In Bearbeitung"), "answered": _("Beantwortet")}
    given: list[tuple[str, str, list[tuple[str, str, int | None]]]] = [
        (_("Kategorie"), "category", [(entry.key, entry.title, None) for entry in categories]),
        (_("Stadtteil"), "district", [(name, name, number) for name, number in districts.items()]),
        (_("Stand"), "state", [(key, states[key], None) for key in STATES]),
    ]
    return [Filter(label, _options(selection, name, entries, sort)) for label, name, entries in given if entries]


def _options(selection: Selection, name: str, entries: list[tuple[str, str, int | None]], sort: str) -> list[Option]:
    chosen = getattr(selection, name)
    everything: tuple[str, str, int | None] = ("", _("Alle"), None)
    return [
        (title, _address(selection._replace(**{name: key}), sort), key == chosen, number)  # type: ignore[arg-type]
        for key, title, number in (everything, *entries)
    ]


def order_links(selection: Selection, sort: str, orders: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The orders as links: text, address, whether it is the one shown."""
    words: dict[str, Any] = {"newest": _("Neueste"), "discussed": _("Meist diskutiert"), "agreed": _("Best bewertet")}
    return [(words[order], _address(selection, order), order == sort) for order in orders]


def _address(selection: Selection, sort: str) -> str:
    said: dict[str, Any] = selection.address() | {"sort": sort}
    return url_for("ideas.index", **said)
