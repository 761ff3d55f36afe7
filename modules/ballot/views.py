"""Pages for residents: choose, check, cast, the receipt, change. Choices come from forms, never from an address."""

from datetime import timedelta
from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from modules.ballot.actions import VOTE
from modules.ballot.choosing import Choices, Reading, read
from modules.ballot.page import VotePage, page_of, sheet
from modules.ballot.routes import bp
from modules.ballot.services import cast_ballot
from participation.kernel.db import writing
from participation.kernel.limits import allow
from participation.kernel.refusal import Invalid, Refused
from participation.voting.sentences import Moment, why_not
from participation.web.choices import forget_choices, keep_choices, kept_choices
from participation.web.guard import public
from participation.web.protection import csrf
from participation.web.site import language_url

NOT_CHOICES = {"csrf_token"}
OFTEN, HOUR = 60, timedelta(hours=1)  # ballots of one person
TOO_OFTEN = _l("Sie haben Ihre Auswahl sehr oft geändert. Es gilt, was Sie zuletzt abgegeben haben.")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What the vote is about, and the questions: to choose from, or to read before and after."""
    return _form(_page(), _kept() or {})


@bp.get("/change")
@public
def change() -> ResponseReturnValue:
    """The questions with what one cast, while it can still be changed."""
    page = _page()
    if page.own is None or not page.decision.allowed:
        return redirect(url_for("ballot.index"))
    return _form(page, _kept() or page.own.choices, is_change=True)


@bp.post("/review")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def check() -> ResponseReturnValue:
    """Show what was chosen before it counts; changes nothing but what this browser remembers."""
    page, sent = _page(), _sent()
    reading = read(page.questions, sent)
    if not reading.is_good:
        return _form(page, sent, reading, is_change=page.own is not None), 422
    refusal = None if page.may_choose else why_not(g.activity, VOTE, page.decision)
    answer = make_response(_review(page, reading.choices, refusal))
    keep_choices(answer, g.activity, _owner(), reading.choices)
    return answer


@bp.get("/review")
@public
def review() -> ResponseReturnValue:
    """The same for somebody who comes back from logging in; what this browser remembers is shown."""
    page, kept = _page(), _kept()
    if kept is None or not read(page.questions, kept).is_good:
        return redirect(url_for("ballot.index"))
    return _review(page, kept, None if page.may_choose else why_not(g.activity, VOTE, page.decision))


@bp.post("/cast")
@public
def cast() -> ResponseReturnValue:
    """Cast the ballot, or change it. A refusal shows what was chosen and why it was not taken."""
    sent = _sent()
    if _owner() is not None and not allow("ballot", f"person {_owner()}", OFTEN, HOUR):
        return _review(_page(), sent, TOO_OFTEN, 429)
    try:
        with writing():
            cast_ballot(g.activity, who=g.viewer, choices=sent)
    except Invalid:
        page = _page()
        return _form(page, sent, read(page.questions, sent), is_change=page.own is not None), 422
    except Refused as refused:
        return _review(_page(), sent, refused.sentence)
    answer = make_response(redirect(url_for("ballot.receipt"), 303))
    forget_choices(answer)
    return answer


@bp.get("/receipt")
@public
def receipt() -> ResponseReturnValue:
    """The one moment: it is cast. Says that, never how."""
    page = _page()
    if page.own is None:
        return redirect(url_for("ballot.index"))
    return render_template("ballot/receipt.html", page=page, own=page.own)


def _page() -> VotePage:
    return page_of(g.activity, g.viewer)


def _owner() -> int | None:
    """Whose choices this browser keeps: of a person, of a guest (below zero), or of nobody known."""
    if g.viewer.person is not None:
        return int(g.viewer.person.id)
    return -int(g.viewer.guest.id) if g.viewer.guest is not None else None


def _kept() -> Choices | None:
    return kept_choices(g.activity, _owner())


def _sent() -> Choices:
    """All fields of the form, known or not: what is strange is said, not swallowed."""
    return {name: request.form.getlist(name) for name in request.form if name not in NOT_CHOICES}


def _form(page: VotePage, chosen: Choices, reading: Reading | None = None, *, is_change: bool = False) -> str:
    return render_template(
        "ballot/index.html", page=page, sheet=sheet(page.questions, chosen, reading), is_change=is_change
    )


def _review(page: VotePage, chosen: Choices, refusal: Any, status: int = 0) -> ResponseReturnValue:
    """The choices as they would be cast, with the last button; or why there is none."""
    then = language_url(str(get_locale())).removesuffix("/cast").removesuffix("/review") + "/review"
    html = render_template(
        "ballot/review.html", page=page, sheet=sheet(page.questions, chosen), refusal=refusal, then=then
    )
    closed = 403 if page.moment is Moment.OPEN else 409
    return html, status or (closed if refusal and request.method == "POST" else 200), {"Cache-Control": "no-store"}
