"""Keys for one's own programs at an authority: make one, see it once, end it."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.accounts.api_tokens import end_token, make_token, tokens_of
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_routes import bp
from participation.web.again import again
from participation.web.guard import personal


@bp.get("/<tenant>/-/keys")
@personal
def keys() -> ResponseReturnValue:
    """The keys that are valid here."""
    return _page()


@bp.post("/<tenant>/-/keys")
@personal
@again
def make_key() -> ResponseReturnValue:
    """Make a key; this page is the only one that shows it."""
    try:
        with writing():
            key = make_token(g.viewer.person, g.tenant.id, request.form.get("name", ""))
    except Invalid as error:
        return _page(error=error.sentence), error.status
    return _page(key=key)


@bp.post("/<tenant>/-/keys/<int:number>/end")
@personal
def end_key(number: int) -> ResponseReturnValue:
    """End one of one's own keys; somebody else's number ends nothing."""
    with writing():
        end_token(g.viewer.person.id, number)
    return redirect(url_for("account.keys", done="key-ended"))


def _page(key: str = "", error: object = None) -> str:
    return render_template(
        "pages/account/keys.html",
        rows=tokens_of(g.viewer.person.id, g.tenant.id),
        key=key,
        error=error,
        typed=request.form.get("name", ""),
    )
