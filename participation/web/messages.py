"""What a page says after something was done. The redirect names the message, no cookie carries it.

Only messages of this list are shown, so an address cannot put words into our mouth.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, tuple[str, Any]] = {
    "sent": ("success", _l("Ihr Kommentar ist veröffentlicht.")),
    "sent-pending": ("info", _l("Ihr Beitrag ist eingegangen. Wir prüfen ihn vor der Veröffentlichung.")),
    "edited": ("success", _l("Ihre Änderung ist gespeichert.")),
    "withdrawn": ("success", _l("Ihr Beitrag ist zurückgezogen. Andere sehen den Text nicht mehr.")),
    "rated": ("success", _l("Ihre Bewertung ist gespeichert.")),
    "rating-taken": ("success", _l("Ihre Bewertung ist zurückgenommen.")),
    "draft-discarded": ("success", _l("Ihr Text wurde gelöscht. Er war noch nicht abgesendet.")),
    "draft-kept": ("success", _l("Ihr Text ist gespeichert. Er ist noch nicht abgesendet.")),
    "file-added": ("success", _l("Die Datei ist angefügt. Ihr Text ist gespeichert, aber noch nicht abgesendet.")),
    "file-removed": ("success", _l("Die Datei ist entfernt. Ihr Text ist gespeichert, aber noch nicht abgesendet.")),
    "confirm-sent": (
        "info",
        _l("Wir haben Ihnen eine E-Mail gesendet. Bitte öffnen Sie darin den Link. Ihr Text ist gespeichert."),
    ),
    "logged-in": ("success", _l("Sie sind angemeldet.")),
    "logged-out": ("success", _l("Sie sind abgemeldet.")),
    "confirmed": ("success", _l("Ihre E-Mail-Adresse ist bestätigt.")),
    "saved": ("success", _l("Ihre Änderungen sind gespeichert.")),
    "session-ended": ("success", _l("Die Anmeldung auf diesem Gerät ist beendet.")),
    "password-changed": (
        "success",
        _l("Ihr neues Passwort gilt jetzt. Auf anderen Geräten sind Sie abgemeldet."),
    ),
    "email-changed": ("success", _l("Ihre neue E-Mail-Adresse gilt jetzt.")),
    "account-deleted": ("success", _l("Ihr Konto ist gelöscht.")),
    "reported": ("success", _l("Danke. Ihre Meldung ist bei der Moderation eingegangen.")),
    "barrier-reported": ("success", _l("Danke. Ihre Meldung ist bei der zuständigen Stelle eingegangen.")),
    "subscribe-confirm": (
        "info",
        _l("Wir haben Ihnen eine E-Mail gesendet. Bitte öffnen Sie darin den Link."),
    ),
    "subscribed": ("success", _l("Sie werden per E-Mail informiert.")),
    "unsubscribed": ("success", _l("Sie bekommen keine weiteren E-Mails zu diesem Verfahren.")),
    "published": ("success", _l("Der Beitrag ist veröffentlicht.")),
    "hidden": (
        "success",
        _l("Der Beitrag ist ausgeblendet. Die Verfasserin oder der Verfasser wird informiert."),
    ),
    "restored": ("success", _l("Der Beitrag ist wieder sichtbar.")),
    "report-closed": ("success", _l("Die Meldung ist erledigt. Der Beitrag bleibt sichtbar.")),
    "role-taken": ("success", _l("Die Rolle ist zurückgenommen. Die Person ist überall abgemeldet.")),
    "invited-in": ("success", _l("Willkommen. Sie können jetzt hier mitarbeiten.")),
    "barrier-closed": ("success", _l("Die Meldung ist erledigt.")),
    "invited": ("success", _l("Die Einladung ist unterwegs.")),
}
