"""The page of a draft: check, change, keep, throw away, send. Never cached."""

from datetime import timedelta
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from participation.access import rules
from participation.accounts.queries import address_asked_for
from participation.accounts.services import request_confirmation
from participation.contributions.attachments import files_of
from participation.contributions.drafts import change_draft, discard_draft, draft_at, drafts_beside, locked_draft
from participation.contributions.models import Draft
from participation.contributions.queries import contribution_by_id, item_in
from participation.contributions.sending import became, passage_at, send_draft
from participation.interfaces import Decision
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.text import TextProblem, render
from participation.pages.contribution_files import change_files
from participation.pages.contribution_forms import DraftForm, refuse
from participation.pages.contribution_places import Target, activity_of, target_of, with_message
from participation.pages.contribution_routes import bp
from participation.web.drafts import draft_cookie
from participation.web.guard import LoginNeeded, public

HOUR = timedelta(hours=1)
LOST_QUOTE = _l(
    "Diese Wörter stehen nicht an der Stelle. Bitte ändern Sie das Zitat. "
    "Oder senden Sie noch einmal ab: Dann geht Ihr Text ohne Zitat ein."
)
LINKS = 20  # confirmation mails that one network may ask for in an hour


@bp.route("/<tenant>/<procedure>/-/drafts/<key>", methods=["GET", "POST"])
@public
def draft(key: str) -> ResponseReturnValue:
    """Show a draft; by POST keep, discard, confirm an address or send (the pressed button says which)."""
    if not key.isprintable():
        raise Unknown
    found = _own_draft(key)
    if found is None:
        return _sent_or_unknown(key)
    target = _target(found)
    form = DraftForm(data=found.fields)
    if request.method == "GET":
        return _page(found, target, form)
    act = request.form.get("do", "keep")
    if act == "discard":
        return _discard(found, target)
    status, done = change_files(found, form, act)
    if status := form.problem() or status:
        return _page(found, target, form, status)
    if act == "send":
        if _quote_is_new_and_lost(found, target, form):
            refuse(form.quote, LOST_QUOTE)
            return _page(found, target, form, 422)
        return _send(found, target, form)
    return _confirm(found, target, form) if act == "confirm" else _keep(found, form, done)


def _quote_is_new_and_lost(found: Draft, target: Target, form: DraftForm) -> bool:
    """Whether the quoted words do not stand there, and the page did not say so about these very words yet."""
    was_warned = form.fields()["quote"].split() == (form.warned.data or "").split()
    return not was_warned and _quote_is_lost(found, target, form)


def _quote_is_lost(found: Draft, target: Target, form: DraftForm) -> bool:
    quote = form.fields()["quote"]
    if not quote or found.parent_id is not None:
        return False
    return passage_at(found, quote, target.activity, target.kind) is None


def _own_draft(key: str) -> Draft | None:
    person = g.viewer.person
    ids = [activity.id for activity in g.procedure.activities]
    return draft_at(ids, key, cookie=draft_cookie(), person_id=person.id if person else None)


def _sent_or_unknown(key: str) -> ResponseReturnValue:
    """A draft that was sent leads to its receipt; a visitor may be its author on another device."""
    if g.viewer.person is None:
        raise LoginNeeded(_l("Bitte melden Sie sich an. Ihr Text ist noch da."))
    contribution = became(key, g.viewer.person.id)
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
    number, url = found.id, target.url
    with writing():
        if (row := locked_draft(number)) is not None:
            discard_draft(row)
    return redirect(with_message(url, "draft-discarded"), 303)


def _keep(found: Draft, form: DraftForm, done: str) -> ResponseReturnValue:
    number, key = found.id, found.key
    _change(number, form)
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
        return _page(found, target, form, 429)
    try:
        with writing():
            change_draft(found, form.fields())
            on: dict[str, Any] = {"about": g.procedure.title}
            request_confirmation(form.email.data or "", g.tenant.id, found.key, str(get_locale()), **on)
    except Invalid as invalid:
        refuse(form.email, invalid.sentence)
        return _page(found, target, form, invalid.status)
    return redirect(url_for("contributions.draft", key=found.key, done="confirm-sent"), 303)


def _send(found: Draft, target: Target, form: DraftForm) -> ResponseReturnValue:
    """Send it. A refusal keeps the newest text and says why: 409 where the phase closed meanwhile."""
    number, key, action, kind = found.id, found.key, target.action, target.kind
    sending = {"who": g.viewer, "fields": form.fields(), "language": str(get_locale())}
    try:
        with writing():
            contribution = send_draft(number, key, target.activity, kind, action, **sending)
    except Invalid as invalid:
        refuse(form[invalid.field or "text"], invalid.sentence)
        return _page(found, target, form, invalid.status)
    except Unknown:
        raise
    except Refused as refused:
        _change(number, form)
        return _page(found, target, form, 409, refused.sentence)
    return redirect(url_for("contributions.receipt", reference=contribution.reference), 303)


def _page(found: Draft, target: Target, form: DraftForm, status: int = 200, refusal: Any = None) -> ResponseReturnValue:
    """The draft with what it refers to, how it will look, and what this viewer may do with it now."""
    decision = rules.can(g.viewer, target.action, target.activity)
    is_answer, by_email = found.parent_id is not None, _accepts_email(decision)
    quote_is_lost = _quote_is_lost(found, target, form)
    form.warned.data = form.fields()["quote"] if quote_is_lost else ""
    asked = address_asked_for(found.key) if by_email and not g.viewer.person else None
    form.email.data = form.email.data or asked
    html = render_template(
        "pages/contributions/draft.html",
        draft=found,
        target=target,
        form=form,
        decision=decision,
        refusal=refusal,
        is_answer=is_answer,
        preview=_preview(form),
        files=files_of(found),
        answered=item_in(g.procedure, target.parent.reference, g.viewer) if target.parent else None,
        quote_is_lost=quote_is_lost and not form.quote.errors,
        by_email=by_email,
        asked=asked,
        others=_others(found),
        here=url_for("contributions.draft", key=found.key),
    )
    return html, status, {"Cache-Control": "no-store"}


def _others(found: Draft) -> list[Draft]:
    """What else this browser or person typed in this procedure and did not send."""
    person = g.viewer.person
    ids = [activity.id for activity in g.procedure.activities]
    return drafts_beside(found, ids, cookie=draft_cookie(), person_id=person.id if person else None)


def _preview(form: DraftForm) -> Markup | None:
    """The text as it will look; None where it cannot be shown."""
    try:
        return Markup(render(form.text.data or ""))  # noqa: S704 - `render` sanitises
    except TextProblem:
        return None


def _accepts_email(decision: Decision) -> bool:
    """Whether confirming an address is enough here."""
    return decision.login_helps and decision.phase is not None and "email" in decision.phase.identity
