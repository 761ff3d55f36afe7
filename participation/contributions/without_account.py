"""Sending without an account: each sending makes a new guest, who comes back by the edit link alone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from participation.access.rules import Viewer
from participation.contributions.drafts import locked_draft
from participation.contributions.form_keys import sent_before
from participation.contributions.models import Contribution
from participation.contributions.sending import became, organisation_of, turn
from participation.interfaces import Action, ContributionType
from participation.kernel.clock import now
from participation.kernel.proof import spend
from participation.kernel.refusal import Unknown
from participation.procedures.guests import guest_with, join_as_guest
from participation.procedures.models import Activity, Participant

LINK_AGAIN: Final = timedelta(minutes=10)  # the same form sent again, by a second press, shows the same link


def send_without_account(
    draft_id: int,
    key: str,
    activity: Activity,
    kind: ContributionType,
    action: Action,
    *,
    edit_key: str,
    proof: str,
    secret: str,
    fields: Mapping[str, str],
    calm: bool = True,
    language: str = "de",
) -> Contribution:
    """Turn a draft into the contribution of a new guest with this edit key; sent again it is what it became.

    Nobody is refused for want of a proof: without one, with a used one, or where very much comes from one network
    (not `calm`), the text is looked at first. Raises as `send_draft`; Unknown too when it was sent long ago.
    """
    locked = locked_draft(draft_id)
    if locked is None:
        found = sent_just_now(activity.procedure_id, key, edit_key, fields)
        if found is None:
            raise Unknown
        return found
    if locked.person_id is not None:
        raise Unknown
    guest = join_as_guest(activity.procedure, edit_key, organisation_of(fields))
    held_for = [] if spend(proof, secret, action.name, key) else ["proof"]
    who = as_guest(guest)
    return turn(locked, activity, kind, action, who=who, fields=fields, language=language, held_for=held_for, calm=calm)


def as_guest(guest: Participant) -> Viewer:
    """How the policy sees a guest who is on no list."""
    return Viewer(guest=guest, participants=(guest,))


def sent_just_now(
    procedure_id: int, key: str, edit_key: str, fields: Mapping[str, str] | None = None
) -> Contribution | None:
    """What this very browser sent with this draft in the last minutes; None for everybody else, and later.

    Raises Conflict where `fields` say something else.
    """
    guest = guest_with(procedure_id, edit_key)
    sent = sent_before(key, None)
    if guest is None or sent is None or sent.at < now() - LINK_AGAIN:
        return None
    return became(key, as_guest(guest), fields)
