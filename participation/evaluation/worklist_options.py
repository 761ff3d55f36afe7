"""What the filters of a work list offer: keywords, places of the text, districts, people and departments, own views."""

from collections import defaultdict
from typing import Any, Final, NamedTuple

from sqlalchemy import func, literal, or_, select, union_all

from participation.access.models import RoleGrant
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.documents.models import Document, Node
from participation.evaluation.assigning import may_be_given_to
from participation.evaluation.batch_models import SavedView
from participation.evaluation.case_models import Department, Keyword
from participation.kernel.db import db
from participation.procedures.models import Procedure

C: Final = Contribution


class Option(NamedTuple):
    """Something to choose; `number` is the address part of a row, `text` what it is called."""

    number: int
    text: str


class Section(NamedTuple):
    """A place of the current text that has contributions, or one around such a place."""

    key: str
    citation: str
    depth: int
    is_heading: bool


class Options(NamedTuple):
    """What can be chosen in a procedure."""

    keywords: list[Option]
    departments: list[Option]
    people: list[Option]
    districts: list[str]
    own_views: list[Option]
    shared_views: list[Option]
    sections: list[Section]


def options_of(procedure: Procedure, person_id: int | None) -> Options:
    """What the filters offer to somebody; two queries."""
    found: dict[str, list[Option]] = defaultdict(list)
    for row in db.session.execute(_everything(procedure, person_id)):
        found[row.kind].append(Option(row.number, row.text))
    for options in found.values():
        options.sort(key=lambda option: (option.text.casefold(), option.number))
    return Options(
        keywords=found["keyword"],
        departments=found["department"],
        people=found["person"],
        districts=[option.text for option in found["district"]],
        own_views=found["own"],
        shared_views=found["shared"],
        sections=sections_of(procedure),
    )


def _everything(procedure: Procedure, person_id: int | None) -> Any:
    tenant_id = procedure.tenant_id
    kind = literal("keyword").label("kind")
    keywords = select(kind, Keyword.id.label("number"), Keyword.title.label("text"))
    departments = select(literal("department"), Department.id, Department.title)
    name = func.coalesce(func.nullif(Person.display_name, ""), Person.email)
    granted = select(RoleGrant.person_id).where(may_be_given_to(tenant_id, procedure.id))
    people = select(literal("person"), Person.id, name).where(Person.id.in_(granted))
    districts = select(literal("district"), literal(0), C.district).where(C.procedure_id == procedure.id).distinct()
    views = (
        select(literal(which), SavedView.id, SavedView.title).where(SavedView.procedure_id == procedure.id, whose)
        for which, whose in (("own", SavedView.person_id == person_id), ("shared", SavedView.person_id.is_(None)))
    )
    return union_all(
        keywords.where(Keyword.procedure_id == procedure.id),
        departments.where(Department.tenant_id == tenant_id, Department.closed_at.is_(None)),
        people,
        districts.where(C.district != ""),
        *views,
    )


def sections_of(procedure: Procedure) -> list[Section]:
    """The places of the current text with contributions, each below its headings, in the order of the text; one query.

    Where two texts of a procedure have places of the same name, each stands in its own text.
    """
    used = select(C.id).where(C.procedure_id == procedure.id, C.place == Node.key).exists()
    query = (
        select(Node.version_id, Node.key, Node.section_key, Node.kind, Node.citation, Node.text, used.label("used"))
        .join(Document, Document.current_version_id == Node.version_id)
        .where(Document.procedure_id == procedure.id, or_(Node.kind == "heading", used))
        .order_by(Document.id, Node.position)
    )
    rows = db.session.execute(query).all()
    around = {(row.version_id, row.key): row.section_key for row in rows}
    needed = {step for row in rows if row.used for step in _way(around, row.version_id, row.key)}
    shown = [row for row in rows if (row.version_id, row.key) in needed and (row.section_key or row.used)]
    return [_section(row, len(_way(around, row.version_id, row.key))) for row in shown]


def _way(around: dict[tuple[int, str], str | None], version: int, key: str | None) -> list[tuple[int, str]]:
    """A place and the headings around it, from the inside."""
    way: list[tuple[int, str]] = []
    while key is not None and (version, key) in around and (version, key) not in way:
        way.append((version, key))
        key = around[version, key]
    return way


def _section(row: Any, steps: int) -> Section:
    """A heading is known by its words, what stands below it by how it is cited."""
    is_heading = row.kind == "heading"
    words = row.text if is_heading else row.citation
    return Section(row.key, words or row.citation or row.key, max(0, steps - 2), is_heading)
