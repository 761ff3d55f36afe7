"""The session cookie. Before log-in: signed, short-lived, only the CSRF value. After: a random key to a row."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, after_this_request, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.datastructures import CallbackDict

from participation.accounts.api_tokens import holder_of
from participation.accounts.models import ApiToken, LoginSession, Person
from participation.accounts.sessions import end_session_with, note_seen, open_session, session_for
from participation.kernel.clock import now
from participation.kernel.keys import for_signing
from participation.procedures.audience_models import GuestSession
from participation.procedures.guests import end_guest_session, guest_for, open_guest_session
from participation.procedures.models import Participant
from participation.web.headers import clearing
from participation.web.problems import PREFIX
from participation.web.security_log import call_it, note

FORM_SECONDS = int(timedelta(hours=4).total_seconds())
SIGNED = "f."  # what a cookie before log-in begins with

login_manager = LoginManager()
login_manager.session_protection = None  # sessions are rows of ours, bound to a key of 256 bits


class Login:
    """What Flask-Login wants of a user: our person, by its number."""

    def __init__(self, person: Person) -> None:
        self.person, self.is_active, self.is_anonymous, self.is_authenticated = person, True, False, True

    def get_id(self) -> str:
        """The person's number."""
        return str(self.person.id)


class FormSession(CallbackDict[str, Any], SessionMixin):
    """What the cookie stands for: the CSRF value, and after log-in the person.

    After half a log-in there is nobody yet, only somebody `awaited`, whose second factor is missing.
    """

    person: Person | None = None
    guest: Participant | None = None  # instead of a person: somebody with an edit link or an access code
    awaited: Person | None = None
    key: str | None = None
    proven_at: datetime | None = None
    confirmed_at: datetime | None = None
    token: ApiToken | None = None  # of a program that acts for the person
    unread: Exception | None = None  # why nobody could look who it is: the request is refused, the cookie stays

    def __init__(self, values: dict[str, Any]) -> None:
        def on_update(changed: Any) -> None:
            changed.modified = True

        super().__init__(values, on_update)
        self.modified, self.accessed = False, True

    @classmethod
    def of_program(cls, authorisation: str) -> "FormSession":
        """The session of a program, for one request: whoever holds a key has the rights of its person, never a cookie.

        Without a second factor, so that no key opens the back office.
        """
        found = cls({})
        scheme, _blank, key = authorisation.partition(" ")
        holder = holder_of(key.strip()) if scheme.lower() == "bearer" else None
        if holder is not None:
            found.token, found.person = holder
            note("key_used", key=found.token.id, person=found.person.id)
        elif authorisation:
            call_it("key_refused")
        return found

    @classmethod
    def of_guest(cls, row: GuestSession, guest: Participant, key: str) -> "FormSession":
        """The session of somebody without an account."""
        found = cls({"csrf_token": row.csrf})
        found.guest, found.key = guest, key
        return found

    @classmethod
    def of(cls, row: LoginSession, person: Person, key: str) -> "FormSession":
        """The session of a log-in."""
        if row.awaits_code:
            found = cls({"csrf_token": row.csrf})
            found.awaited = person
        else:
            found = cls({"csrf_token": row.csrf, "_user_id": str(person.id), "_fresh": True})
            found.person, found.proven_at, found.confirmed_at = person, row.proven_at, row.confirmed_at
        found.key = key
        return found


class Sessions(SessionInterface):
    """Opens and saves sessions; a reader who fills in no form gets no cookie."""

    def open_session(self, app: Flask, request: Request) -> FormSession:
        """The session of a request; an unknown or ended one is a new empty one."""
        try:
            return self._found(app, request)
        except (DBAPIError, NoConnection) as error:
            unread = FormSession({})
            unread.unread = error
            return unread

    def _found(self, app: Flask, request: Request) -> FormSession:
        if request.path.startswith(PREFIX):
            return FormSession.of_program(request.headers.get("Authorization", ""))
        value = request.cookies.get(self.get_cookie_name(app), "")
        if value.startswith(SIGNED):
            return FormSession(self._read_form(app, value))
        if value and (found := session_for(value)) is not None:
            row, person = found
            note_seen(row)
            return FormSession.of(row, person, value)
        if value and (guest := guest_for(value)) is not None:
            return FormSession.of_guest(*guest, value)
        return FormSession({})

    def _read_form(self, app: Flask, value: str) -> dict[str, Any]:
        try:
            return {"csrf_token": _signer(app).loads(value.removeprefix(SIGNED), max_age=FORM_SECONDS)}
        except BadSignature:
            return {}

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where something changed, never on a page that is only read."""
        assert isinstance(session, FormSession)
        name = self.get_cookie_name(app)
        if session.key is None and not session.get("csrf_token"):
            if session.modified:
                response.delete_cookie(name, path="/", secure=_is_secure(app), httponly=True, samesite="Lax")
            return
        response.vary.add("Cookie")
        if session.modified:
            value = session.key or SIGNED + str(_signer(app).dumps(session["csrf_token"]))
            response.set_cookie(name, value, path="/", secure=_is_secure(app), httponly=True, samesite="Lax")


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(for_signing(app), salt="form-session")


def _is_secure(app: Flask) -> bool:
    return bool(app.config["SETTINGS"]["base_url"].startswith("https://"))


def init_app(app: Flask) -> None:
    """Put the sessions under Flask and Flask-Login."""
    app.session_interface = Sessions()
    app.config["SESSION_COOKIE_NAME"] = "__Host-s" if _is_secure(app) else "s"
    login_manager.init_app(app)
    login_manager.user_loader(_load_user)


def _load_user(_number: str) -> Login | None:
    person: Person | None = getattr(session, "person", None)
    return Login(person) if person else None


def log_in(person: Person, *, device: str, staff: bool, proven: bool = False) -> None:
    """Begin a log-in for this browser, inside `writing()`: a new key, a new CSRF value, nothing of before."""
    current = _begun(*open_session(person, device=device, staff=staff, proven=proven))
    current.person, current.proven_at, current.confirmed_at = person, now() if proven else None, now()
    login_user(Login(person))
    note("log_in", person=person.id, factors=2 if proven else 1)


def half_log_in(person: Person, *, device: str) -> None:
    """The password was right, the second factor is missing: nobody is logged in yet; inside `writing()`."""
    _begun(*open_session(person, device=device, staff=True, awaits_code=True)).awaited = person
    note("log_in_half", person=person.id)


def enter_as_guest(guest: Participant) -> None:
    """Let this browser go on as a guest, inside `writing()`; a log-in that was open in it ends."""
    if (key := current_key()) is not None:
        end_session_with(key)
        end_guest_session(key)
    logout_user()
    _begun(*open_guest_session(guest)).guest = guest
    note("log_in_guest", procedure=guest.procedure_id)


def leave_as_guest() -> None:
    """End the session of a guest, inside `writing()`: a copied cookie is dead too."""
    if (key := current_key()) is not None:
        end_guest_session(key)
    log_out()


def _begun(key: str, csrf: str) -> FormSession:
    session.clear()
    session["csrf_token"] = csrf
    current: FormSession = session._get_current_object()  # type: ignore[attr-defined]
    current.key, current.person, current.awaited, current.proven_at = key, None, None, None
    current.guest, current.confirmed_at = None, None
    return current


def awaited_person() -> Person | None:
    """Who entered the right password in this browser and still has to show the second factor."""
    return getattr(session, "awaited", None)


def proven_at() -> datetime | None:
    """When the second factor was last shown in this log-in."""
    return getattr(session, "proven_at", None)


def confirmed_at() -> datetime | None:
    """When the person of this log-in last showed who they are."""
    return getattr(session, "confirmed_at", None)


def confirm_session(key: str) -> None:
    """The person showed just now who they are; the caller has written that, and this new key, into the row."""
    current: FormSession = session._get_current_object()  # type: ignore[attr-defined]
    current.key, current.confirmed_at, current.modified = key, now(), True


def log_out() -> None:
    """Forget the log-in in this browser; the caller has ended its row. What was kept of it goes from the browser."""
    note("log_out", person=session.get("_user_id") or "-")
    after_this_request(clearing)
    logout_user()
    session.clear()
    current = session._get_current_object()  # type: ignore[attr-defined]
    current.person, current.awaited, current.key, current.modified = None, None, None, True
    current.guest = None


def log_in_is_over() -> bool:
    """Whether this browser still shows the key of a log-in that has ended."""
    value = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], "")
    return bool(value) and not value.startswith(SIGNED) and current_key() is None


def current_key() -> str | None:
    """The key of this browser's log-in, to tell it from the others."""
    return getattr(session, "key", None)
