"""Correcting where on the ground something belongs: a decision that is told to its author and can be taken back."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.contributions.locations import Where, locations_of, put_location, where_of
from participation.contributions.models import Contribution
from participation.interfaces import ContributionType
from participation.kernel.db import db
from participation.kernel.refusal import Conflict, Unknown
from participation.kernel.versions import raise_version
from participation.moderation.acts import Seen, Verdict, carry_out, faster, hold
from participation.moderation.events import LocationCorrected
from participation.moderation.models import ModerationAct
from participation.procedures.models import Activity
from participation.registry import installed

RELOCATE = Verdict(act="relocate", states=("published", "pending", "hidden"), event=LocationCorrected, settles=False)


def is_located(contribution: Contribution) -> bool:
    """Whether a contribution may be on a map; an answer is not."""
    kind = installed().contribution_type(contribution.type)
    return kind is not None and bool(kind.drawn) and contribution.parent_id is None


def located_type(contribution: Contribution) -> ContributionType:
    """The type of a contribution that may be on a map. Raises Unknown for others."""
    kind = installed().contribution_type(contribution.type)
    if kind is None or not is_located(contribution):
        raise Unknown
    return kind


def relocate(
    contribution: Contribution, said: Mapping[str, Any], *, actor_id: int, seen: Seen, was: str
) -> ModerationAct:
    """Say where a contribution belongs: `position` and `where`, as its author would; nothing takes the place away.

    `was` is `mark_of` the place that somebody corrects. Its district follows. Raises Invalid at the field, Conflict
    where it is said there already or another place stands there by now, Unknown.
    """
    kind = located_type(contribution)
    hold(contribution, seen, RELOCATE)
    activity = db.session.get_one(Activity, contribution.activity_id)
    where = where_of(said, activity, kind.drawn)
    before, district = _kept(contribution.id), contribution.district
    if mark_of(contribution.id) != was:
        raise faster()
    if not put_location(contribution, activity, where):
        raise Conflict(_l("Dieser Ort steht schon beim Beitrag."))
    _note(contribution)
    act = carry_out([contribution], RELOCATE, actor_id=actor_id)[0]
    act.details = {"before": before, "after": _kept(contribution.id), "district_before": district}
    return act


def mark_of(contribution_id: int) -> str:
    """A short sign for the place that stands at a contribution now; another place has another one."""
    return hashlib.sha256(json.dumps(_kept(contribution_id), sort_keys=True).encode()).hexdigest()[:16]


def put_back_relocated(act: ModerationAct, contribution: Contribution, _actor_id: int | None) -> bool:
    """Take a correction back; whether the place was still the corrected one."""
    if contribution.state != act.before or _kept(contribution.id) != act.details["after"]:
        return False
    before = act.details["before"]
    activity = db.session.get_one(Activity, contribution.activity_id)
    put_location(contribution, activity, Where(before["geometry"], before["words"]) if before else None)
    contribution.district = act.details["district_before"]
    _note(contribution)
    return True


def _kept(contribution_id: int) -> dict[str, Any] | None:
    db.session.flush()
    row = locations_of([contribution_id]).get(contribution_id)
    return {"geometry": row.geometry, "words": row.words} if row else None


def _note(contribution: Contribution) -> None:
    """Map, list and the page of the contribution know of it."""
    raise_version(f"procedure:{contribution.procedure_id}")
