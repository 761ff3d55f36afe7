"""Language, dates and numbers as pages show them."""

from datetime import datetime
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from participation.kernel.clock import last_day, local, now
from participation.kernel.config import ROOT
from participation.kernel.dates import day, day_with_weekday, time_of_day
from participation.registry import Registry

DEFAULT = "de"


def init_app(app: Flask, registry: Registry) -> None:
    """German by default, English below /en; catalogues of the core and of each module."""
    LazyString.__html__ = _as_text
    folders = [ROOT / "participation" / "translations"]
    folders += [folder / "translations" for folder in registry.folders().values() if (folder / "translations").is_dir()]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, folders))
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Berlin"
    Babel(app, default_locale=DEFAULT, locale_selector=current_language)
    filters: dict[str, Any] = {
        "day": day,
        "day_with_weekday": day_with_weekday,
        "moment": moment,
        "iso": lambda at: at.isoformat(timespec="seconds"),
        "last_day": last_day,
        "number": number,
        "time_of_day": time_of_day,
    }
    app.jinja_env.filters |= filters


def _as_text(sentence: LazyString) -> Markup:
    """A sentence is text, whatever words of people were put into it; the library would trust all of it as HTML."""
    return escape(str(sentence))


def current_language() -> str:
    """The language of the address."""
    return "en" if has_request_context() and request.script_root.endswith("/en") else DEFAULT


def moment(at: datetime) -> str:
    """14. Dezember 2026, 18:05 Uhr."""
    return str(_("%(time)s Uhr", time=f"{day(at)}, {time_of_day(at)}"))


def number(value: int) -> str:
    """1.234 in German, 1,234 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if str(get_locale()) == "de" else text


def time_left(ends_at: datetime) -> str:
    """How long it is until an end: "noch 12 Tage, bis einschließlich Montag, 14. Dezember 2026"."""
    last = last_day(ends_at)
    days = (last - local(now()).date()).days
    until = day_with_weekday(last)
    if days <= 0:
        return str(_("nur noch heute, %(date)s", date=until))
    left: Any = ngettext(
        "noch %(num)s Tag, bis einschließlich %(date)s",
        "noch %(num)s Tage, bis einschließlich %(date)s",
        days,
        date=until,
    )
    return str(left)
