"""The sentences of `words.md` that a refusal is made of."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Step
from participation.kernel.clock import last_day, now
from participation.kernel.dates import day_with_weekday
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.queries import stage_of


def role_needed(action: Action) -> Any:
    """Which roles may do this."""
    names = ", ".join(str(lazy_gettext(role.value)) for role in sorted(action.staff))
    return _l(
        "Dazu ist eine dieser Rollen nötig: %(roles)s. Bei Ihnen vergibt sie die Portalverwaltung.",
        roles=names,
    )


def login_needed(identity: Collection[str]) -> Any:
    """What somebody needs who is not known yet; the text typed is kept."""
    if set(identity) == {"form_token"}:
        return _l(
            "Hier geht es ohne Konto: Sie schreiben, prüfen und senden ab. Danach bekommen Sie einen Link. "
            "Mit ihm können Sie auch bewerten."
        )
    if set(identity) == {"code"}:
        return _l("Hier nehmen Sie mit einem Zugangscode teil. Er steht auf dem Blatt, das Sie bekommen haben.")
    if "email" in identity:
        return _l("Zum Absenden bestätigen Sie Ihre E-Mail-Adresse. Ihr Text bleibt erhalten.")
    return _l("refuse.login")


def not_eligible(phase: Phase) -> Any:
    """Whom a phase is for, to somebody it is not for."""
    if phase.step == Step.VOTING:
        return _l("refuse.not_eligible", group=_group(phase), date=day_with_weekday(phase.ends_at))
    return _l("Hier können %(group)s mitmachen. Lesen können Sie alles, was öffentlich ist.", group=_group(phase))


def invited_only(phase: Phase) -> Any:
    """Whom a phase is for, to somebody who may be one of them."""
    if set(phase.identity) == {"code"}:
        return login_needed(phase.identity)
    return _l("Hier können %(group)s mitmachen. Gehören Sie dazu? Dann melden Sie sich bitte an.", group=_group(phase))


def _group(phase: Phase) -> Any:
    return _l("audience.institutions") if phase.audience == "institutions" else _l("eingeladene Personen")


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


def why_closed(activity: Activity, action: Action) -> Any:
    """The sentence that says why nobody can do this here now, and how to go on."""
    procedure, at = activity.procedure, now()
    phases = [phase for phase in activity.phases if action.name in phase.opens]
    stage = stage_of(procedure)
    if stage is Stage.PAUSED:
        return paused(procedure)
    if stage is Stage.CANCELLED:
        return _l("Das Verfahren wurde vorzeitig beendet. Grund: %(reason)s", reason=procedure.reason)
    coming = [phase.begins_at for phase in phases if phase.begins_at > at]
    if coming:
        return _l("refuse.not_open_yet", date=day_with_weekday(min(coming)))
    ended = [phase.ends_at for phase in phases if phase.ends_at <= at]
    if ended:
        return _l("refuse.closed", date=day_with_weekday(last_day(max(ended))), contact=procedure.contact)
    return _l("Das ist in diesem Verfahren nicht vorgesehen.")
