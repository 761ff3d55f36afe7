"""What staff say to each other about a contribution: notes, recommendations, handing one back.

A department recommends, the case workers of the procedure decide.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Argument, Assignment, Note, Recommendation
from participation.evaluation.events import NoteWritten, RecommendationGiven, RecommendationHandedBack
from participation.evaluation.services import checked
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise
from participation.procedures.models import Procedure

LONGEST_NOTE = 5_000  # characters


def write_note(
    contribution: Contribution, text: str, *, department_id: int | None = None, actor_id: int | None
) -> Note:
    """Keep an internal note; nobody changes it afterwards. Raises Invalid (empty, too long)."""
    note = _keep_note(contribution, text, department_id, actor_id)
    emit(
        NoteWritten(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            note_id=note.id,
        )
    )
    return note


def recommend(
    contribution: Contribution,
    *,
    decision: str,
    source: str,
    argument_id: int | None = None,
    department_id: int | None = None,
    actor_id: int | None,
) -> Recommendation:
    """Propose a decision with its reason; the assignment is done with it. Every one is kept, the newest counts.

    Raises Invalid (no decision, no reason, an argument that was joined again), Conflict where the answer is public.
    """
    text = checked(decision, source)
    argument = _argument(contribution, argument_id)
    if (argument or contribution).decision:
        raise Conflict(_l("Die Antwort ist schon veröffentlicht. Ihre Empfehlung kommt zu spät. Ihr Text steht unten."))
    found = Recommendation(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        argument_id=argument_id,
        department_id=department_id,
        decision=decision,
        source=text,
        author_id=actor_id,
        at=now(),
    )
    db.session.add(found)
    if (row := _assignment(contribution.id, argument_id)) is not None:
        row.done_at = now()
    db.session.flush()
    emit(
        RecommendationGiven(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            recommendation_id=found.id,
        )
    )
    return found


def hand_back(contribution: Contribution, recommendation_id: int, text: str, *, actor_id: int | None) -> None:
    """Ask for another recommendation, with a note that says why; the assignment is open again.

    Raises Unknown, Invalid (no reason), Conflict where nobody works on it any more, or it was handed back before.
    """
    found = recommendation_of(contribution, recommendation_id)
    row = _assignment(contribution.id, found.argument_id)
    if row is None:
        raise Conflict(_l("Der Beitrag ist niemandem mehr zugewiesen. Weisen Sie ihn zuerst wieder zu."))
    if row.done_at is None:
        raise Conflict(_l("Der Beitrag ist schon wieder in Arbeit. Schreiben Sie stattdessen eine Notiz."))
    note = _keep_note(contribution, text, None, actor_id)
    row.done_at, row.reminded_on = None, None
    emit(
        RecommendationHandedBack(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            recommendation_id=found.id,
            note_id=note.id,
        )
    )


def recommendation_of(contribution: Contribution, number: int) -> Recommendation:
    """A recommendation for a contribution by its number. Raises Unknown."""
    found = db.session.get(Recommendation, number) if number < 2**63 else None
    if found is None or found.contribution_id != contribution.id:
        raise Unknown
    return found


def proposed_words(procedure: Procedure, number: str) -> dict[str, str]:
    """Decision and reason of a recommendation of the procedure, to begin an answer with; none where there is none."""
    if not number.isdecimal() or len(number) > 18:
        return {}
    query = select(Recommendation.decision, Recommendation.source).join(
        Contribution, Contribution.id == Recommendation.contribution_id
    )
    query = query.where(Recommendation.id == int(number), Contribution.procedure_id == procedure.id)
    found = db.session.execute(query).one_or_none()
    return {"decision": found.decision, "source": found.source} if found else {}


def _keep_note(contribution: Contribution, text: str, department_id: int | None, actor_id: int | None) -> Note:
    words = normalise(text).strip()
    if not words:
        raise Invalid(_l("Bitte schreiben Sie etwas."), field="text")
    if len(words) > LONGEST_NOTE:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST_NOTE), field="text")
    note = Note(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        text=words,
        department_id=department_id,
        author_id=actor_id,
        at=now(),
    )
    db.session.add(note)
    db.session.flush()
    return note


def _argument(contribution: Contribution, argument_id: int | None) -> Argument | None:
    if argument_id is None:
        return None
    argument = db.session.get(Argument, argument_id)
    if argument is None or argument.contribution_id != contribution.id or argument.removed_at is not None:
        raise Invalid(_l("Dieses Argument gibt es nicht mehr."), field="argument")
    return argument


def _assignment(contribution_id: int, argument_id: int | None) -> Assignment | None:
    query = select(Assignment).where(
        Assignment.contribution_id == contribution_id, Assignment.argument_id == argument_id
    )
    return db.session.scalar(query.with_for_update())
