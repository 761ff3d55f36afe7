"""Marking a comment as answered: one public sentence, and where the answer stands. Can be taken off again."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.contributions.references import read_reference
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.refusal import FASTER, Conflict, Invalid
from participation.kernel.versions import raise_version
from participation.moderation.acts import Seen, Verdict, carry_out, faster, hold
from participation.moderation.events import AnsweredMarkRemoved, MarkedAnswered
from participation.moderation.models import ModerationAct
from participation.moderation.reasons import checked_note
from participation.moderation.sorting_models import AnsweredMark

MARK = Verdict(act="mark", states=("published",), event=MarkedAnswered, settles=False)
UNMARK = Verdict(act="unmark", states=("published", "pending", "hidden"), event=AnsweredMarkRemoved, settles=False)
LONGEST_ADDRESS = 500
A, C = AnsweredMark, Contribution


class Answered(NamedTuple):
    """Where a contribution is answered: the number of another one, or an address, or only the sentence."""

    sentence: str
    reference: str
    url: str


def mark_answered(
    contribution: Contribution, *, actor_id: int, seen: Seen, sentence: str, where: str, instead_of: int | None = None
) -> ModerationAct:
    """Say publicly that and where a contribution is answered: by the number of another one, or by an address.

    A mark that was seen (`instead_of`, its number) is replaced. Raises Invalid, Conflict where another one lies there.
    """
    missing = _l("Bitte schreiben Sie in einem Satz, wie die Frage beantwortet ist.")
    sentence = checked_note(sentence, "sentence", required=missing)
    hold(contribution, seen, MARK)
    reference, url = _checked_place(contribution, where.strip())
    before = _lying_on(contribution.id)
    if (before.id if before else None) != instead_of:
        raise Conflict(FASTER)
    act = carry_out([contribution], MARK, actor_id=actor_id, sentence=sentence)[0]
    _take_off(before)
    row = A(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        act_id=act.id,
        sentence=sentence,
        reference=reference,
        url=url,
        at=act.at,
    )
    db.session.add(row)
    db.session.flush()
    act.details = {"mark": row.id, "mark_before": before.id if before else None}
    raise_version(f"procedure:{contribution.procedure_id}")
    return act


def _checked_place(contribution: Contribution, where: str) -> tuple[str, str]:
    """The number of a public contribution of the procedure, or an address."""
    reference = read_reference(where)
    if not where or reference == contribution.reference:
        raise Invalid(_l("Bitte nennen Sie, wo die Antwort steht."), field="where")
    if reference is not None:
        named = (C.procedure_id == contribution.procedure_id, C.reference == reference, C.state == "published")
        if db.session.scalar(select(C.id).where(*named)) is None:
            wrong = _l("Diesen Beitrag gibt es im Verfahren nicht, oder er ist nicht veröffentlicht.")
            raise Invalid(wrong, field="where")
        return reference, ""
    is_here = where.startswith("/") and not where.startswith(("//", "/\\"))
    if not (is_here or where.startswith("https://")) or len(where) > LONGEST_ADDRESS or any(s <= " " for s in where):
        wrong = _l("Bitte schreiben Sie eine Vorgangsnummer (AB3DE-7XK2M) oder eine Adresse, die mit https:// beginnt.")
        raise Invalid(wrong, field="where")
    return "", where


def remove_mark(contribution: Contribution, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Say no longer that it is answered. Raises Conflict, also where nothing is marked."""
    hold(contribution, seen, UNMARK)
    lying = _lying_on(contribution.id)
    if lying is None:
        raise faster()
    act = carry_out([contribution], UNMARK, actor_id=actor_id)[0]
    act.details = {"mark": lying.id}
    _take_off(lying)
    raise_version(f"procedure:{contribution.procedure_id}")
    return act


def put_back_marked(act: ModerationAct, contribution: Contribution, _actor_id: int | None) -> bool:
    """Take a marking back; what was marked before lies there again."""
    lying = _lying_on(contribution.id)
    if lying is None or lying.id != act.details["mark"]:
        return False
    _take_off(lying)
    before = db.session.get(A, act.details["mark_before"] or 0)
    if before is not None:
        before.removed_at = None
    raise_version(f"procedure:{contribution.procedure_id}")
    return True


def put_back_unmarked(act: ModerationAct, contribution: Contribution, _actor_id: int | None) -> bool:
    """Mark it again as it was marked."""
    row = db.session.get(A, act.details["mark"])
    if row is None or _lying_on(contribution.id) is not None:
        return False
    row.removed_at = None
    raise_version(f"procedure:{contribution.procedure_id}")
    return True


def mark_on(contribution_id: int) -> int | None:
    """The number of the mark that lies on a contribution."""
    lying = _lying_on(contribution_id)
    return lying.id if lying else None


def _lying_on(contribution_id: int) -> AnsweredMark | None:
    query = select(A).where(A.contribution_id == contribution_id, A.removed_at.is_(None))
    return db.session.scalar(query.order_by(A.id.desc()).limit(1))


def _take_off(mark: AnsweredMark | None) -> None:
    if mark is not None:
        mark.removed_at = now()


def answered_marks(ids: Sequence[int]) -> dict[int, Answered]:
    """Which of these contributions are marked as answered, and where; for everybody. One query, none for none."""
    if not ids:
        return {}
    query = select(A.contribution_id, A.sentence, A.reference, A.url).where(
        A.contribution_id.in_(ids), A.removed_at.is_(None)
    )
    return {number: Answered(*rest) for number, *rest in db.session.execute(query.order_by(A.id))}
