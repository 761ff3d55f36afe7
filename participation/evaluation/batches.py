"""Acting on many contributions in one go: one row for the go, one for each contribution, and taking it back exactly."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.evaluation import keywords
from participation.evaluation.assigning import assign
from participation.evaluation.batch_events import BatchDone, BatchUndone
from participation.evaluation.batch_models import CaseAct, CaseBatch
from participation.evaluation.case_models import Keyword
from participation.evaluation.snapshots import assignments, differences, put_back, snapshots
from participation.evaluation.worklist_filters import STATES, WORK
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.kernel.text import normalise_name
from participation.procedures.models import Procedure

UNDO: Final = timedelta(minutes=10)
MOST: Final = 500  # contributions in one go
LONGEST: Final = 80  # characters of a district
Act = Callable[[Contribution], object]


class Undone(NamedTuple):
    """How many contributions are as they were before, and how many somebody changed in the meantime."""

    back: int
    left: int


def assign_many(
    procedure: Procedure,
    references: Collection[str],
    *,
    department_id: int | None = None,
    person_id: int | None = None,
    due_on: date | None = None,
    actor_id: int,
) -> CaseBatch:
    """Give contributions to a department, a person or both until a day. Raises Invalid, also for nobody."""
    if department_id is None and person_id is None:
        raise Invalid(_l("Bitte wählen Sie eine Stelle oder eine Person."), field="assignee")
    values = {"department_id": department_id, "person_id": person_id, "actor_id": actor_id}
    return _go(procedure, references, "assign", lambda row: assign(row, due_on=due_on, **values), actor_id)


def take_away_many(procedure: Procedure, references: Collection[str], *, actor_id: int) -> CaseBatch:
    """Take contributions away from whoever they were given to as a whole. Raises Invalid."""
    return _go(procedure, references, "take_away", lambda row: assign(row, actor_id=actor_id), actor_id)


def tag_many(procedure: Procedure, references: Collection[str], keyword_id: int, *, actor_id: int) -> CaseBatch:
    """Give contributions a keyword; its department gets what nobody has. Raises Invalid (also for 0), Unknown."""
    keyword = _keyword(procedure, keyword_id)
    return _go(procedure, references, "tag", lambda row: keywords.tag(row, keyword, actor_id=actor_id), actor_id)


def untag_many(procedure: Procedure, references: Collection[str], keyword_id: int, *, actor_id: int) -> CaseBatch:
    """Take a keyword off contributions. Raises Invalid, Unknown."""
    keyword = _keyword(procedure, keyword_id)
    return _go(procedure, references, "untag", lambda row: keywords.untag(row, keyword, actor_id=actor_id), actor_id)


def _keyword(procedure: Procedure, number: int) -> Keyword:
    if not number:
        raise Invalid(_l("Bitte wählen Sie ein Schlagwort."), field="keyword")
    return keywords.keyword_in(procedure, number)


def set_work_many(procedure: Procedure, references: Collection[str], work: str, *, actor_id: int) -> CaseBatch:
    """Put contributions into a state of work. Raises Invalid."""
    if work not in WORK:
        raise Invalid(_l("Bitte wählen Sie einen Stand."), field="work")
    return _go(procedure, references, "work", lambda row: setattr(row, "work", work), actor_id)


def set_district_many(procedure: Procedure, references: Collection[str], district: str, *, actor_id: int) -> CaseBatch:
    """Say which part of the town contributions are about; "" = not known. Raises Invalid."""
    name = normalise_name(district)
    if len(name) > LONGEST:
        raise Invalid(
            _l("Bitte kürzen Sie den Namen auf höchstens %(longest)s Zeichen.", longest=LONGEST), field="district"
        )
    return _go(procedure, references, "district", lambda row: setattr(row, "district", name), actor_id)


def _go(procedure: Procedure, references: Collection[str], act: str, do: Act, actor_id: int) -> CaseBatch:
    """Do it to each contribution; what is so already, or may not be changed, is counted and keeps no row.

    Raises Invalid, also where nothing would change.
    """
    chosen = list(dict.fromkeys(references))
    if not 0 < len(chosen) <= MOST:
        raise Invalid(
            _l("Bitte wählen Sie mindestens einen Beitrag und höchstens %(most)s.", most=MOST), field="chosen"
        )
    held = _held(Contribution.procedure_id == procedure.id, Contribution.reference.in_(chosen))
    before = snapshots(held)
    for contribution in held:
        do(contribution)
    db.session.flush()
    after = snapshots(held)
    changed = [row.id for row in held if before[row.id] != after[row.id]]
    if not changed:
        raise Invalid(_l("Daran ist nichts zu ändern. Alle ausgewählten Beiträge sind schon so."), field="chosen")
    batch = _batch(procedure, act, actor_id)
    db.session.add_all(_act(batch, number, *differences(before[number], after[number])) for number in changed)
    batch.acts, batch.left = len(changed), len(chosen) - len(changed)
    emit(BatchDone(tenant_id=batch.tenant_id, procedure_id=procedure.id, actor_id=actor_id, batch_id=batch.id))
    return batch


def _batch(procedure: Procedure, act: str, actor_id: int) -> CaseBatch:
    at = now()
    batch = CaseBatch(
        tenant_id=procedure.tenant_id, procedure_id=procedure.id, act=act, actor_id=actor_id, at=at, until=at + UNDO
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _act(batch: CaseBatch, contribution_id: int, before: dict[str, object], after: dict[str, object]) -> CaseAct:
    return CaseAct(
        tenant_id=batch.tenant_id, batch_id=batch.id, contribution_id=contribution_id, before=before, after=after
    )


def _held(*which: object) -> list[Contribution]:
    """Contributions that are worked on, locked, in one order for everybody."""
    query = select(Contribution).where(Contribution.state.in_(STATES), *which)  # type: ignore[arg-type]
    query = query.order_by(Contribution.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def undoable(procedure: Procedure, actor_id: int) -> CaseBatch | None:
    """What somebody did last here and can still take back; one query."""
    mine = (CaseBatch.procedure_id == procedure.id, CaseBatch.actor_id == actor_id)
    still = (CaseBatch.undone_at.is_(None), CaseBatch.until > now())
    return db.session.scalar(select(CaseBatch).where(*mine, *still).order_by(CaseBatch.id.desc()).limit(1))


def batch_of(procedure: Procedure, batch_id: int, actor_id: int) -> CaseBatch:
    """Something somebody did here, by its number. Raises Unknown for everybody else's."""
    batch = db.session.get(CaseBatch, batch_id) if batch_id < 2**63 else None
    if batch is None or (batch.procedure_id, batch.actor_id) != (procedure.id, actor_id):
        raise Unknown
    return batch


def take_back(batch: CaseBatch) -> Undone:
    """Put everything back as it was. Raises Refused when the time is over, Conflict when it was done.

    What somebody changed again in the meantime stays as it is.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.undone_at is not None:
        raise Conflict(_l("Das ist schon zurückgenommen."))
    if batch.until <= now():
        raise Refused(_l("Die Zeit zum Zurücknehmen ist vorbei. Sie können jeden Beitrag weiter bearbeiten."))
    acts = {act.contribution_id: act for act in db.session.scalars(select(CaseAct).where(CaseAct.batch_id == batch.id))}
    held = _held(Contribution.id.in_(acts))
    fitting = _untouched(batch, acts, held)
    rows = assignments([row.id for row in fitting])
    for contribution in fitting:
        put_back(contribution, acts[contribution.id].before, rows.get(contribution.id))
    db.session.flush()
    batch.undone_at = now()
    emit(
        BatchUndone(
            tenant_id=batch.tenant_id, procedure_id=batch.procedure_id, actor_id=batch.actor_id, batch_id=batch.id
        )
    )
    return Undone(len(fitting), batch.acts - len(fitting))


def _untouched(batch: CaseBatch, acts: dict[int, CaseAct], held: Sequence[Contribution]) -> list[Contribution]:
    """Those that are as the batch left them, and were not changed to and fro since."""
    later = select(CaseAct.contribution_id, CaseAct.after).join(CaseBatch, CaseBatch.id == CaseAct.batch_id)
    later = later.where(CaseAct.contribution_id.in_(acts), CaseBatch.id > batch.id, CaseBatch.undone_at.is_(None))
    again = {(number, name) for number, after in db.session.execute(later) for name in after}
    current = snapshots(held)
    return [
        row
        for row in held
        if all(current[row.id][name] == value for name, value in acts[row.id].after.items())
        and not any((row.id, name) in again for name in acts[row.id].after)
    ]
