"""What publication will do, before anybody presses a button: visible to whom, mails, dates, and what can be undone."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.kernel.clock import last_day, now, start_of_day
from participation.kernel.dates import day_with_weekday
from participation.procedures.checklist import Point
from participation.procedures.models import Procedure
from participation.procedures.queries import dates_of


def forecast(procedure: Procedure, subscribers: int) -> list[tuple[str, str]]:
    """Questions and answers about what happens once the procedure is released."""
    return [
        (_("Wer sieht es"), _audience(procedure)),
        (_("Ab wann"), _visible_from(procedure)),
        (_("Wann sind Phasen offen"), _open_dates(procedure)),
        (_("Wer bekommt E-Mails"), _mails(procedure, subscribers)),
        (_("Lässt es sich zurücknehmen"), _undo()),
    ]


def _audience(procedure: Procedure) -> str:
    words = {
        "public": _("Alle, auch ohne Konto. Suchmaschinen können es finden."),
        "institutions": _("Behörden und Träger öffentlicher Belange, die eingeladen sind."),
        "members": _("Nur eingeladene Personen."),
    }
    return str(words.get(procedure.visible_to, words["members"]))


def _visible_from(procedure: Procedure) -> str:
    begins = dates_of(procedure).begins_at
    announced = start_of_day(procedure.announced_on) if procedure.announced_on else None
    first = min((at for at in (begins, announced) if at is not None), default=None)
    if first is None:
        return str(_("Das steht noch nicht fest."))
    if first <= now():
        return str(_("Sofort mit der Freigabe, von selbst."))
    if first == announced:
        return str(_("Ab %(date)s, von selbst.", date=day_with_weekday(first)))
    return str(_("Ab %(date)s, wenn die erste Phase beginnt.", date=day_with_weekday(first)))


def _open_dates(procedure: Procedure) -> str:
    dates = dates_of(procedure)
    if dates.begins_at is None or dates.ends_at is None:
        return str(_("Es gibt noch keine Phase."))
    first, last = day_with_weekday(dates.begins_at), day_with_weekday(last_day(dates.ends_at))
    return str(
        _("Von %(first)s bis einschließlich %(last)s. Sie öffnen und schließen von selbst.", first=first, last=last)
    )


def _mails(procedure: Procedure, subscribers: int) -> str:
    if procedure.visible_to != "public":
        return str(_("Niemand. E-Mails gehen nur zu öffentlichen Verfahren."))
    if not subscribers:
        return str(_("Zurzeit niemand. Wer das Verfahren später abonniert, bekommt bei jedem Schritt eine E-Mail."))
    return str(
        ngettext(
            "%(num)s Person, die das Verfahren abonniert hat: bei der Ankündigung, beim Beginn und am Ende.",
            "%(num)s Personen, die das Verfahren abonniert haben: bei der Ankündigung, beim Beginn und am Ende.",
            subscribers,
        )
    )


def _undo() -> str:
    return str(
        _(
            "Bis zur Ankündigung ja: Eine zweite Person gibt das Verfahren zurück. Danach lässt es sich unterbrechen "
            "oder vorzeitig beenden. Gesendete E-Mails lassen sich nicht zurückholen."
        )
    )


def place_url(point: Point) -> str | None:
    """The address where a point of the checklist is done; None while there is no such page."""
    if point.endpoint not in current_app.view_functions:
        return None
    values: dict[str, Any] = {"activity": point.activity.slug} if point.activity is not None else {}
    return url_for(point.endpoint, _anchor=point.anchor or None, **values)
