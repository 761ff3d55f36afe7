"""The work list of a law of 300 paragraphs with 10,000 comments: every filter, every order, few queries, quickly."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from modules.text.tests.test_budgets import seeded
from participation.contributions.models import Contribution
from participation.evaluation import keywords
from participation.evaluation.case_models import Assignment, Department, Tag
from participation.evaluation.worklist import numbers, work_list
from participation.evaluation.worklist_filters import GONE, SORTS, WHOLE, Filters
from participation.evaluation.worklist_options import sections_of
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

MOST = 12
ADDRESSES = [
    "",
    "?answer=all&state=pending&state=published&state=withdrawn",
    "?answer=waiting",
    "?work=new&work=in_progress",
    "?keyword={keyword}",
    "?keyword=none&keyword={keyword}",
    "?section=p3",
    f"?section={WHOLE}",
    f"?section={GONE}",
    "?district=Altstadt&district=none",
    "?assignee=me",
    "?assignee=nobody",
    "?assignee=d{department}",
    "?due=overdue",
    "?due=week&sort=due",
    "?due=none",
    "?channel=letter&channel=web",
    "?audience=public&round=1",
    "?late=0",
    "?words=Frist%20Kosten",
    *(f"?sort={sort}&order={order}" for sort in SORTS for order in ("up", "down")),
    "?section=p3&keyword={keyword}&assignee=d{department}&due=week&words=die&sort=section",
]

EMPTY = ("?answer=waiting", "?assignee=me", f"?section={GONE}")


def worked_on(procedure):
    """Half of it has a keyword, a third is given to a department, with all kinds of days."""
    tenant_id = procedure.tenant_id
    ids = db.session.scalars(select(Contribution.id).order_by(Contribution.id)).all()
    with transaction():
        keyword = keywords.add_keyword(procedure, "Fristen")
        department = Department(tenant_id=tenant_id, title="Tiefbau")
        db.session.add(department)
        db.session.flush()
        common = {"tenant_id": tenant_id, "argument_id": None}
        db.session.execute(
            insert(Tag), [{**common, "contribution_id": number, "keyword_id": keyword.id} for number in ids[::2]]
        )
        given = {**common, "department_id": department.id, "at": now()}
        days = [today() + timedelta(days=day) for day in (-3, 2, 30)]
        rows = [{**given, "contribution_id": number, "due_on": days[at % 3]} for at, number in enumerate(ids[::3])]
        db.session.execute(insert(Assignment), rows)
        for number in ids[::100]:
            db.session.get_one(Contribution, number).district = "Altstadt"
        found = {"keyword": keyword.id, "department": department.id}
    with transaction():
        db.session.execute(text("ANALYZE"))  # PostgreSQL does it by itself, a minute later
    return found


@pytest.mark.requirement("RA-4.4-01", "BX-12")
def test_any_filter_of_10000_comments_on_300_paragraphs_takes_at_most_12_queries(world, client):
    procedure = seeded(world, 10_000)
    numbers_of = worked_on(world.again(procedure))
    world.log_in(client, world.staff(procedure.tenant, Role.CASE_WORKER), staff=True)
    root = f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/worklist"
    client.get("/healthz")
    for address in ADDRESSES:
        with count_queries() as sent:
            page = client.get(root + address.format(**numbers_of))
        assert page.status_code == 200
        asked = [statement for statement in sent if not statement.startswith("UPDATE login_session")]  # once a minute
        assert len(asked) <= MOST, address + "\n" + "\n".join(statement[:150] for statement in sent)
        assert ("data-row" in page.text) is (address not in EMPTY)


@pytest.mark.requirement("RA-4.4-01")
def test_a_section_holds_everything_below_it_and_the_order_is_that_of_the_text(world):
    procedure = seeded(world, 400)
    sections = sections_of(procedure)
    headings = [section.citation for section in sections if section.is_heading]
    assert headings[:2] == ["§ 1 Abschnitt 1", "§ 2 Abschnitt 2"]
    below = [section.key for section in sections if section.key.startswith("p2-")]
    assert below
    found = work_list(procedure, Filters(section="p2"), limit=400).rows
    assert {row.place for row in found} == set(below)
    whole = numbers(procedure, Filters(section=WHOLE)).all
    assert whole == len(work_list(procedure, Filters(section=WHOLE), limit=400).rows)
    rows = work_list(procedure, Filters(sort="section"), limit=400).rows
    order = {"": -1} | {section.key: at for at, section in enumerate(sections)}
    assert [order[row.place] for row in rows] == sorted(order[row.place] for row in rows)
    with transaction():
        db.session.get_one(Contribution, found[0].id).place = "p99-abs1"
    gone = work_list(procedure, Filters(section=GONE)).rows
    assert [(row.id, row.citation) for row in gone] == [(found[0].id, "")]
    assert work_list(procedure, Filters(sort="section", order="down"), limit=1).rows[0].id == found[0].id
