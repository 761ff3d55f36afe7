"""The kiosk: staff start it on a device, people write there one after the other, and nothing is left to the next one.

Its pages know nobody, whatever cookies come along, and carry no token: what is sent is judged by Origin and by the
signed address. Nothing is kept by the browser; the start page removes what somebody left.
"""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from itsdangerous import BadSignature, URLSafeTimedSerializer

from participation.access import rules
from participation.access.rules import ANSWER
from participation.accounts.sessions import end_session_with
from participation.contributions import kiosk
from participation.contributions.drafts import draft_at
from participation.contributions.intake_checks import formats_of, kind_of
from participation.contributions.intake_queries import places_in, texts_in
from participation.contributions.models import Draft
from participation.contributions.queries import contribution_by_id
from participation.contributions.targets import Target, target_of
from participation.kernel.db import writing
from participation.kernel.keys import for_signing
from participation.kernel.limits import allow
from participation.kernel.refusal import Refused, Unknown
from participation.kernel.text import TextProblem
from participation.pages.contribution_forms import refuse
from participation.pages.contribution_places import activity_of
from participation.pages.kiosk_forms import KioskForm
from participation.pages.paper import public_address
from participation.pages.procedures import qr_code
from participation.web import procedure_words as words
from participation.web.drafts import cookie_name, draft_cookie, fresh_draft_cookie, give_draft_cookie
from participation.web.guard import access, public
from participation.web.protection import csrf
from participation.web.sessions import current_key, log_out
from participation.web.staff_nav import staff_nav

bp = Blueprint("kiosk", __name__, url_prefix="/<tenant>/<procedure>/-/kiosk")

SECONDS = 90  # without input, then the device wipes itself
WITHOUT_SCRIPT = 300  # seconds; nothing on the page can tell then that somebody types
AT_MOST = 60  # texts of one device in an hour that need no second look
RECEIPT_SECONDS = 600
CLEAR = '"cache", "cookies", "storage"'


@bp.after_request
def _nothing_stays(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("")
@access(ANSWER)
def prepare() -> str:
    """For staff: what a kiosk is, its address for a day, and the button that turns this device into one."""
    signed = kiosk.kiosk_pass(_secret(), g.procedure)
    address = public_address("kiosk.start", signed=signed)
    activity = _open_format()
    values: dict[str, Any] = {"address": address, "code": qr_code(address), "ready": activity is not None}
    return render_template("pages/kiosk/prepare.html", staff_nav=staff_nav(), seconds=SECONDS, **values)


@bp.post("")
@access(ANSWER)
def begin() -> ResponseReturnValue:
    """End the log-in on this device and lead to the start page of the kiosk."""
    address = url_for("kiosk.start", signed=kiosk.kiosk_pass(_secret(), g.procedure))
    with writing():
        if (key := current_key()) is not None:
            end_session_with(key)
        log_out()
    return redirect(address, 303)


@bp.get("/<signed>/")
@public
def start(signed: str) -> ResponseReturnValue:
    """Begin anew: whatever the person before left in the browser goes."""
    _require(signed)
    answer = make_response(
        _page(
            "pages/kiosk/start.html",
            signed,
            activity=_open_format(),
            sentence=words.first_sentence(g.procedure.summary),
        )
    )
    answer.headers["Clear-Site-Data"] = CLEAR
    for name in (cookie_name(), _receipt_name(), str(current_app.config["SESSION_COOKIE_NAME"])):
        answer.delete_cookie(name, path="/", secure=name.startswith("__Host-"), httponly=True, samesite="Lax")
    return answer


@bp.route("/<signed>/write", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def write(signed: str) -> ResponseReturnValue:
    """Read the text, choose a passage, write; by POST keep it and lead to the page where it is checked."""
    _require(signed)
    activity = _open_format()
    if activity is None:
        return redirect(url_for("kiosk.start", signed=signed), 303)
    form = KioskForm(meta={"csrf": False})
    form.offer(places_in(g.procedure))
    target = _target(activity, form.place.data or "")
    if request.method == "GET" or not form.is_complete():
        texts = texts_in(g.procedure)
        html = _page("pages/kiosk/write.html", signed, form=form, activity=activity, target=target, texts=texts)
        return html, 200 if request.method == "GET" else 422
    cookie = draft_cookie() or fresh_draft_cookie()
    with writing():
        draft = kiosk.keep(target, cookie, form.fields())
    answer = make_response(redirect(url_for("kiosk.check", signed=signed, key=draft.key), 303))
    give_draft_cookie(answer, cookie)
    return answer


@bp.route("/<signed>/check/<key>", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def check(signed: str, key: str) -> ResponseReturnValue:
    """Read once more and change; by POST send, and lead to the receipt."""
    _require(signed)
    draft = _draft(key)
    if draft is None:
        return redirect(url_for("kiosk.start", signed=signed), 303)
    target = target_of(activity_of(draft.activity_id), draft.type, draft.place, None)
    form = KioskForm(meta={"csrf": False}, data=draft.fields)
    if request.method == "POST" and form.is_complete():
        sent = _sent(draft, target, form, signed)
        if sent is not None:
            return sent
    html = _page(
        "pages/kiosk/check.html", signed, form=form, target=target, here=url_for("kiosk.check", signed=signed, key=key)
    )
    return html, 422 if request.method == "POST" else 200


def _sent(draft: Draft, target: Target, form: KioskForm, signed: str) -> ResponseReturnValue | None:
    """The way to the receipt; None where the form says what is wrong."""
    link = secrets.token_urlsafe(32)
    email, calm = form.email.data or "", allow("kiosk", signed, AT_MOST, timedelta(hours=1))
    values: dict[str, Any] = {"email": email, "calm": calm, "language": str(get_locale())}
    try:
        with writing():
            made = kiosk.send(draft, target, fields=form.fields(), edit_key=link, **values)
            found = [made.id, link, bool(email)]
        return _to_receipt(signed, found)
    except Unknown:
        return redirect(url_for("kiosk.start", signed=signed), 303)
    except (Refused, TextProblem) as error:
        refuse(form.email if getattr(error, "field", "") == "email" else form.text, error.sentence)
        return None


def _to_receipt(signed: str, found: list[Any]) -> ResponseReturnValue:
    """What the receipt shows goes along in a cookie: no address and no history holds the link of the contribution."""
    answer = make_response(redirect(url_for("kiosk.done", signed=signed), 303))
    options: dict[str, Any] = {"secure": _is_secure(), "httponly": True, "samesite": "Lax", "path": "/"}
    answer.set_cookie(_receipt_name(), str(_receipts().dumps(found)), max_age=RECEIPT_SECONDS, **options)
    return answer


@bp.get("/<signed>/done")
@public
def done(signed: str) -> ResponseReturnValue:
    """The receipt to take away, for as long as nobody began anew."""
    _require(signed)
    try:
        number, link, told = _receipts().loads(request.cookies.get(_receipt_name(), ""), max_age=RECEIPT_SECONDS)
    except BadSignature:
        return redirect(url_for("kiosk.start", signed=signed), 303)
    made = contribution_by_id(number)
    if made is None or made.procedure_id != g.procedure.id:
        raise Unknown
    return _page(
        "pages/kiosk/done.html",
        signed,
        contribution=made,
        code=qr_code(public_address("guests.enter", key=link)),
        told=told,
    )


def _receipts() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret(), salt="kiosk-receipt")


def _receipt_name() -> str:
    return "__Host-r" if _is_secure() else "r"


def _is_secure() -> bool:
    return cookie_name().startswith("__Host-")


@bp.post("/<signed>/wipe")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def wipe(signed: str) -> ResponseReturnValue:
    """Delete what was typed and begin anew: somebody is done, or walked away."""
    _require(signed)
    cookie = draft_cookie()
    with writing():
        kiosk.wipe([activity.id for activity in g.procedure.activities], cookie)
    return redirect(url_for("kiosk.start", signed=signed), 303)


def _page(name: str, signed: str, **values: Any) -> str:
    times = {"seconds": SECONDS, "without_script": WITHOUT_SCRIPT}
    return render_template(name, signed=signed, procedure=g.procedure, **times, **values)


def _require(signed: str) -> None:
    if not kiosk.holds(_secret(), signed, g.procedure):
        raise Unknown


def _open_format() -> Any:
    """The first format in which somebody without an account can write now; None where there is none."""
    for activity in formats_of(g.procedure):
        action = _target(activity, "").action
        if rules.accepts(action, activity, "form_token"):
            return activity
    return None


def _target(activity: Any, place: str) -> Target:
    kind = kind_of(activity)
    if kind is None:
        raise Unknown
    return target_of(activity, kind.name, place, None)


def _draft(key: str) -> Draft | None:
    ids = [activity.id for activity in g.procedure.activities]
    return draft_at(ids, key, cookie=draft_cookie(), person_id=None) if key.isprintable() else None


def _secret() -> list[str]:
    return for_signing()
