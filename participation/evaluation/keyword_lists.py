"""The keywords of a procedure as lists: with what they bring and how often they are used, or typed and read in."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.evaluation.answer_blocks import block_named
from participation.evaluation.case_models import AnswerBlock, Argument, Department, Keyword, Tag
from participation.evaluation.keywords import add_keyword
from participation.kernel.db import db
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import normalise, normalise_name
from participation.procedures.models import Procedure

AT_ONCE = 500  # lines
LONGEST = 100_000  # characters of a list


class Row(NamedTuple):
    """A keyword, what it brings, and how many contributions and arguments have it."""

    id: int
    title: str
    block_id: int | None
    block: str | None
    department_id: int | None
    department: str | None
    contributions: int
    arguments: int


class Read(NamedTuple):
    """What came of a list: how many are new, how many were there, and a sentence for each line that was not taken."""

    added: int
    there: int
    faults: list[tuple[int, object]]


def keyword_rows(procedure: Procedure) -> list[Row]:
    """All keywords by title; one query."""
    live = select(func.count(Tag.id)).where(Tag.keyword_id == Keyword.id)
    single = live.join(Argument, Argument.id == Tag.argument_id).where(Argument.removed_at.is_(None))
    query = (
        select(
            Keyword.id, Keyword.title, Keyword.block_id, AnswerBlock.title, Keyword.department_id, Department.title,
            live.where(Tag.argument_id.is_(None)).correlate(Keyword).scalar_subquery(),
            single.correlate(Keyword).scalar_subquery(),
        )
        .outerjoin(AnswerBlock, AnswerBlock.id == Keyword.block_id)
        .outerjoin(Department, Department.id == Keyword.department_id)
        .where(Keyword.procedure_id == procedure.id)
        .order_by(func.lower(Keyword.title))
    )  # fmt: skip
    return [Row(*row) for row in db.session.execute(query)]


def keyword_titles(procedure: Procedure) -> list[tuple[int, str]]:
    """Number and title of all keywords, by title; one query."""
    query = select(Keyword.id, Keyword.title).where(Keyword.procedure_id == procedure.id)
    return [(row.id, row.title) for row in db.session.execute(query.order_by(func.lower(Keyword.title)))]


def keyword_named(procedure: Procedure, title: str) -> Keyword | None:
    """A keyword by its title, however it is written."""
    wanted = normalise_name(title).casefold()
    query = select(Keyword).where(Keyword.procedure_id == procedure.id)
    return next((row for row in db.session.scalars(query) if row.title.casefold() == wanted), None)


def add_keywords(procedure: Procedure, typed: str, *, actor_id: int | None) -> Read:
    """Add keywords, one a line, each with a text block behind a semicolon if wanted ("Radweg;Textbaustein").

    What is there already stays as it is; a line that cannot be taken does not keep the others out. Raises Invalid for
    more than 500 lines.
    """
    lines = list(_lines(typed)) if len(typed) <= LONGEST else []
    if len(lines) > AT_ONCE or len(typed) > LONGEST:
        raise Invalid(_l("Bitte höchstens %(most)s Zeilen auf einmal.", most=AT_ONCE), field="titles")
    added, there, faults = 0, 0, []
    known = {title.casefold() for _number, title in keyword_titles(procedure)}
    for number, title, block in lines:
        if normalise_name(title).casefold() in known:
            there += 1
            continue
        try:
            block_id = block_named(procedure.tenant_id, block).id if block else None
            add_keyword(procedure, title, block_id=block_id, actor_id=actor_id)
            known.add(normalise_name(title).casefold())
            added += 1
        except (Invalid, Conflict) as problem:
            faults.append((number, problem.sentence))
    return Read(added, there, faults)


def _lines(typed: str) -> Iterator[tuple[int, str, str]]:
    """Number, title and name of the text block; a head "Schlagwort;Textbaustein" and empty lines are passed over."""
    rows = csv.reader(normalise(typed).split("\n"), delimiter=";")
    for number, cells in enumerate(rows, 1):
        title, block = [*(cell.strip() for cell in cells), "", ""][:2]
        if title and not (number == 1 and title.casefold() in ("schlagwort", "title", "titel", "keyword")):
            yield number, title, block
