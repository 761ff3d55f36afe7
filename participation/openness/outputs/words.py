"""Stored values as people read them, for tables and documents. The files speak German: they belong to a German file."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.kernel.clock import local
from participation.openness.outputs.cases import Answer, Case

STATES = {
    "published": _l("veröffentlicht"),
    "pending": _l("state.pending"),
    "hidden": _l("state.hidden"),
    "withdrawn": _l("state.withdrawn"),
    "merged": _l("zusammengeführt"),
    "filed": _l("nur für die Akte"),
}
WORK = {
    "new": _l("work.new"),
    "in_progress": _l("work.in_progress"),
    "processed": _l("work.processed"),
    "final_notice_sent": _l("work.final_notice_sent"),
}
NAMES = {
    "public": _l("Öffentlich: nur, was alle lesen können."),
    "pseudonymised": _l("Pseudonymisiert: Personen haben eine Nummer, Organisationen ihren Namen. Nur für den Dienst."),
    "names": _l("Mit Namen: nur für den Dienst. Bitte sicher aufbewahren und löschen, sobald sie nicht nötig ist."),
}
CHANNELS = ("web", "letter", "email", "on_record", "on_site", "telephone", "import")


def state(value: str) -> str:
    """The state of a contribution."""
    return str(STATES.get(value, value))


def work(value: str) -> str:
    """How far the work is."""
    return str(WORK.get(value, value))


def channel(value: str) -> str:
    """How something came in."""
    return str(_(f"channel.{value}")) if value in CHANNELS else value


def decision(answer: Answer | None) -> str:
    """What was decided; said so where it is only proposed."""
    if answer is None:
        return ""
    words = str(_(f"decision.{answer.decision}"))
    return words if answer.state == "published" else str(_("%(words)s (Vorschlag)", words=words))


def place(case: Case) -> str:
    """Where the contribution belongs in the text."""
    return str(case.row.citation or (_("Zum Ganzen") if not case.row.place else _("Die Textstelle ist entfallen")))


def author(person: dict[str, str]) -> str:
    """Who it was, on one line."""
    name, organisation = person["author"], person["organisation"]
    return f"{organisation} ({name})" if organisation else name


def day(at: datetime | None) -> str:
    """A local day, short."""
    return f"{local(at):%d.%m.%Y}" if at else ""


def change(changes: Any) -> str:
    """What changed, before and after."""
    found = []
    for before, after in changes:
        if not before:
            found.append(_("Neu: %(text)s", text=after))
        elif not after:
            found.append(_("Entfallen: %(text)s", text=before))
        else:
            found += [_("Bisher: %(text)s", text=before), _("Jetzt: %(text)s", text=after)]
    return "\n".join(str(line) for line in found)
