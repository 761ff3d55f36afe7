"""Mails about a procedure, for its staff: figures, what did not arrive, and a notice that goes out by mail."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import EDIT, MANAGE
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Unknown
from participation.notices import newsletter
from participation.notices.mailing_queries import STATES, mailing_figures, try_again, unsent_mails
from participation.notices.mailings import KEPT
from participation.procedures.entries import Entry, entry_in
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("mailings", __name__, url_prefix="/<tenant>/<procedure>/-/manage/mailings")

PURPOSES: dict[str, Any] = {
    "stage": _l("Neuer Stand des Verfahrens"),
    "digest": _l("Zusammenfassung"),
    "notice": _l("Mitteilung"),
    "reply": _l("Neue Antwort auf einen Beitrag, dem jemand folgt"),
    "answer_followed": _l("Antwort der Verwaltung auf einen Beitrag, dem jemand folgt"),
    "new_text": _l("Neue Fassung des Textes"),
    "subscribe": _l("Bestätigung einer Adresse"),
    "receipt": _l("receipt"),
    "decision": _l("Entscheidung der Moderation"),
    "reviewed": _l("Entscheidung nach einer Überprüfung"),
    "answered": _l("Antwort der Verwaltung"),
    "answered_through": _l("Antwort der Verwaltung auf einen aufgeteilten Beitrag"),
    "account_link": _l("Link zum Anmelden"),
}
OTHER = _l("An Mitarbeitende und Sonstiges")
WORDS: dict[str, Any] = {
    "sent": _l("Gesendet"),
    "waiting": _l("Wartet"),
    "failed": _l("Nicht zugestellt"),
    "unclear": _l("Unklar"),
}


@bp.get("/")
@access(MANAGE)
def index() -> str:
    """Figures by purpose and state, and the mails that did not go out with what the mail server said."""
    figures: dict[str, dict[str, int]] = {}
    for purpose, found in mailing_figures(g.procedure.id).items():
        row = figures.setdefault(str(PURPOSES.get(purpose, OTHER)), dict.fromkeys(STATES, 0))
        figures[str(PURPOSES.get(purpose, OTHER))] = {state: row[state] + found[state] for state in STATES}
    page = unsent_mails(g.procedure.id, _after())
    return render_template(
        "pages/mailings/index.html",
        staff_nav=staff_nav(),
        figures=figures,
        total={state: sum(row[state] for row in figures.values()) for state in STATES},
        states=WORDS,
        rows=[(row, PURPOSES.get(row.purpose, OTHER)) for row in page.rows],
        more=url_for("mailings.index", after=page.next) if page.next else None,
        days=KEPT.days,
    )


def _after() -> int | None:
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


@bp.post("/<int:number>/retry")
@access(MANAGE)
def again(number: int) -> ResponseReturnValue:
    """Send once more what did not go out."""
    if number >= 2**63:
        raise Unknown
    with writing():
        try_again(g.procedure, number, actor_id=g.viewer.person.id)
    return redirect(url_for("mailings.index", done="retried"))


@bp.get("/notice/<int:number>")
@access(EDIT)
def notice(number: int) -> str:
    """What would be sent, to how many people, and when."""
    return _notice(_entry(number))


@bp.post("/notice/<int:number>")
@access(EDIT)
def order(number: int) -> ResponseReturnValue:
    """Have the notice sent on its day, or take that back while it waits."""
    entry, actor_id = _entry(number), g.viewer.person.id
    try:
        with writing():
            if request.form.get("do") == "cancel":
                newsletter.cancel_mailing(g.procedure, entry, actor_id=actor_id)
            else:
                newsletter.order_mailing(g.procedure, entry, version=_seen(), actor_id=actor_id)
    except Conflict as error:
        return _notice(entry, error.sentence), error.status
    return redirect(url_for("mailings.notice", number=number, done="saved"))


def _seen() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _notice(entry: Entry, conflict: Any = None) -> str:
    readers = newsletter.readers_of_notice(entry)
    return render_template(
        "pages/mailings/notice.html", staff_nav=staff_nav(), entry=entry, readers=readers, conflict=conflict
    )


def _entry(number: int) -> Entry:
    entry = entry_in(g.procedure, number) if number < 2**63 else None
    if entry is None or entry.kind != "notice":
        raise Unknown
    return entry
