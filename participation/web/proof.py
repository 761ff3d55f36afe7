"""Leading those who work here to their second factor, wherever a page refused them because it is missing."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from participation.access.rules import Viewer, works_at
from participation.web.protection import SAFE
from participation.web.site import language_url

NEEDED = _l("Für die Verwaltung ist ein zweiter Faktor nötig. Den richten Sie in Ihrem Konto ein.")


def proof_would_help(status: int) -> bool:
    """Whether a refusal with this status may come from the missing second factor of somebody who works here."""
    viewer = g.get("viewer")
    if status not in (403, 404) or viewer is None or not viewer.needs_proof:
        return False
    proven: Viewer = viewer.with_proof()
    if g.get("procedure") is not None:
        return proven.is_staff_of(g.procedure)
    return works_at(proven, g.tenant.id) if g.get("tenant") is not None else proven.operates


def to_proof() -> ResponseReturnValue | None:
    """The way to the second factor and back; None for a form, whose words stay on the page."""
    if request.method not in SAFE:
        return None
    return redirect(url_for("second_factor.show", next=language_url(str(get_locale()))))
