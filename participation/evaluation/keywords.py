"""Keywords of a procedure: what contributions and their arguments are about.

A keyword may bring a text block for the answer and a department: whoever gets the keyword is assigned to that
department, where nobody has it yet.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.contributions.models import Contribution
from participation.evaluation.assigning import assign
from participation.evaluation.case_models import AnswerBlock, Argument, Assignment, Department, Keyword, Tag
from participation.evaluation.events import ContributionTagged, ContributionUntagged, KeywordsChanged
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.procedures.models import Procedure

LONGEST = 80  # characters
MOST = 500  # keywords of a procedure
THERE = _l("Dieses Schlagwort gibt es schon.")


def add_keyword(
    procedure: Procedure,
    title: str,
    *,
    block_id: int | None = None,
    department_id: int | None = None,
    actor_id: int | None = None,
) -> Keyword:
    """Add a keyword. Raises Invalid (no title, too long, too many, unknown block), Conflict (is there)."""
    name = _checked(procedure, title)
    _require_own(procedure, block_id, department_id)
    count = select(func.count()).select_from(Keyword).where(Keyword.procedure_id == procedure.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise Invalid(_l("Mehr als %(most)s Schlagwörter sind in einem Verfahren nicht möglich.", most=MOST))
    keyword = Keyword(
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        title=name,
        block_id=block_id,
        department_id=department_id,
    )
    db.session.add(keyword)
    db.session.flush()
    _tell(keyword, actor_id)
    return keyword


def change_keyword(
    procedure: Procedure,
    number: int,
    *,
    title: str,
    block_id: int | None = None,
    department_id: int | None = None,
    actor_id: int | None = None,
) -> None:
    """Give a keyword another title, block or department; what has it keeps it. Raises Unknown, Invalid, Conflict."""
    keyword = keyword_in(procedure, number)
    name = _checked(procedure, title, but=keyword.id)
    _require_own(procedure, block_id, department_id)
    keyword.title, keyword.block_id, keyword.department_id = name, block_id, department_id
    _tell(keyword, actor_id)


def remove_keyword(procedure: Procedure, number: int, *, actor_id: int | None = None) -> None:
    """Throw a keyword away, at everything that has it. Raises Unknown."""
    keyword = keyword_in(procedure, number)
    _tell(keyword, actor_id)
    db.session.delete(keyword)


def keyword_in(procedure: Procedure, number: int) -> Keyword:
    """A keyword of a procedure by its number. Raises Unknown."""
    query = select(Keyword).where(Keyword.procedure_id == procedure.id, Keyword.id == number)
    found = db.session.scalar(query)
    if found is None:
        raise Unknown
    return found


def tag(contribution: Contribution, keyword: Keyword, *, argument_id: int | None = None, actor_id: int | None) -> bool:
    """Give a contribution, or one of its arguments, a keyword; False where it has it. Raises Unknown.

    The department of the keyword gets it to work on, where nobody has it yet.
    """
    _require_fitting(contribution, keyword, argument_id)
    if _tag_of(contribution, keyword, argument_id) is not None:
        return False
    db.session.add(
        Tag(
            tenant_id=contribution.tenant_id,
            contribution_id=contribution.id,
            argument_id=argument_id,
            keyword_id=keyword.id,
        )
    )
    db.session.flush()
    emit(
        ContributionTagged(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            argument_id=argument_id,
            keyword_id=keyword.id,
        )
    )
    _assign_department(contribution, keyword, argument_id, actor_id)
    return True


def untag(
    contribution: Contribution, keyword: Keyword, *, argument_id: int | None = None, actor_id: int | None
) -> bool:
    """Take a keyword off again; False where it was not there. Whoever was assigned stays assigned."""
    found = _tag_of(contribution, keyword, argument_id)
    if found is None:
        return False
    db.session.delete(found)
    db.session.flush()
    emit(
        ContributionUntagged(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            argument_id=argument_id,
            keyword_id=keyword.id,
        )
    )
    return True


def _assign_department(
    contribution: Contribution, keyword: Keyword, argument_id: int | None, actor_id: int | None
) -> None:
    if keyword.department_id is None:
        return
    has = select(Assignment.id).where(
        Assignment.contribution_id == contribution.id, Assignment.argument_id.is_not_distinct_from(argument_id)
    )
    department = db.session.get(Department, keyword.department_id)
    if department is None or department.closed_at is not None or db.session.scalar(has) is not None:
        return
    assign(contribution, department_id=department.id, argument_id=argument_id, actor_id=actor_id)


def _tag_of(contribution: Contribution, keyword: Keyword, argument_id: int | None) -> Tag | None:
    query = select(Tag).where(
        Tag.contribution_id == contribution.id,
        Tag.keyword_id == keyword.id,
        Tag.argument_id.is_not_distinct_from(argument_id),
    )
    return db.session.scalar(query)


def _require_fitting(contribution: Contribution, keyword: Keyword, argument_id: int | None) -> None:
    """The keyword is of the procedure, the argument one of the contribution."""
    if keyword.procedure_id != contribution.procedure_id:
        raise Unknown
    if argument_id is None:
        return
    query = select(Argument.id).where(Argument.id == argument_id, Argument.contribution_id == contribution.id)
    if db.session.scalar(query.where(Argument.removed_at.is_(None))) is None:
        raise Unknown


def _checked(procedure: Procedure, title: str, but: int = 0) -> str:
    name = normalise_name(title)
    if not name or len(name) > LONGEST:
        raise Invalid(
            _l("Bitte geben Sie ein Schlagwort mit höchstens %(longest)s Zeichen an.", longest=LONGEST), field="title"
        )
    query = select(Keyword.id, Keyword.title).where(Keyword.procedure_id == procedure.id, Keyword.id != but)
    if any(there.casefold() == name.casefold() for _id, there in db.session.execute(query)):
        raise Conflict(THERE)
    return name


def _require_own(procedure: Procedure, block_id: int | None, department_id: int | None) -> None:
    """Block and department are the authority's."""
    wanted = ((AnswerBlock, block_id, "block_id"), (Department, department_id, "department_id"))
    for table, number, field in wanted:
        query = select(table.id).where(table.tenant_id == procedure.tenant_id, table.id == number)
        if number is not None and db.session.scalar(query) is None:
            raise Invalid(_l("Das gibt es bei dieser Behörde nicht. Bitte wählen Sie neu."), field=field)


def _tell(keyword: Keyword, actor_id: int | None) -> None:
    emit(
        KeywordsChanged(
            tenant_id=keyword.tenant_id,
            procedure_id=keyword.procedure_id,
            actor_id=actor_id,
            keyword_id=keyword.id,
        )
    )
