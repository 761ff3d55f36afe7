"""An author asks for a review; a second person decides. Once for each decision."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access.rules import Viewer
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.moderation.acts import RESTORE, Seen, Verdict, carry_out
from participation.moderation.desk import Desk, still_holds
from participation.moderation.events import AppealDecided, AppealFiled
from participation.moderation.models import Appeal, ModerationAct
from participation.moderation.reasons import checked_note
from participation.moderation.redaction import lift

PAGE = 50
OUTCOMES = ("overturned", "confirmed")
RESTORED = Verdict(act="restore", states=("hidden",), target="published", undo=RESTORE.undo * 0)  # the appeal tells
A, C, M = Appeal, Contribution, ModerationAct


class AppealRow(NamedTuple):
    """An appeal in a list."""

    id: int
    reference: str
    procedure_id: int
    act: str
    at: datetime
    decided_at: datetime | None
    outcome: str
    decided_against_by_id: int | None
    decided_against_by: str | None


def decision_on(contribution_id: int) -> tuple[ModerationAct, Appeal | None] | None:
    """What an author may ask to have reviewed, the newest, and whether they did; one query. None where there is none.

    A contribution hidden a second time is a new decision.
    """
    query = (
        select(M, A)
        .join(C, C.id == M.contribution_id)
        .outerjoin(A, A.act_id == M.id)
        .where(M.contribution_id == contribution_id, still_holds())
    )
    row = db.session.execute(query.order_by(M.id.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def file_appeal(contribution: Contribution, *, who: Viewer, text: str) -> Appeal:
    """Ask that a second person looks at the decision. Raises Unknown (not one's own), Refused, Conflict, Invalid."""
    if contribution.participant_id not in who.participant_ids:
        raise Unknown
    text = checked_note(text, "text", required=_l("Bitte schreiben Sie, warum Sie die Entscheidung für falsch halten."))
    db.session.refresh(contribution, with_for_update=True)
    found = decision_on(contribution.id)
    if found is None:
        raise Refused(_l("Zu diesem Beitrag gibt es keine Entscheidung, die überprüft werden kann."), status=409)
    if found[1] is not None:
        raise Conflict(_l("Sie haben zu dieser Entscheidung schon eine Überprüfung verlangt."))
    appeal = Appeal(
        tenant_id=contribution.tenant_id, contribution_id=contribution.id, act_id=found[0].id, text=text, at=now()
    )
    db.session.add(appeal)
    db.session.flush()
    emit(
        AppealFiled(
            tenant_id=contribution.tenant_id, procedure_id=contribution.procedure_id, appeal_id=appeal.id
        )
    )  # fmt: skip
    return appeal


def appeal_at(desk: Desk, number: int) -> tuple[Appeal, ModerationAct, Contribution]:
    """An appeal of the desk, with what it is about. Raises Unknown for every other."""
    query = select(A, M, C).join(M, M.id == A.act_id).join(C, C.id == A.contribution_id)
    row = db.session.execute(query.where(A.id == number, desk.covers())).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1], row[2]


def decide_appeal(desk: Desk, number: int, *, actor_id: int, outcome: str, sentence: str) -> Appeal:
    """Confirm or overturn, with a reason; never by who decided before. Raises Refused, Conflict, Invalid.

    Overturned means that the contribution is as visible as if nothing had been decided.
    """
    appeal, act, contribution = appeal_at(desk, number)
    if act.actor_id == actor_id:
        raise Refused(_l("Sie haben die Entscheidung selbst getroffen. Darüber entscheidet eine zweite Person."))
    if outcome not in OUTCOMES:
        raise Invalid(_l("Bitte wählen Sie, wie Sie entscheiden."), field="outcome")
    sentence = checked_note(sentence, "sentence", required=_l("Bitte begründen Sie die Entscheidung mit einem Satz."))
    db.session.refresh(contribution, with_for_update=True)
    db.session.refresh(appeal, with_for_update=True)
    if appeal.decided_at is not None or not _holds(act):
        raise Conflict(_l("Darüber ist schon entschieden."))
    if outcome == "overturned":
        _overturn(contribution, act, actor_id)
    appeal.decided_at, appeal.decided_by_id, appeal.outcome, appeal.sentence = now(), actor_id, outcome, sentence
    emit(
        AppealDecided(
            tenant_id=appeal.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            appeal_id=appeal.id,
        )
    )
    return appeal


def _holds(act: ModerationAct) -> bool:
    query = select(M.id).join(C, C.id == M.contribution_id).where(M.id == act.id, still_holds())
    return db.session.scalar(query) is not None


def _overturn(contribution: Contribution, act: ModerationAct, actor_id: int) -> None:
    if act.act == "redact":
        lift(contribution, actor_id=actor_id, seen=Seen(contribution.state, contribution.versions), quietly=True)
    else:
        carry_out([contribution], RESTORED, actor_id=actor_id)


def appeals(desk: Desk, *, after: int | None = None) -> tuple[list[AppealRow], int | None]:
    """The appeals of a desk, newest first, a page of 50."""
    query = (
        select(A.id, C.reference, C.procedure_id, M.act, A.at, A.decided_at, A.outcome, M.actor_id, Person.display_name)
        .join(M, M.id == A.act_id)
        .join(C, C.id == A.contribution_id)
        .outerjoin(Person, Person.id == M.actor_id)
        .where(desk.covers())
    )
    query = query.where(A.id < after) if after is not None else query
    rows = [AppealRow(*row) for row in db.session.execute(query.order_by(A.id.desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
