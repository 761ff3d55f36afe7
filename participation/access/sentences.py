"""The sentences of `words.md` that a refusal is made of."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as _l

from participation.interfaces import Action
from participation.kernel.dates import day_with_weekday
from participation.procedures.models import Procedure


def role_needed(action: Action) -> Any:
    """Which roles may do this."""
    names = ", ".join(str(lazy_gettext(role.value)) for role in sorted(action.staff))
    return _l(
        "Dazu ist eine dieser Rollen nötig: %(roles)s. Bei Ihnen vergibt sie die Portalverwaltung.",
        roles=names,
    )


def login_needed(identity: Collection[str]) -> Any:
    """What somebody needs who is not known yet; the text typed is kept."""
    if "email" in identity:
        return _l("Zum Absenden bestätigen Sie Ihre E-Mail-Adresse. Ihr Text bleibt erhalten.")
    return _l("refuse.login")


def paused(procedure: Procedure) -> Any:
    """Since when, why, and until when as far as it is known."""
    since = day_with_weekday(procedure.stage_since)
    if procedure.resumes_on is None:
        return _l(
            "Das Verfahren ist seit %(date)s unterbrochen. Grund: %(reason)s",
            date=since,
            reason=procedure.reason.rstrip("."),
        )
    again = day_with_weekday(procedure.resumes_on)
    return _l("refuse.paused", date=since, reason=procedure.reason.rstrip("."), date_next=again)
