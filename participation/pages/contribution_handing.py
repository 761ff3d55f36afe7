"""A draft for an organisation on its page: hand it over, take it back, give it back, and who may do which."""

from typing import Any, NamedTuple

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from participation.accounts.organisations import Membership, memberships
from participation.contributions import handing_over
from participation.contributions.drafts import change_draft, locked_draft
from participation.contributions.models import Draft
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.contribution_forms import DraftForm, refuse

ACTS = ("hand-over", "take-back", "give-back")


class Handing(NamedTuple):
    """What the page says of organisations."""

    memberships: list[Membership]
    is_away: bool  # it lies before those who coordinate, and this is who wrote it
    is_before: bool  # it lies before this viewer
    error: Any = None

    @property
    def drafts_only(self) -> list[Membership]:
        """The organisations for which others submit."""
        return [entry for entry in self.memberships if not entry.coordinates]


def handing_of(draft: Draft, error: Any = None) -> Handing:
    """Where a draft lies; asks nothing of visitors."""
    person = g.viewer.person
    if person is None:
        return Handing([], is_away=False, is_before=False)
    before = handing_over.is_before(draft, person)
    away = draft.handed_over_at is not None and not before
    return Handing(list(memberships(person, draft.tenant_id)), is_away=away, is_before=before, error=error)


def hand(found: Draft, form: DraftForm, act: str) -> ResponseReturnValue | Handing:
    """Carry an act out and lead back; where it is refused, what the page has to say. Raises Unknown, Refused."""
    person, number, key = g.viewer.person, found.id, found.key
    if person is None:
        raise Unknown
    try:
        with writing():
            _carry_out(number, form, act)
    except Invalid as invalid:
        if invalid.field == "note":
            return handing_of(found, invalid.sentence)
        refuse(form.organisation, invalid.sentence)
        return handing_of(found)
    if act == "give-back":
        return redirect(url_for("organisations.mine", done="draft-given-back"), 303)
    return redirect(url_for("contributions.draft", key=key, done=f"draft-{act}"), 303)


def _carry_out(number: int, form: DraftForm, act: str) -> None:
    draft, person = locked_draft(number), g.viewer.person
    if draft is None:
        raise Unknown
    if act == "take-back":
        handing_over.take_back(draft)
    elif act == "give-back":
        handing_over.give_back(draft, person, request.form.get("note", ""))
    else:
        change_draft(draft, form.fields())
        handing_over.hand_over(draft, person, form.fields()["organisation"])
