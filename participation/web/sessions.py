"""The session cookie. Before log-in: signed, short-lived, only the CSRF value. After: a random key to a row."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import CallbackDict

from participation.accounts.models import Person
from participation.accounts.sessions import note_seen, open_session, session_for

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
    """What the cookie stands for: the CSRF value, and after log-in the person."""

    def __init__(self, values: dict[str, Any], *, person: Person | None = None, key: str | None = None) -> None:
        def on_update(changed: Any) -> None:
            changed.modified = True

        super().__init__(values, on_update)
        self.person, self.key, self.modified, self.accessed = person, key, False, True


class Sessions(SessionInterface):
    """Opens and saves sessions; a reader who fills in no form gets no cookie."""

    def open_session(self, app: Flask, request: Request) -> FormSession:
        """The session of a request; an unknown or ended one is a new empty one."""
        value = request.cookies.get(self.get_cookie_name(app), "")
        if value.startswith(SIGNED):
            return FormSession(self._read_form(app, value))
        if value and (found := session_for(value)) is not None:
            row, person = found
            note_seen(row)
            return FormSession(
                {"csrf_token": row.csrf, "_user_id": str(person.id), "_fresh": True}, person=person, key=value
            )
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
        if session.person is None and not session.get("csrf_token"):
            if session.modified:
                response.delete_cookie(name, path="/", secure=_is_secure(app), httponly=True, samesite="Lax")
            return
        response.vary.add("Cookie")
        if session.modified:
            value = session.key or SIGNED + str(_signer(app).dumps(session["csrf_token"]))
            response.set_cookie(name, value, path="/", secure=_is_secure(app), httponly=True, samesite="Lax")


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="form-session")


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


def log_in(person: Person, *, device: str, staff: bool) -> None:
    """Begin a log-in for this browser, inside `writing()`: a new key, a new CSRF value, nothing of before."""
    key, csrf = open_session(person, device=device, staff=staff)
    session.clear()
    session["csrf_token"] = csrf
    current: Any = session._get_current_object()  # type: ignore[attr-defined]
    current.person, current.key = person, key
    login_user(Login(person))


def log_out() -> None:
    """Forget the log-in in this browser; the caller has ended its row."""
    logout_user()
    session.clear()
    current = session._get_current_object()  # type: ignore[attr-defined]
    current.person, current.key, current.modified = None, None, True


def log_in_is_over() -> bool:
    """Whether this browser still shows the key of a log-in that has ended."""
    value = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], "")
    return bool(value) and not value.startswith(SIGNED) and getattr(session, "person", None) is None


def current_key() -> str | None:
    """The key of this browser's log-in, to tell it from the others."""
    return getattr(session, "key", None)
