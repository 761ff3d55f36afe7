"""What every way in has in common: a new session, the drafts of this browser, and where to go on."""

from typing import Any

from flask import g, request, url_for

from participation.access.queries import viewer_for
from participation.accounts.devices import device_label
from participation.accounts.models import Person
from participation.accounts.second_factor import is_set
from participation.accounts.sessions import end_session_with
from participation.contributions.drafts import claim_drafts
from participation.contributions.own import claim_draft
from participation.pages.account_next import in_this_language, local_path
from participation.web.drafts import draft_cookie
from participation.web.known_devices import remember_device
from participation.web.sessions import awaited_person, current_key, half_log_in, log_in
from participation.web.staff_nav import staff_home


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
        remember_device(person)
    if cookie := draft_cookie():
        claim_drafts(cookie, person.id)


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
