"""Pages: be told by mail what happens in a procedure, a format or below a contribution. No account is needed.

Ending it needs only the link. Links in mails open a page with a button, only its POST acts. Mail programs that end a
subscription with one click (RFC 8058) post to the same address; the key in it is all that is asked for.
"""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf import FlaskForm

from participation.accounts.tokens import LinkOver, read_token
from participation.kernel.db import writing
from participation.kernel.limits import wait_for
from participation.kernel.refusal import Invalid, Unknown
from participation.notices import services
from participation.notices.own import subscriptions_of
from participation.notices.queries import person_with_key, subscription_of
from participation.notices.wishes import Wish, title_of, wish_for, wish_of
from participation.pages.account_forms import blame
from participation.pages.subscription_forms import RHYTHMS, SubscribeForm
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.known_devices import here
from participation.web.protection import csrf, is_one_click, one_click

bp = Blueprint("subscriptions", __name__)

HOURLY = 20  # requests for a link from one network
MANY = "any(daily, weekly, all)"


@bp.get("/<tenant>/<procedure>/-/subscribe")
@public
def subscribe() -> str:
    """What to follow and how often, and a field for an address; whoever is logged in needs only the button."""
    what, wish = _asked_for(request.args.get("about", ""))
    return _page(SubscribeForm.about(what, wish), wish)


@bp.post("/<tenant>/<procedure>/-/subscribe")
@public
def subscribe_now() -> ResponseReturnValue:
    """Send the link, or subscribe the person who is logged in. The answer is the same for every address."""
    what, wish = _asked_for(request.form.get("what", ""))
    form, person = SubscribeForm.about(what, wish), g.viewer.person
    known = person is not None and person.confirmed_at is not None
    try:
        wish = wish_for(g.procedure, form.what.data or "", form.rhythm.data or "", g.viewer)
        if known:
            with writing():
                services.subscribe(g.procedure, person, wish)
            return _back("subscribed")
        if form.validate_on_submit():
            _ask(form, wish)
            return _back("subscribe-confirm")
    except Invalid as error:
        blame(form, error)
    return _page(form, wish), 422


def _asked_for(what: str) -> tuple[str, Wish]:
    """What the address or the form names; something that is not there counts as the whole procedure."""
    try:
        return what, wish_for(g.procedure, what, who=g.viewer)
    except Invalid:
        return "", Wish()


def _ask(form: SubscribeForm, wish: Wish) -> None:
    """Have the link sent. Raises Invalid where the address cannot be one."""
    if wait := wait_for("subscribe", here(), HOURLY, timedelta(hours=1)):
        raise TooMany(wait)
    with writing():
        services.ask_to_subscribe(g.procedure, form.email.data, str(get_locale()), wish)


def _page(form: SubscribeForm, wish: Wish) -> str:
    person = g.viewer.person
    known = person is not None and person.confirmed_at is not None
    subscription = subscription_of(person.id, g.procedure.id, wish) if known else None
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
    wish = wish_of(found.data)
    return render_template(
        "pages/subscriptions/confirm.html",
        form=FlaskForm(),
        token=token,
        email=found.email,
        what=title_of(g.procedure, wish) if wish.activity_id or wish.contribution_id else "",
        rhythm=RHYTHMS[wish.rhythm],
    )


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
@one_click
@public
def end_now(key: str) -> ResponseReturnValue:
    """End the subscription; a mail program gets a plain answer, a person the page of the procedure."""
    with writing():
        services.end_subscription(g.procedure, key)
    return ("", 200) if is_one_click() else _back("unsubscribed")


@bp.get("/<tenant>/-/e-mails/<key>")
@public
def mine(key: str) -> str:
    """Everything somebody follows here, with its rhythm; whoever has a mail of ours has the key."""
    person = person_with_key(g.tenant.id, key)
    if person is None:
        raise Unknown
    followed = subscriptions_of(person.id, g.tenant.id)
    return render_template("pages/subscriptions/mine.html", key=key, followed=followed, rhythms=RHYTHMS)


@bp.post("/<tenant>/-/e-mails/<key>/<int:number>")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def change(key: str, number: int) -> ResponseReturnValue:
    """Change how often mails about one thing come, or end it."""
    with writing():
        found = services.subscription_with(g.tenant.id, key, number)
        if request.form.get("do") == "end":
            services.end(found)
        else:
            services.change_rhythm(found, request.form.get("rhythm", ""))
    return redirect(url_for("subscriptions.mine", key=key, done="mails-changed"))


@bp.get(f"/<tenant>/-/e-mails/<key>/end/<{MANY}:rhythm>")
@public
def end_many(key: str, rhythm: str) -> str:
    """Ask before all digests of a rhythm end, or everything."""
    return render_template("pages/subscriptions/end_many.html", key=key, rhythm=rhythm)


@bp.post(f"/<tenant>/-/e-mails/<key>/end/<{MANY}:rhythm>")
@one_click
@public
def end_many_now(key: str, rhythm: str) -> ResponseReturnValue:
    """End them; a mail program gets a plain answer."""
    with writing():
        services.end_all(g.tenant.id, key, "" if rhythm == "all" else rhythm)
    if is_one_click():
        return "", 200
    known = person_with_key(g.tenant.id, key) is not None
    return redirect(
        url_for("subscriptions.mine", key=key, done="mails-changed") if known else url_for("portal.tenant_home")
    )


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("procedures.show", done=done))
