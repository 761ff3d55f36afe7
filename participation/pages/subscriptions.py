"""Pages: be told by mail what happens in a procedure. No account is needed; ending it needs only the link.

Links in mails open a page with one button, only its POST acts. Mail programs that end a subscription with one click
(RFC 8058) post to the same address; the key in it is all that is asked for.
"""

from datetime import timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf import FlaskForm

from participation.accounts.tokens import LinkOver, read_token
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Invalid
from participation.notices import services
from participation.notices.queries import subscription_of
from participation.pages.account_forms import EmailForm, blame
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.protection import csrf

bp = Blueprint("subscriptions", __name__)

HOURLY = 20  # requests for a link from one network


@bp.get("/<tenant>/<procedure>/-/subscribe")
@public
def subscribe() -> str:
    """One field for an address; whoever is logged in with a confirmed one needs only the button."""
    return _page(EmailForm())


@bp.post("/<tenant>/<procedure>/-/subscribe")
@public
def subscribe_now() -> ResponseReturnValue:
    """Send the link, or subscribe the person who is logged in. The answer is the same for every address."""
    person = g.viewer.person
    if person is not None and person.confirmed_at is not None:
        with writing():
            services.subscribe(g.procedure, person)
        return _back("subscribed")
    form = EmailForm()
    if not form.validate_on_submit() or not _asked(form):
        return _page(form), 422
    return _back("subscribe-confirm")


def _asked(form: EmailForm) -> bool:
    """Have the link sent; False where the address cannot be one."""
    who = network(request.remote_addr or "", current_app.config["SECRET_KEY"])
    if not allow("subscribe", who, HOURLY, timedelta(hours=1)):
        raise TooMany
    try:
        with writing():
            services.ask_to_subscribe(g.procedure, form.email.data, str(get_locale()))
    except Invalid as error:
        blame(form, error)
        return False
    return True


def _page(form: EmailForm) -> str:
    person = g.viewer.person
    known = person is not None and person.confirmed_at is not None
    subscription = subscription_of(person.id, g.procedure.id) if known else None
    return render_template(
        "pages/subscriptions/subscribe.html", form=form, person=person if known else None, subscription=subscription
    )


@bp.get("/<tenant>/<procedure>/-/subscribe/<token>")
@public
def confirm(token: str) -> str:
    """The page behind the link in the mail. Raises LinkOver."""
    found = read_token(token, g.tenant.id, "subscribe")
    if found is None or found.data.get("procedure_id") != g.procedure.id:
        raise LinkOver
    return render_template("pages/subscriptions/confirm.html", form=FlaskForm(), token=token, email=found.email)


@bp.post("/<tenant>/<procedure>/-/subscribe/<token>")
@public
def confirm_now(token: str) -> ResponseReturnValue:
    """Begin the subscription."""
    with writing():
        services.confirm_subscription(token, g.procedure)
    return _back("subscribed")


@bp.get("/<tenant>/<procedure>/-/subscription/<key>/end")
@public
def end(key: str) -> str:
    """Ask before it ends. Says nothing about whom the key belongs to."""
    return render_template("pages/subscriptions/end.html", form=FlaskForm(), key=key)


@bp.post("/<tenant>/<procedure>/-/subscription/<key>/end")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def end_now(key: str) -> ResponseReturnValue:
    """End the subscription; a mail program gets a plain answer, a person the page of the procedure."""
    with writing():
        services.end_subscription(g.procedure, key)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "", 204
    return _back("unsubscribed")


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("procedures.show", done=done))
