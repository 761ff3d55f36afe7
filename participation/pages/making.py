"""Making procedures: from a template, as a copy, empty; the home of the staff."""

from datetime import date, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MANAGE, can, role_refusal
from participation.evaluation.assigned import open_by_procedure
from participation.interfaces import STAFF
from participation.kernel.clock import today
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation.desk import desk_of, may_moderate, work_at
from participation.moderation.waiting import waiting_by_procedure
from participation.pages import making_templates
from participation.pages.account_forms import blame
from participation.pages.making_forms import BeginForm
from participation.pages.making_routes import bp
from participation.procedures import overview
from participation.procedures.content import missing_formats
from participation.procedures.making import Source, make_procedure, source_of, supplied_templates
from participation.procedures.overview import Filter, Sight
from participation.procedures.ranking import GROUPS
from participation.procedures.templates import own_templates, shared_templates
from participation.web.guard import access, personal
from participation.web.staff_nav import staff_nav, works_here

__all__ = ["bp"]

VIEWS = (making_templates,)
EVERYTHING = Sight(everything=True)
COPY = "procedure:"
FROM_NOW = timedelta(days=28)  # until the proposed first day: time to fill the checklist and to announce
TUESDAY = 1  # phases of whole weeks then end on a Monday, when somebody is there for questions


@bp.get("/<tenant>/-/staff")
@personal
def home() -> ResponseReturnValue:
    """Where everybody who works for the authority begins: its procedures, or those they work on."""
    if not works_here():
        raise role_refusal(g.viewer, MANAGE, g.tenant.id)
    stage, only = request.args.get("stage"), _own_procedures()
    narrow = Filter(tenant_id=g.tenant.id, only=only, group=stage if stage in GROUPS else None)
    cards, after = overview.page_of_procedures(narrow, EVERYTHING, request.args.get("after"))
    desk = desk_of(g.viewer, g.tenant) if may_moderate(g.viewer, g.tenant) else None
    return render_template(
        "pages/staff/home.html",
        staff_nav=staff_nav(work_at(desk) if desk else None),
        cards=cards,
        more_url=url_for("making.home", stage=narrow.group, after=after) if after else None,
        stages=_stages(only, narrow.group),
        waiting=waiting_by_procedure(desk) if desk else {},
        assigned=open_by_procedure(g.viewer.person.id, g.tenant.id),
        may_make=can(g.viewer, MANAGE, g.tenant).allowed,
        today=today(),
    )


def _own_procedures() -> frozenset[int] | None:
    """The procedures of somebody with roles in single ones only; None for the whole authority."""
    if g.viewer.roles_at(g.tenant.id) & STAFF:
        return None
    mine = {number for role, tenant, number in g.viewer.grants if tenant == g.tenant.id and role in STAFF}
    return frozenset(number for number in mine if number is not None)


def _stages(only: frozenset[int] | None, current: str | None) -> list[tuple[Any, ...]]:
    """The links of the filter: group (None = all), address, whether it is chosen, how many."""
    counts = dict.fromkeys(GROUPS, 0)
    for facet in overview.facets(EVERYTHING, Filter(tenant_id=g.tenant.id, only=only)):
        counts[facet.group] += facet.number
    rows: list[tuple[Any, ...]] = [(None, url_for("making.home"), current is None, sum(counts.values()))]
    return rows + [
        (name, url_for("making.home", stage=name), name == current, number)
        for name, number in counts.items()
        if number or name == current
    ]


@bp.get("/<tenant>/-/staff/new")
@access(MANAGE)
def new() -> ResponseReturnValue:
    """What to begin with: a template, a copy, nothing."""
    cards, _after = overview.page_of_procedures(Filter(tenant_id=g.tenant.id), EVERYTHING)
    return render_template(
        "pages/manage/new.html",
        staff_nav=staff_nav(),
        supplied=[(entry, missing_formats(g.tenant, entry.content)) for entry in supplied_templates()],
        own=own_templates(g.tenant.id),
        shared=shared_templates(g.tenant.id),
        procedures=cards,
    )


@bp.route("/<tenant>/-/staff/new/<source>", methods=["GET", "POST"])
@access(MANAGE)
def begin(source: str) -> ResponseReturnValue:
    """Title, address and first day; by POST the procedure is made."""
    found = source_of(g.tenant, source)
    form = BeginForm(begins_on=proposed_day(), title=found.name if source.startswith(COPY) else "")
    left_out = missing_formats(g.tenant, found.content)
    if form.validate_on_submit() and (made := _made(found, form)) is not None:
        slug, done = made
        return redirect(url_for("manage.overview", procedure=slug, done=done))
    page = render_template("pages/manage/begin.html", staff_nav=staff_nav(), form=form, source=found, left_out=left_out)
    return page, 422 if form.errors else 200


def proposed_day() -> date:
    """The first Tuesday after the time a procedure needs to be prepared."""
    earliest = today() + FROM_NOW
    return earliest + timedelta(days=(TUESDAY - earliest.weekday()) % 7)


def _made(source: Source, form: BeginForm) -> tuple[str, str] | None:
    """The address of the procedure made and the message for it; None when something typed cannot be used."""
    values = {"slug": form.slug.data, "title": form.title.data, "begins_on": form.begins_on.data}
    try:
        with writing():
            made = make_procedure(g.tenant, source, actor_id=g.viewer.person.id, **values)
            return made.procedure.slug, "procedure-made-partly" if made.left_out else "procedure-made"
    except Invalid as error:
        blame(form, error)
        return None
