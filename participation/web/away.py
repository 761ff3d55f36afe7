"""The page while the database is away or the disk is full: asks no database, keeps every word, can be sent again."""

from typing import Any

from flask import Flask, current_app, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from participation.kernel.away import RETRY_AFTER, is_away, is_full
from participation.web.errors import TITLES, to_send_again, typed, unexpected
from participation.web.problems import is_for_programs, problem

AWAY = _l("Das Portal ist gerade kurz nicht erreichbar. Bitte versuchen Sie es in ein paar Sekunden noch einmal.")
FULL = _l("Auf dem Speicher des Portals ist gerade kein Platz. Es wurde nichts gespeichert. Wir kümmern uns darum.")


def init_app(app: Flask) -> None:
    """One handler for what the database and the disk say; a log-in that could not be read says it at once."""
    for error in (DBAPIError, NoConnection, OSError):
        app.register_error_handler(error, _said)
    app.before_request(_require_log_in_read)


def _require_log_in_read() -> None:
    """Without the database nobody is logged out: the cookie stays, and the request is refused for now."""
    unread = getattr(session, "unread", None)
    if unread is not None:
        raise unread


def _said(error: Exception) -> ResponseReturnValue:
    if is_full(error):
        return _page(507, FULL, error)
    return _page(503, AWAY, error) if is_away(error) else unexpected(error)


def _page(status: int, sentence: Any, error: Exception) -> ResponseReturnValue:
    current_app.logger.error("answered %s: %s", status, type(getattr(error, "orig", None) or error).__name__)
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    if is_for_programs():
        return problem(status, TITLES[503], sentence), status, headers
    plain = current_app.jinja_env.get_template("errors/plain.html")  # no frame: it would ask the database
    values = {"title": TITLES[503], "sentence": sentence, "typed": typed(), "again": to_send_again()}
    return plain.render(**values, locale=str(get_locale())), status, headers
