"""From a refusal to a page: a sentence, the right status, and what was typed."""

from datetime import timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from participation.kernel.files import FileRefused
from participation.kernel.readonly import ReadOnly
from participation.kernel.refusal import Invalid, Refused, TooOften, Unknown, minutes_of
from participation.kernel.text import TextProblem
from participation.web.guard import LoginNeeded
from participation.web.problems import is_for_programs, problem
from participation.web.proof import NEEDED, proof_would_help, to_proof
from participation.web.protection import SAFE
from participation.web.security_log import call_it
from participation.web.sessions import log_in_is_over
from participation.web.site import language_url

TYPED = ("text", "note", "reason", "sentence", "source", "passages")  # fields whose words are never thrown away
NEVER_SHOWN = {"password", "old", "code"}

TITLES: dict[int, Any] = {
    400: _l("Das konnten wir nicht lesen"),
    401: _l("Bitte melden Sie sich an"),
    403: _l("Das ist hier nicht möglich"),
    404: _l("Seite nicht gefunden"),
    405: _l("Das ist hier nicht möglich"),
    409: _l("Jemand war schneller"),
    413: _l("Das ist zu groß"),
    422: _l("Bitte ändern Sie Ihre Angaben"),
    429: _l("Bitte warten Sie etwas"),
    500: _l("Ein Fehler ist aufgetreten"),
    503: _l("Das geht gerade nicht"),
}
SENTENCES: dict[int, Any] = {
    400: _l("Ihre Anfrage war unvollständig oder beschädigt. Bitte gehen Sie zurück und senden Sie sie noch einmal."),
    404: _l("refuse.not_found"),
    405: _l("Diese Adresse nimmt das nicht an. Bitte gehen Sie zurück."),
    413: _l("Möglich ist höchstens 1 MB. Ihr Text steht noch auf der Seite davor. Bitte kürzen Sie ihn."),
    429: _l("Das waren viele Versuche in kurzer Zeit. Bitte versuchen Sie es in einer Stunde noch einmal."),
    500: _l("Wir sehen uns das an. Was gespeichert war, ist nicht verloren. Bitte versuchen Sie es noch einmal."),
}
TOO_OLD = _l("Diese Seite war zu lange offen. Bitte öffnen Sie sie neu und senden Sie noch einmal.")


class TooMany(TooOften):
    """Something was tried too often, whatever it was."""

    def __init__(self, wait: timedelta) -> None:
        sentence = ngettext(
            "Das waren viele Versuche in kurzer Zeit. Bitte versuchen Sie es in einer Minute noch einmal.",
            "Das waren viele Versuche in kurzer Zeit. Bitte versuchen Sie es in %(num)s Minuten noch einmal.",
            minutes_of(wait),
        )
        super().__init__(sentence, wait)


def init_app(app: Flask) -> None:
    """Every family of errors has one handler."""
    app.register_error_handler(LoginNeeded, _to_login)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(TooOften, too_often)
    app.register_error_handler(ReadOnly, _resting)
    app.register_error_handler(TextProblem, _refused)
    app.register_error_handler(FileRefused, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(StaleDataError, _somebody_faster)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, unexpected)


def _to_login(error: LoginNeeded) -> ResponseReturnValue:
    """A page that needs a log-in leads there and comes back; a form keeps its words on the page."""
    if request.method == "GET" and not is_for_programs():
        way = "codes.enter" if error.by_code else "account.log_in"
        return redirect(url_for(way, next=language_url(str(get_locale()))))
    return page(401, _l("refuse.session") if log_in_is_over() else error.sentence)


def _refused(error: Any) -> ResponseReturnValue:
    status = getattr(error, "status", 422)
    if proof_would_help(status) and not is_for_programs():
        return to_proof() or page(403, NEEDED)
    fields = {"json": {error.field: [str(error.sentence)]}} if isinstance(error, Invalid) and error.field else None
    return page(status, SENTENCES[404] if isinstance(error, Unknown) else error.sentence, fields)


def too_often(error: TooOften) -> ResponseReturnValue:
    """It says when it is possible again, to people in minutes, to programs in seconds."""
    html, status = page(error.status, error.sentence)
    return html, status, wait_header(error.wait)


def wait_header(wait: timedelta) -> dict[str, str]:
    """The header that says after how many seconds to come back."""
    return {"Retry-After": str(max(1, ceil(wait.total_seconds())))}


def _resting(error: ReadOnly) -> ResponseReturnValue:
    html, status = page(error.status, error.sentence)
    return html, status, {"Retry-After": str(error.retry_after), "Cache-Control": "no-store"}


def _form_too_old(_error: CSRFError) -> ResponseReturnValue:
    """The token of a form has run out: with its log-in, or because the page stood open too long."""
    call_it("forged_form")  # or one that stood open too long: nobody can tell
    return page(401, _l("refuse.session")) if log_in_is_over() else page(400, TOO_OLD)


def _somebody_faster(_error: StaleDataError) -> ResponseReturnValue:
    return page(409, _l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    html, status = page(
        error.code, SENTENCES.get(error.code, SENTENCES[400]), getattr(error, "data", {}).get("messages")
    )
    allowed = ", ".join(getattr(error, "valid_methods", None) or ())
    return html, status, {"Allow": allowed} if allowed else {}


def unexpected(error: Exception) -> ResponseReturnValue:
    """Nobody thought of this error: it is logged, and the page says that it is ours."""
    current_app.logger.exception("unexpected error", exc_info=error)
    if current_app.testing:
        raise error
    if is_for_programs():
        return problem(500, TITLES[500], SENTENCES[500])
    plain = current_app.jinja_env.get_template("errors/plain.html")  # no frame: it would ask the database
    return plain.render(title=TITLES[500], sentence=SENTENCES[500], locale=str(get_locale())), 500


def page(status: int, sentence: Any, errors: Any = None) -> tuple[Any, int]:
    """The error page with a sentence, the way on, and what was typed below it; for programs the problem as data."""
    if is_for_programs():
        return problem(status, TITLES.get(status, TITLES[400]), sentence, errors), status
    values = {"title": TITLES.get(status, TITLES[400]), "sentence": sentence, "typed": typed(), "status": status}
    values["again"] = to_send_again() if status == 503 else []
    return render_template("errors/error.html", **values, before=page_before()), status


def page_before() -> str | None:
    """The path of the page a form was sent from, where the browser says so and it is one of ours."""
    sent_from = urlsplit(request.referrer or "")
    if request.method in SAFE or sent_from.netloc != request.host or not sent_from.path.startswith("/"):
        return None
    return sent_from.path + (f"?{sent_from.query}" if sent_from.query else "")


def typed() -> list[str]:
    """The words of a form that could not be taken; nothing where the body itself could not be read."""
    if request.method != "POST":
        return []
    try:
        return [value for name in TYPED for value in request.form.getlist(name) if value.strip()]
    except (RequestEntityTooLarge, BadRequest):
        return []


def to_send_again() -> list[tuple[str, str, bool]]:
    """The fields of a form that can be sent once more as it was: name, value, whether people typed a text into it.

    Nothing where nobody typed a text, or where it holds what must not stand on a page.
    """
    if not typed() or request.form.keys() & NEVER_SHOWN:
        return []
    return [(name, value, name in TYPED and bool(value.strip())) for name, value in request.form.items(multi=True)]
