"""Staff prepare the next version of a text: begin, compare, link causes, look at what becomes of comments, publish."""

from typing import Any, NamedTuple

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import EDIT
from participation.contributions import carrying
from participation.documents import drafting
from participation.documents.models import Document
from participation.documents.versions import (
    Comparison,
    Version,
    activities_of,
    comparison_of,
    documents_of,
    draft_version,
    readable_versions,
)
from participation.evaluation import causes
from participation.kernel.db import writing
from participation.kernel.refusal import FASTER, Conflict, Invalid, Refused, Unknown
from participation.pages.account_forms import blame
from participation.pages.version_forms import CausesForm, PublishForm, SummaryForm
from participation.pages.version_routes import bp, document_here
from participation.pages.version_rows import in_words, shown, tags_of
from participation.procedures.models import Activity
from participation.procedures.phases import check_documents_may_change, has_opened
from participation.procedures.queries import procedure_by_id
from participation.registry import installed
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


class Text(NamedTuple):
    """A text of the procedure on the page of the versions."""

    document: Document
    activity: Activity | None
    versions: list[Version]
    draft: Version | None
    totals: list[str]
    setup_url: str | None  # where its words are edited by hand, or read from a file


@bp.get("/manage/versions")
@access(EDIT)
def work() -> str:
    """The texts of the procedure with their versions, and the one in preparation."""
    return render_template(
        "pages/versions/work.html",
        staff_nav=staff_nav(),
        texts=[_text(document) for document in documents_of(g.procedure) if document.current_version_id],
        opened=has_opened(g.procedure),
        closed=_why_closed(),
    )


def _text(document: Document) -> Text:
    shown_by = activities_of(document, g.procedure)
    draft = draft_version(document)
    totals = in_words(comparison_of(draft)) if draft else []
    activity = shown_by[0] if shown_by else None
    return Text(document, activity, readable_versions(document), draft, totals, _setup_url(activity))


def _setup_url(activity: Activity | None) -> str | None:
    """The first page on which the format prepares its text."""
    module = installed().get(activity.module) if activity else None
    if activity is None or module is None or not module.setup:
        return None
    return url_for(f"{module.name}.{module.setup[0].endpoint}", activity=activity.slug)


@bp.post("/manage/versions/<int:document>/begin")
@access(EDIT)
def begin(document: int) -> ResponseReturnValue:
    """Begin the next version with the text as it is."""
    person_id = g.viewer.person.id
    with writing():
        drafting.begin(document_here(document), procedure_here(), actor_id=person_id)
    return redirect(url_for("versions.work", done="draft-begun"), 303)


@bp.post("/manage/versions/<int:document>/discard")
@access(EDIT)
def discard(document: int) -> ResponseReturnValue:
    """Throw the version in preparation away."""
    person_id = g.viewer.person.id
    with writing():
        drafting.discard(document_here(document), actor_id=person_id)
    return redirect(url_for("versions.work", done="draft-thrown-away"), 303)


@bp.get("/manage/versions/<int:document>/compare")
@access(EDIT)
def compare_draft(document: int) -> str:
    """What the version in preparation changes, and which answers are behind it."""
    text, draft = _draft(document)
    comparison, whole = comparison_of(draft), request.args.get("show") == "all"
    linked = causes.linked(draft.id)
    return render_template(
        "pages/versions/draft.html",
        staff_nav=staff_nav(),
        document=text,
        draft=draft,
        whole=whole,
        shown=shown(comparison, {}, whole=whole, page=request.args.get("page", 1, type=int)),
        totals=in_words(comparison),
        linked={key: len(numbers) for key, numbers in linked.items()},
        proposed=_proposed(text, comparison),
        setup_url=_text(text).setup_url,
    )


def _proposed(document: Document, comparison: Comparison) -> dict[str, int]:
    """Row key -> how many answers say that something changes there."""
    at = causes.changing_places(g.procedure, activities_of(document, g.procedure))
    found = {row.key: sum(at.get(place, 0) for place in causes.places_of(row)) for row in comparison.rows}
    return {key: number for key, number in found.items() if number}


@bp.route("/manage/versions/<int:document>/causes/<key>", methods=["GET", "POST"])
@access(EDIT)
def link(document: int, key: str) -> ResponseReturnValue:
    """Say which answers are behind one change."""
    text, draft = _draft(document)
    row = causes.row_at(comparison_of(draft), key)
    if row is None:
        raise Unknown
    linked = causes.linked(draft.id).get(key, set())
    offered = _offered(text, row, linked)
    form = CausesForm(data={"answers": sorted(linked)})
    form.answers.choices = [(answer.response_id, "") for answer in offered]
    if request.method == "POST" and form.validate():
        try:
            with writing():
                version = drafting.draft_of(document_here(document))
                if version is None:
                    raise drafting.DraftConflict
                causes.link(version, procedure_here(), key, form.answers.data, form.references.data or "")
            return redirect(url_for("versions.compare_draft", document=document, done="causes-linked"), 303)
        except Invalid as invalid:
            g.procedure = procedure_here()
            blame(form, invalid)
    values = {"form": form, "row": row, "tags": tags_of(row), "offered": offered, "document": text, "draft": draft}
    return render_template("pages/versions/causes.html", staff_nav=staff_nav(), **values), 422 if form.errors else 200


def _offered(document: Document, row: Any, linked: set[int]) -> list[causes.Answered]:
    """The answers at the place of a change, and those that were linked from elsewhere."""
    near = causes.answers_at(g.procedure, causes.places_of(row), activities_of(document, g.procedure))
    known = {answer.response_id for answer in near}
    return [*near, *causes.answers_named(g.procedure, linked - known)]


@bp.route("/manage/versions/<int:document>/summary", methods=["GET", "POST"])
@access(EDIT)
def describe(document: int) -> ResponseReturnValue:
    """Say in one sentence what is new."""
    text, draft = _draft(document)
    form = SummaryForm(data={"summary": draft.summary, "revision": str(draft.revision)})
    if request.method == "GET" or not form.validate():
        return _summary(text, draft, form, 422 if form.errors else 200)
    try:
        with writing():
            drafting.describe(document_here(document), form.summary.data or "", revision=int(form.revision.data))
    except Conflict as conflict:
        text, draft = _draft(document)
        form.revision.raw_data, form.revision.data = None, str(draft.revision)
        return _summary(text, draft, form, conflict.status, conflict)
    return redirect(url_for("versions.work", done="saved"), 303)


def _summary(
    text: Document, draft: Version, form: SummaryForm, status: int, conflict: Conflict | None = None
) -> ResponseReturnValue:
    about = {"staff_nav": staff_nav(), "document": text, "draft": draft, "conflict": conflict}
    return render_template("pages/versions/summary.html", form=form, **about), status


@bp.route("/manage/versions/<int:document>/publish", methods=["GET", "POST"])
@access(EDIT)
def publish(document: int) -> ResponseReturnValue:
    """What publishing will do to comments, and by POST do it."""
    text, draft = _draft(document)
    form, person_id = PublishForm(data={"revision": str(draft.revision)}), g.viewer.person.id
    if request.method == "GET" or not form.validate():
        return _review(text, draft, form)
    try:
        with writing():
            revision = int(form.revision.data)
            carrying.publish(document_here(document), procedure_here(), revision=revision, actor_id=person_id)
    except Conflict as conflict:
        g.procedure = procedure_here()
        text, draft = _draft(document)
        form.revision.raw_data, form.revision.data = None, str(draft.revision)
        return _review(text, draft, form, conflict)
    return redirect(url_for("versions.work", done="version-published"), 303)


def _review(text: Document, draft: Version, form: PublishForm, conflict: Conflict | None = None) -> ResponseReturnValue:
    fates, orphans = carrying.preview(text, g.procedure)
    comparison = comparison_of(draft)
    page = render_template(
        "pages/versions/publish.html",
        staff_nav=staff_nav(),
        form=form,
        document=text,
        draft=draft,
        fates=fates,
        orphans=orphans,
        totals=in_words(comparison),
        unlinked=causes.unlinked(comparison.rows, causes.linked(draft.id)),
        closed=_why_closed(),
        conflict=conflict.sentence if conflict else None,
    )
    return page, conflict.status if conflict else 422 if form.errors else 200


def _draft(number: int) -> tuple[Document, Version]:
    """A text and its version in preparation. Raises Unknown where there is none, for a form Conflict."""
    text = document_here(number)
    draft = draft_version(text)
    if draft is None:
        raise Conflict(FASTER) if request.method == "POST" else Unknown
    return text, draft


def procedure_here() -> Any:
    """The procedure read anew, as services inside a transaction need it."""
    return procedure_by_id(g.procedure.id)


def _why_closed() -> Any:
    """Why no version may be published for now; None while one may."""
    try:
        check_documents_may_change(g.procedure)
    except Refused as refused:
        return refused.sentence
    return None
