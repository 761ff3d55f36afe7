"""What every way in has in common: a new session, the drafts of this browser, and where to go on."""

import secrets
from typing import Any

from flask import Response, after_this_request, current_app, g, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from participation.access.queries import viewer_for
from participation.accounts.devices import device_label
from participation.accounts.models import Person
from participation.accounts.second_factor import is_set
from participation.accounts.sessions import end_session_with
from participation.contributions.drafts import claim_drafts
from participation.contributions.own import claim_draft
from participation.kernel.limits import network
from participation.pages.account_next import in_this_language, local_path
from participation.web.drafts import cookie_name, draft_cookie
from participation.web.sessions import awaited_person, current_key, half_log_in, log_in
from participation.web.staff_nav import staff_home

KNOWN_SECONDS = 90 * 24 * 3600


def enter(person: Person, *, proven: bool = False) -> None:
    """Log somebody in, inside `writing()`: the session of before ends, drafts of this browser become the person's.

    Who has a second factor and has not shown it is logged in by half; `via_code` leads on from there.
    """
    device = device_label(request.user_agent.string)
    proven = proven or (g.viewer.proven and g.viewer.person.id == person.id)
    if key := current_key():
        end_session_with(key)
    if is_set(person.id) and not proven:
        half_log_in(person, device=device)
    else:
        log_in(person, device=device, staff=viewer_for(person).needs_proof, proven=proven)
    if cookie := draft_cookie():
        claim_drafts(cookie, person.id)
    _remember_device(person)


def go_on(person: Person, *, draft_key: str = "", then: str | None = None, done: str) -> str:
    """The address to go on with, inside `writing()`: the draft, else the page asked for, else one's own page."""
    place = claim_draft(draft_key, person.id, g.tenant.id if g.tenant else None) if draft_key else None
    if place is not None:
        on: dict[str, Any] = {"tenant": place.tenant, "procedure": place.procedure, "key": draft_key, "done": done}
        return via_code(url_for("contributions.draft", **on))
    path = local_path(then)
    return via_code(in_this_language(path) if path else _home_of(person, done))


def via_code(path: str) -> str:
    """The path, or before it the page that asks for the second factor of somebody who is half logged in."""
    return url_for("second_factor.enter", next=path) if awaited_person() is not None else path


def _home_of(person: Person, done: str) -> str:
    """Where somebody begins who asked for no page: staff where their work waits, others at what they contributed."""
    g.viewer = viewer_for(person, proven=True)
    return (staff_home() and f"{staff_home()}?done={done}") or url_for("account.participation", done=done)


def device_of(person: Person | None) -> str:
    """The number of this browser, if this person logged in with it before; "" else."""
    try:
        person_id, number = _signer().loads(request.cookies.get(_known_cookie(), ""), max_age=KNOWN_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(number) if person is not None and person_id == person.id else ""


def _remember_device(person: Person) -> None:
    """Mark this browser as one the person uses, so that strangers who guess do not lock the owner out."""
    value = str(_signer().dumps([person.id, device_of(person) or secrets.token_hex(8)]))
    options: dict[str, Any] = {"max_age": KNOWN_SECONDS, "secure": _is_secure(), "httponly": True, "samesite": "Lax"}

    @after_this_request
    def mark(response: Response) -> Response:
        response.set_cookie(_known_cookie(), value, **options)
        return response


def forget_device() -> None:
    """Take the marks off this browser: the account is gone."""

    @after_this_request
    def clear(response: Response) -> Response:
        for name in (_known_cookie(), cookie_name()):
            response.delete_cookie(name, path="/", secure=_is_secure(), httponly=True, samesite="Lax")
        return response


def here() -> str:
    """The network this request comes from, as a hash of the day."""
    return network(request.remote_addr or "", current_app.config["SECRET_KEY"])


def _known_cookie() -> str:
    return "__Host-k" if _is_secure() else "k"


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"]["base_url"].startswith("https://"))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")
