"""Acts of weight ask who is there, where that was last shown more than 15 minutes ago; nothing typed is lost.

One mechanism: an action that is `weighty`, a view marked with `again`, or a line `require_again()` in a view. The
page that asks carries the fields of the form along and sends them to the same address; the view notices nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from participation.accounts import passkeys, second_factor
from participation.accounts.limits import password_wait, password_was_right
from participation.accounts.models import Person
from participation.accounts.passwords import is_right
from participation.accounts.sessions import confirm_with
from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.kernel.refusal import Invalid, Refused, TooOften
from participation.web.again_form import AgainForm
from participation.web.errors import NEVER_SHOWN, TooMany, page_before, wait_header
from participation.web.guard import rule_of
from participation.web.known_devices import device_of, here
from participation.web.passkey_place import passkey_place
from participation.web.problems import is_for_programs, problem
from participation.web.protection import SAFE
from participation.web.security_log import note
from participation.web.sessions import confirm_session, confirmed_at, current_key
from participation.web.site import language_url

FRESH = timedelta(minutes=15)

View = TypeVar("View", bound=Callable[..., Any])


class AgainNeeded(Refused):
    """Somebody has to show once more who they are; `mistake` says what was wrong with the try before."""

    def __init__(self, mistake: Refused | None = None) -> None:
        super().__init__(_l("Bitte bestätigen Sie, dass Sie es sind."), status=mistake.status if mistake else None)
        self.mistake = mistake


def again(view: View) -> View:
    """What the view changes has weight: it asks again."""
    view.asks_again = "any"  # type: ignore[attr-defined]
    return view


def again_by_factor(view: View) -> View:
    """Like `again`, for a view whose form asks for the password itself: only the second factor is asked beside it."""
    view.asks_again = "factor"  # type: ignore[attr-defined]
    return view


def asks_again(view: Callable[..., Any]) -> str:
    """Whether a view asks again: "any", "factor", or "" where it does not."""
    rule = rule_of(view)
    weighty = rule is not None and rule.action is not None and rule.action.weighty
    return getattr(view, "asks_again", "any" if weighty else "")


def init_app(app: Flask) -> None:
    """Ask after the guard and after the check of tokens, before anything is changed."""
    app.before_request(_enforce)
    app.register_error_handler(AgainNeeded, _ask)


def _enforce() -> None:
    if request.endpoint is None or request.method in SAFE:
        return
    way, person = asks_again(current_app.view_functions[request.endpoint]), g.viewer.person
    if way == "any" or (way == "factor" and person is not None and second_factor.is_set(person.id)):
        require_again()


def require_again() -> None:
    """Let only somebody go on who showed lately who they are, or shows it with this request. Raises AgainNeeded."""
    person, key = g.viewer.person, current_key()
    if person is None or key is None or is_fresh():
        return
    form = AgainForm(person)
    if not form.is_filled:
        raise AgainNeeded
    try:
        _show(person, form, key)
        note("again", person=person.id, way=form.way)
    except Refused as error:
        note("again_failed", person=person.id, way=form.way)
        raise AgainNeeded(error) from error


def is_fresh() -> bool:
    """Whether the person showed so lately who they are that an act of weight need not ask again."""
    at = confirmed_at()
    return at is not None and now() - at <= FRESH


def _show(person: Person, form: AgainForm, key: str) -> None:
    """Take what was given: of the second factor where there is one, else the password. Raises Refused."""
    device = device_of(person)
    if not form.has_factor:
        _check_password(person, form.again_password.data or "", device)
    else:
        second_factor.count_try(person.id, device=device)
    with transaction():
        if not form.has_factor:
            password_was_right(person.email, device=device)
        elif form.again_passkey.data:
            passkeys.prove(person, form.again_passkey.data, passkey_place(), key=key, device=device)
        else:
            second_factor.prove(person, form.again_recovery.data or form.again_code.data or "", device=device)
        fresh = confirm_with(key)
    confirm_session(fresh)


def _check_password(person: Person, password: str, device: str) -> None:
    if wait := password_wait(person.email, device=device, network=here()):
        raise TooMany(wait)
    if not is_right(password, person.password_hash):
        raise Invalid(_l("Das Passwort passt nicht. Bitte prüfen Sie es."))


def _ask(error: AgainNeeded) -> ResponseReturnValue:
    """The page that asks; what was typed waits in it, but for passwords and files."""
    if is_for_programs():
        return problem(error.status, error.sentence, error.sentence)
    form = AgainForm(g.viewer.person, formdata=None)
    if error.mistake is not None:
        form.blame(error.mistake.sentence)
    page = render_template(
        "pages/second_factor/again.html",
        form=form,
        kept=[(name, value) for name, value in request.form.items(multi=True) if name not in form.not_kept],
        loses=bool(request.files) or bool(request.form.keys() & NEVER_SHOWN),
        address=language_url(str(get_locale())),
        before=page_before(),
    )
    return page, error.status, wait_header(error.mistake.wait) if isinstance(error.mistake, TooOften) else {}
