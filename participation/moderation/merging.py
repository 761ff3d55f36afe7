"""Merging doubles: what says the same stands with one contribution, and all that belongs to it stays where it is.

Ratings and answers below are not moved, but shown and counted with the target too, nobody twice. The place in the
thread stays; an answer of the authority to the one counts for those merged into it. Nothing is ever merged into what is
merged itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from participation.contributions.counters import count_again
from participation.contributions.models import Contribution
from participation.contributions.services import change_state
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.text import excerpt, plain
from participation.kernel.versions import raise_version
from participation.moderation.acts import Seen, Verdict, carry_out, faster, fits, hold
from participation.moderation.events import ContributionMerged, ContributionSplit
from participation.moderation.models import ModerationAct, ModerationBatch
from participation.procedures.models import Phase

MERGE = Verdict(act="merge", states=("published", "pending"), target="merged", event=ContributionMerged)
SPLIT = Verdict(act="split", states=("merged",), event=ContributionSplit)
MOST = 500  # contributions in one go
TITLE = 80  # characters by which one without a title is named
C, M = Contribution, ModerationAct


class Merged(NamedTuple):
    """A contribution as merging names it."""

    reference: str
    words: str
    is_public: bool = True


def merge(into: Contribution, chosen: Mapping[str, Seen], *, actor_id: int) -> ModerationBatch:
    """Merge what was chosen by its number into one contribution of the same procedure and kind, in one go.

    What was merged into a chosen one before goes along. Merging into a merged one goes to its target. What has
    changed since it was seen is left alone and counted. Raises Invalid for an odd choice, Refused where the target
    is not to be read by everybody who could read the others, Conflict where nothing is left.
    """
    if not 0 < len(chosen) <= MOST:
        raise Invalid(
            _l("Bitte wählen Sie mindestens einen Beitrag und höchstens %(most)s.", most=MOST), field="chosen"
        )
    target, rows = _held(into, chosen)
    if target.state != "published":
        sentence = _l(
            "Zusammenführen lässt sich nur mit einem veröffentlichten Beitrag. Bitte veröffentlichen Sie ihn zuerst."
        )
        raise Refused(sentence, status=409)
    fitting = [row for row in rows if row.reference in chosen and fits(row, chosen[row.reference], MERGE)]
    if not fitting:
        raise faster()
    _require_alike(target, fitting)
    ids = {row.id for row in fitting}
    held = [*fitting, *(row for row in rows if row.merged_into_id in ids)]
    acts = carry_out(held, MERGE, actor_id=actor_id)
    for row, act in zip(held, acts, strict=True):
        act.details = {"into": target.id, "into_before": row.merged_into_id}
        row.merged_into_id = target.id
    count_again({target.id, *(row.id for row in held)})
    raise_version(f"procedure:{target.procedure_id}")
    batch = db.session.get_one(ModerationBatch, acts[0].batch_id)
    batch.left = len(chosen) - len(fitting)
    return batch


def _held(into: Contribution, chosen: Mapping[str, Seen]) -> tuple[Contribution, Sequence[Contribution]]:
    """The target, and the others with what was merged into them; all locked, in one order for everybody."""
    target_id = into.merged_into_id if into.state == "merged" and into.merged_into_id else into.id
    wanted = (C.procedure_id == into.procedure_id, C.reference.in_(chosen), C.id != target_id)
    ids = db.session.scalars(select(C.id).where(*wanted)).all()
    which = or_(C.id == target_id, C.id.in_(ids), C.merged_into_id.in_(ids))
    query = select(C).where(C.tenant_id == into.tenant_id, which).order_by(C.id).with_for_update()
    rows = {row.id: row for row in db.session.scalars(query.execution_options(populate_existing=True))}
    return rows.pop(target_id), list(rows.values())


def _require_alike(target: Contribution, rows: Sequence[Contribution]) -> None:
    if any(row.type != target.type for row in rows):
        raise Invalid(_l("Zusammenführen lassen sich nur Beiträge derselben Art."), field="chosen")
    narrow = select(Phase.id).where(Phase.id == target.phase_id, Phase.visible_to != "public")
    if any(row.phase_id != target.phase_id for row in rows) and db.session.scalar(narrow) is not None:
        sentence = _l("Diesen Beitrag können nicht alle lesen. Bitte führen Sie ihn mit einem öffentlichen zusammen.")
        raise Refused(sentence, status=409)


def split(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Let a merged contribution stand for itself again, in the state it had before. Raises Conflict."""
    hold(contribution, seen, SPLIT)
    before = _state_before(contribution.id)
    act = carry_out([contribution], replace(SPLIT, target=before), actor_id=actor_id)[0]
    act.details = {"after": before, "into_before": contribution.merged_into_id}
    _put(contribution, None)
    return act


def _state_before(contribution_id: int) -> str:
    merged = select(M.before).where(
        M.contribution_id == contribution_id, M.act == MERGE.act, M.before != "merged", M.undone_at.is_(None)
    )
    return db.session.scalar(merged.order_by(M.id.desc()).limit(1)) or "published"


def _put(contribution: Contribution, into: int | None) -> None:
    """It stands with another one, or for itself; both are counted anew."""
    count_again({number for number in (contribution.id, contribution.merged_into_id, into) if number is not None})
    contribution.merged_into_id = into


def put_back_merged(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    """Take a merging back; whether the contribution was still as it had left it."""
    if contribution.state != "merged" or contribution.merged_into_id != act.details["into"]:
        return False
    _put(contribution, act.details["into_before"])
    raise_version(f"procedure:{contribution.procedure_id}")
    if act.before != contribution.state:
        change_state(contribution, act.before, actor_id=actor_id)
    return True


def put_back_split(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    """Take a splitting back: merged again, into where its target stands now; not where others were merged into it."""
    if contribution.state != act.details["after"] or merged_into([contribution.id]):
        return False
    target = db.session.get(C, act.details["into_before"] or 0)
    if target is None or (target.merged_into_id or target.id) == contribution.id:
        return False
    _put(contribution, target.merged_into_id or target.id)
    change_state(contribution, "merged", actor_id=actor_id)
    return True


def into_of(contribution: Contribution) -> Merged | None:
    """What a merged contribution was merged into; None where that is gone. For staff."""
    target = db.session.get(C, contribution.merged_into_id or 0)
    if target is None:
        return None
    return Merged(target.reference, words_for(target.title, target.html), target.state == "published")


def merged_into(ids: Sequence[int]) -> dict[int, list[Merged]]:
    """What was merged into these contributions, oldest first; one query, none for none."""
    found: dict[int, list[Merged]] = {}
    query = select(C.merged_into_id, C.reference, C.title, C.html).where(_into(ids)).order_by(C.id) if ids else None
    for into, reference, title, html in db.session.execute(query) if query is not None else ():
        found.setdefault(into or 0, []).append(Merged(reference, words_for(title, html)))
    return found


def _into(ids: Sequence[int]) -> ColumnElement[bool]:
    return (C.state == "merged") & C.merged_into_id.in_(ids)


def words_for(title: str, html: str) -> str:
    """How a contribution is named in a sentence: by its title, or its first words."""
    return title or excerpt(plain(html), TITLE)
