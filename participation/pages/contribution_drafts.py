"""The page of a draft: check, change, keep, throw away, send. Never cached."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from participation.access import rules
from participation.accounts.services import request_confirmation
from participation.contributions.attachments import LARGEST
from participation.contributions.drafts import change_draft, discard_draft, draft_at, locked_draft
from participation.contributions.models import Contribution, Draft
from participation.contributions.queries import contribution_by_id
from participation.contributions.sending import became, send_draft
from participation.contributions.targets import Target, target_of
from participation.contributions.without_account import send_without_account
from participation.interfaces import ContributionType
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.pages.contribution_alone import edit_key_of, proof_sent, receipt_once, sent_alone
from participation.pages.contribution_draft_page import page_of_draft, quote_is_new_and_lost
from participation.pages.contribution_files import change_files
from participation.pages.contribution_forms import DraftForm, refuse
from participation.pages.contribution_ground import FIND, looks_for_place
from participation.pages.contribution_handing import ACTS, Handing, hand, handing_of
from participation.pages.contribution_places import activity_of, target_url, with_message
from participation.pages.contribution_routes import KEPT, ROOM, asked_by_script, bp
from participation.web.bodies import takes
from participation.web.calm import is_calm
from participation.web.drafts import draft_cookie
from participation.web.guard import LoginNeeded, public

HOUR = timedelta(hours=1)
LOST_QUOTE = _l(
    "Diese Wörter stehen nicht an der Stelle. Bitte ändern Sie das Zitat. "
    "Oder senden Sie noch einmal ab: Dann geht Ihr Text ohne Zitat ein."
)
AWAY = _l("Dieser Entwurf liegt der Koordination vor. Nehmen Sie ihn zurück, wenn Sie daran weiterschreiben möchten.")
LINKS = 20  # confirmation mails that one network may ask for in an hour


@bp.route("/<tenant>/<procedure>/-/drafts/<key>", methods=["GET", "POST"])
@public
@takes(text=ROOM, file=LARGEST, pasted=True)
def draft(key: str) -> ResponseReturnValue:
    """Show a draft; by POST keep, discard, confirm an address or send (the pressed button says which)."""
    if not key.isprintable():
        raise Unknown
    found = _own_draft(key)
    if found is None:
        return _sent_or_unknown(key)
    target = _target(found)
    form = DraftForm(data=found.fields)
    form.ask(_asking(found, target), target.activity)
    if request.method == "GET":
        return page_of_draft(found, target, form)
    return _acted(found, target, form, request.form.get("do", "keep"))


def _acted(found: Draft, target: Target, form: DraftForm, act: str) -> ResponseReturnValue:
    if act != "take-back" and handing_of(found).is_away:
        return page_of_draft(found, target, form, 409, AWAY)
    if act == "discard":
        return _discard(found, target)
    if looks_for_place(form, act):
        return _kept_and_shown(found, target, form, 422 if form.errors else 200)
    status, done = change_files(found, form, act)
    if status := form.problem() or status:
        return page_of_draft(found, target, form, status)
    if act not in ("keep", FIND) and (status := form.particulars_problem(target.activity, _asking(found, target))):
        return _kept_and_shown(found, target, form, status)
    if act in ACTS:
        answer = hand(found, form, act)
        return page_of_draft(found, target, form, 422, handing=answer) if isinstance(answer, Handing) else answer
    if act in ("send", "alone"):
        if quote_is_new_and_lost(found, target, form):
            refuse(form.quote, LOST_QUOTE)
            return page_of_draft(found, target, form, 422)
        return _send(found, target, form) if act == "send" else _send_alone(found, target, form)
    return _confirm(found, target, form) if act == "confirm" else _keep(found, form, done)


def _asking(found: Draft, target: Target) -> ContributionType | None:
    """The type whose questions the form asks; an answer is asked none."""
    return target.kind if found.parent_id is None else None


def _kept_and_shown(found: Draft, target: Target, form: DraftForm, status: int) -> ResponseReturnValue:
    """What cannot be sent like this is kept all the same."""
    number, key = found.id, found.key
    _change(number, form)
    kept = _own_draft(key)
    return page_of_draft(kept, target, form, status) if kept else _sent_or_unknown(key)


def _own_draft(key: str) -> Draft | None:
    person = g.viewer.person
    ids = [activity.id for activity in g.procedure.activities]
    return draft_at(ids, key, cookie=draft_cookie(), person_id=person.id if person else None)


def _sent_or_unknown(key: str) -> ResponseReturnValue:
    """A draft that was sent leads to its receipt; a visitor may be its author on another device.

    Other words than those that were sent are refused and shown again, so that nobody believes them sent.
    """
    typed = DraftForm().fields() if request.form.get("text", "").strip() else None
    if not g.viewer.is_known:
        answer = sent_alone(key, typed)
        if answer is None:
            raise LoginNeeded(_l("Bitte melden Sie sich an. Ihr Text ist noch da."))
        return answer
    contribution = became(key, g.viewer, typed)
    return redirect(url_for("contributions.receipt", reference=contribution.reference), 303)


def _target(found: Draft) -> Target:
    """What the draft is for. An answer keeps its target when that is not visible any more; sending says so."""
    activity = activity_of(found.activity_id)
    parent = contribution_by_id(found.parent_id) if found.parent_id else None
    if found.parent_id and (parent is None or parent.state != "published"):
        whole = target_of(activity, found.type, "", None)
        return Target(activity=activity, kind=whole.kind, place=found.place, parent=None, action=rules.COMMENT)
    return target_of(activity, found.type, found.place, parent)


def _discard(found: Draft, target: Target) -> ResponseReturnValue:
    number, url = found.id, target_url(target)
    with writing():
        if (row := locked_draft(number)) is not None:
            discard_draft(row)
    return redirect(with_message(url, "draft-discarded"), 303)


def _keep(found: Draft, form: DraftForm, done: str) -> ResponseReturnValue:
    number, key = found.id, found.key
    _change(number, form)
    if asked_by_script():
        return {"draft": key, "sentence": str(KEPT)}
    return redirect(url_for("contributions.draft", key=key, done=done), 303)


def _change(number: int, form: DraftForm) -> None:
    """Keep the newest text; nothing happens where the draft was sent or discarded meanwhile."""
    with writing():
        if (row := locked_draft(number)) is not None:
            change_draft(row, form.fields())


def _confirm(found: Draft, target: Target, form: DraftForm) -> ResponseReturnValue:
    """Keep the text and have a link sent that confirms the address and leads back here."""
    who = network(request.remote_addr or "", str(current_app.config["SECRET_KEY"]))
    if not allow("draft-link", who, LINKS, HOUR):
        refuse(
            form.email,
            _l("Von hier wurden sehr viele Links verlangt. Bitte versuchen Sie es in einer Stunde noch einmal."),
        )
        return page_of_draft(found, target, form, 429)
    try:
        with writing():
            change_draft(found, form.fields())
            on: dict[str, Any] = {"about": g.procedure.title}
            request_confirmation(form.email.data or "", g.tenant.id, found.key, str(get_locale()), **on)
    except Invalid as invalid:
        refuse(form.email, invalid.sentence)
        return page_of_draft(found, target, form, invalid.status)
    return redirect(url_for("contributions.draft", key=found.key, done="confirm-sent"), 303)


def _send(found: Draft, target: Target, form: DraftForm) -> ResponseReturnValue:
    """Send it. A refusal keeps the newest text and says why: 409 where the phase closed meanwhile."""
    kind, action = target.kind, target.action
    sending: dict[str, Any] = {"who": g.viewer, "fields": form.fields(), "calm": is_calm()}

    def send(number: int, key: str) -> Contribution:
        return send_draft(number, key, target.activity, kind, action, language=str(get_locale()), **sending)

    sent = _sent(found, target, form, send)
    if not isinstance(sent, Contribution):
        return sent
    return redirect(url_for("contributions.receipt", reference=sent.reference), 303)


def _send_alone(found: Draft, target: Target, form: DraftForm) -> ResponseReturnValue:
    """Send it without an account; the answer itself is the receipt, with the edit link that is shown this once."""
    link = edit_key_of(found.key)
    sending: dict[str, Any] = {"edit_key": link, "calm": is_calm(), **proof_sent(), "fields": form.fields()}
    kind, action = target.kind, target.action

    def send(number: int, key: str) -> Contribution:
        return send_without_account(number, key, target.activity, kind, action, language=str(get_locale()), **sending)

    sent = _sent(found, target, form, send)
    return receipt_once(sent, target.activity, link) if isinstance(sent, Contribution) else sent


def _sent(
    found: Draft, target: Target, form: DraftForm, send: Callable[[int, str], Contribution]
) -> Contribution | ResponseReturnValue:
    """What sending made of a draft, or the page that says why it could not be sent."""
    number, key = found.id, found.key
    try:
        with writing():
            return send(number, key)
    except Invalid as invalid:
        refuse(form[invalid.field or "text"], invalid.sentence)
        return page_of_draft(found, target, form, invalid.status)
    except Unknown:
        raise
    except Refused as refused:
        _change(number, form)
        return page_of_draft(found, target, form, 409, refused.sentence)
