"""What the templates show, made ready: filters and orders as links."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from modules.plan.queries import ON_MAP, ON_NOTHING, ON_TEXT, Counts


def filter_links(counts: Counts, about: str, sort: str) -> list[tuple[str, str, bool, int | None]]:
    """What statements are tied to, as links: text, address, whether it is the one shown, how many."""
    given = (
        ("", _("Alle"), counts.all),
        (ON_MAP, _("Mit Ort auf der Karte"), counts.map),
        (ON_TEXT, _("Zu den Unterlagen"), counts.text),
        (ON_NOTHING, _("Zum Plan im Ganzen"), counts.whole),
    )
    return [
        (title, url_for("plan.statements", about=key or None, sort=sort), key == about, number)
        for key, title, number in given
    ]


def order_links(about: str, sort: str, orders: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The orders as links: text, address, whether it is the one shown."""
    words = {"newest": _("Neueste"), "discussed": _("Meist diskutiert"), "agreed": _("Meiste Zustimmung")}
    return [
        (words[order], url_for("plan.statements", about=about or None, sort=order), order == sort) for order in orders
    ]
