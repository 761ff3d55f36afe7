"""Every view declares who may call it; a view without a declaration answers 403 to everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_babel import lazy_gettext as _l

from participation.access.rules import can, role_refusal
from participation.interfaces import Action
from participation.kernel.refusal import Refused
from participation.procedures.models import Phase
from participation.web.security_log import call_it

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a view asks for: an action at the narrowest thing of its address, a log-in, or nothing."""

    action: Action | None = None
    needs_person: bool = False
    needs_somebody: bool = False  # a person, or a guest of this procedure


def access(action: Action) -> Callable[[View], View]:
    """Only those may call the view whom `can` allows the action at this activity, procedure or tenant."""
    return _declare(Rule(action=action))


def public(view: View) -> View:
    """Everybody may call the view, as far as the page is visible to them."""
    return _declare(Rule())(view)


def personal(view: View) -> View:
    """Only somebody who is logged in may call the view; what is theirs, the view asks."""
    return _declare(Rule(needs_person=True))(view)


def known(view: View) -> View:
    """Like `personal`, but guests with an edit link or an access code may come as well."""
    return _declare(Rule(needs_somebody=True))(view)


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """What a view declares; None is a fault of the house that a test names."""
    found: Rule | None = getattr(view, "access_rule", None)
    return found


class LoginNeeded(Refused):
    """Logging in would help: pages lead there and come back."""

    status = 401

    def __init__(self, sentence: Any, *, phase: Phase | None = None) -> None:
        super().__init__(sentence)
        self.by_code = phase is not None and not {"email", "account"} & set(phase.identity)


def init_app(app: Flask) -> None:
    """Enforce the declarations, after the mount."""
    app.before_request(_enforce)


def _enforce() -> None:
    if request.endpoint is None:
        return
    refusal = _refusal(rule_of(current_app.view_functions[request.endpoint]))
    if refusal is not None:
        call_it("log_in_needed" if isinstance(refusal, LoginNeeded) else "refused")
        raise refusal


def _refusal(rule: Rule | None) -> Refused | None:
    """Why the view may not be called; None where it may."""
    if rule is None:
        return Refused(_l("refuse.not_found"))
    if (rule.needs_person and g.viewer.person is None) or (rule.needs_somebody and not g.viewer.is_known):
        return LoginNeeded(_l("Dafür müssen Sie angemeldet sein. Danach machen Sie hier weiter."))
    if rule.action is None:
        return None
    decision = can(g.viewer, rule.action, g.activity or g.procedure or g.tenant)
    if decision.allowed:
        return None
    if decision.login_helps and not g.viewer.is_known:
        return LoginNeeded(decision.reason, phase=decision.phase)
    if rule.action.staff and g.tenant is not None:
        return role_refusal(g.viewer, rule.action, g.tenant.id)
    return Refused(decision.reason)
