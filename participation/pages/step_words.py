"""What a step of the life cycle does, in words: who sees what, who gets mails, what can be undone, which dates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from participation.kernel.clock import last_day, now
from participation.kernel.dates import day_with_weekday
from participation.notices.queries import subscription_numbers
from participation.notices.stages import TOLD
from participation.notices.steps import people_to_tell
from participation.procedures.lifecycle import TRANSITIONS, Dates, Stage, coming_steps, stage_at
from participation.procedures.models import Procedure
from participation.procedures.queries import dates_of
from participation.web.language import moment
from participation.web.procedure_words import audience_words

WORDS: Mapping[str, Any] = {name: _l(name) for name in TRANSITIONS} | {
    "archive": _l("Ins Archiv legen"),
    "open": _l("Öffnen"),
    "close": _l("Schließen"),
}
SHORT: Mapping[str, Any] = {
    "submit": _l("Eine zweite Person prüft das Verfahren und gibt es frei oder zurück."),
    "send_back": _l("Das Verfahren geht zurück in die Vorbereitung. Wer es vorgelegt hat, erfährt den Grund."),
    "release": _l("Das Verfahren ist fertig. Ab jetzt handelt die Uhr nach den Terminen."),
    "announce": _l("Das Verfahren wird sofort sichtbar. Mitmachen ist ab der ersten Phase möglich."),
    "pause": _l("Bis auf Weiteres kann niemand etwas beitragen. Lesen bleibt möglich."),
    "resume": _l("Mitmachen ist wieder möglich, soweit Phasen laufen."),
    "extend": _l("Die Phasen, die zuletzt enden, dauern länger."),
    "reopen": _l("Die Phasen, die zuletzt endeten, laufen bis zu einem neuen Ende weiter."),
    "publish_results": _l("Das Ergebnis wird veröffentlicht und das Verfahren abgeschlossen."),
    "cancel": _l("Das Verfahren endet sofort und ohne Ergebnis. Alle lesen den Grund."),
    "archive": _l("Das Verfahren liegt danach im Archiv. Alle können es weiter lesen."),
}
UNDO: Mapping[str, Any] = {
    "submit": _l("Ja. Eine zweite Person kann es zur Überarbeitung zurückgeben."),
    "send_back": _l("Ja. Sie legen das Verfahren danach neu vor."),
    "release": _l("Bis zur Ankündigung: Eine zweite Person kann das Verfahren zurückgeben. Danach nicht mehr."),
    "announce": _l("Nein. Danach lässt sich das Verfahren nur noch vorzeitig beenden."),
    "pause": _l("Ja. Sie können das Verfahren jederzeit fortsetzen, bis die letzte Phase endet."),
    "resume": _l("Ja. Sie können das Verfahren erneut unterbrechen."),
    "extend": _l("Nein. Eine Frist lässt sich nicht wieder verkürzen."),
    "reopen": _l("Nein. Es endet zu dem neuen Zeitpunkt von selbst."),
    "publish_results": _l("Nein. Berichtigungen sind neue Fassungen, die alten bleiben."),
    "cancel": _l("Nein."),
    "archive": _l("Nein. Aus dem Archiv führt kein Weg zurück."),
}
BY_CLOCK: Mapping[str, Any] = {
    "announce": _l("Das Verfahren wird angekündigt und ist sichtbar."),
    "open": _l("Die erste Phase beginnt. Mitmachen ist möglich."),
    "close": _l("Die letzte Phase endet. Die Auswertung beginnt."),
    "archive": _l("Das Verfahren kommt ins Archiv."),
}


def consequences(procedure: Procedure, name: str, actor_id: int) -> list[tuple[str, Any]]:
    """What follows from a step, as terms and sentences for its page."""
    found = [
        (_("Was geschieht"), SHORT[name]),
        (_("Wer das Verfahren dann sieht"), _seen_by(procedure, _stage_after(procedure, name))),
        (_("E-Mails"), _mails(procedure, name, actor_id)),
        (_("Lässt es sich zurücknehmen?"), UNDO[name]),
    ]
    return found + _dates(procedure, name)


def coming_words(procedure: Procedure) -> list[tuple[str, Any]]:
    """What the clock will do and when; before the release, what it would do after it."""
    return [(moment(at), BY_CLOCK[name]) for name, at in coming_steps(_from_release(procedure), now())]


def _from_release(procedure: Procedure) -> Dates:
    dates = dates_of(procedure)
    return _with_stage(dates, Stage.RELEASED) if dates.stored in (Stage.DRAFT, Stage.REVIEW) else dates


def _with_stage(dates: Dates, stage: Stage) -> Dates:
    return replace(dates, stored=stage)


def _stage_after(procedure: Procedure, name: str) -> Stage:
    """Where it stands after the step, with what the clock does at once."""
    return stage_at(_with_stage(dates_of(procedure), TRANSITIONS[name].target), now())


def _seen_by(procedure: Procedure, stage: Stage) -> str:
    audience = _("alle") if procedure.visible_to == "public" else audience_words(procedure.visible_to)
    if stage in (Stage.DRAFT, Stage.REVIEW):
        return str(_("Nur Mitarbeitende der Behörde."))
    if stage is not Stage.RELEASED:
        return str(_("Ab sofort: %(audience)s.", audience=audience))
    dates = dates_of(procedure)
    begin = min((at for at in (dates.announced_at, dates.begins_at) if at is not None), default=None)
    when = day_with_weekday(begin) if begin else _("der Ankündigung")
    return str(_("Nur Mitarbeitende der Behörde. Ab %(date)s: %(audience)s.", date=when, audience=audience))


def _mails(procedure: Procedure, name: str, actor_id: int) -> str:
    stage = _stage_after(procedure, name)
    told = len(subscription_numbers(procedure.id)) if stage in TOLD and procedure.visible_to == "public" else 0
    staff = len(people_to_tell(procedure, name, actor_id))
    words = []
    if told:
        words.append(
            ngettext(
                "An %(num)s Person, die das Verfahren abonniert hat.",
                "An %(num)s Personen, die das Verfahren abonniert haben.",
                told,
            )
        )
    if staff:
        words.append(ngettext("An %(num)s Person bei der Behörde.", "An %(num)s Personen bei der Behörde.", staff))
    return " ".join(map(str, words)) or str(_("Keine."))


def _dates(procedure: Procedure, name: str) -> list[tuple[str, Any]]:
    ends_at = dates_of(procedure).ends_at
    if name in ("extend", "reopen") and ends_at is not None:
        return [(_("Termine"), _("Bisher bis einschließlich %(date)s.", date=day_with_weekday(last_day(ends_at))))]
    if name == "pause" and ends_at is not None:
        until = day_with_weekday(last_day(ends_at))
        sentence = _("Die Fristen laufen weiter, das Ende bleibt %(date)s. Danach können Sie verlängern.", date=until)
        return [(_("Termine"), sentence)]
    following = coming_steps(_with_stage(dates_of(procedure), TRANSITIONS[name].target), now())
    return [(moment(at), BY_CLOCK[step]) for step, at in following]
