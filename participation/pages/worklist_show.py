"""The work list of the case workers, as an address that can be shared."""

from typing import Any

from flask import current_app, g, render_template, request, url_for

from participation.access.rules import ANSWER
from participation.evaluation import batches
from participation.evaluation.worklist import numbers, work_list
from participation.evaluation.worklist_filters import Filters
from participation.evaluation.worklist_options import options_of
from participation.pages import worklist_words
from participation.pages.worklist_forms import ActForm, FilterForm, ViewForm
from participation.pages.worklist_routes import actor, bp, filters, list_url
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.get("")
@access(ANSWER)
def show() -> str:
    """The contributions of the procedure, narrowed and sorted as the address says."""
    return list_page()


def list_page(
    form: ActForm | None = None,
    selected: frozenset[str] = frozenset(),
    view_form: ViewForm | None = None,
) -> str:
    """The list; after something that was not possible with what was ticked and typed."""
    narrow, options = filters(), options_of(g.procedure, actor())
    words = worklist_words.words_of(options, g.procedure)
    form = form or ActForm(formdata=None)
    form.offer(options)
    counts = numbers(g.procedure, narrow, actor())
    page = work_list(g.procedure, narrow, person_id=actor(), after=request.args.get("after"))
    return render_template(
        "pages/worklist/show.html",
        staff_nav=staff_nav(),
        filters=narrow,
        numbers=counts,
        total=getattr(counts, narrow.answer),
        most=batches.MOST,
        page=page,
        bare_url=list_url(Filters(answer=narrow.answer, sort=narrow.sort, order=narrow.order)),
        next_url=list_url(narrow, after=page.next) if page.next else None,
        tabs=_tabs(narrow, counts),
        sorts=_sorts(narrow),
        chips=worklist_words.chips(narrow, words),
        narrow=FilterForm.of(narrow, words),
        options=options,
        words=worklist_words,
        form=form,
        selected=selected,
        view_form=view_form or ViewForm(formdata=None),
        batch=batches.undoable(g.procedure, actor()),
        case_url=_case_url,
        list_url=list_url,
    )


def _tabs(narrow: Filters, counts: Any) -> list[tuple[Any, str, bool, int]]:
    return [
        (text, list_url(narrow.but(answer=name)), name == narrow.answer, getattr(counts, name))
        for name, text in worklist_words.ANSWERS.items()
    ]


def _sorts(narrow: Filters) -> list[tuple[Any, str, bool]]:
    return [
        (text, list_url(narrow.but(sort=name, order="up" if name in ("received", "due", "section") else "down")),
         name == narrow.sort)
        for name, text in worklist_words.SORTS.items()
    ]  # fmt: skip


def _case_url(reference: str) -> str:
    """Where a contribution is worked on."""
    there = "cases.show" in current_app.view_functions
    return url_for("cases.show" if there else "contributions.show", reference=reference)
