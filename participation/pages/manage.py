"""The workspace of a procedure: the checklist, its picture, keeping it as a template."""

from typing import Any

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import MANAGE, PREPARE, can
from participation.kernel.db import writing
from participation.kernel.files import FileRefused
from participation.kernel.images import MOST_BYTES, shrink
from participation.kernel.media import PICTURES
from participation.kernel.refusal import Invalid
from participation.notices.queries import subscription_numbers
from participation.pages import manage_facts
from participation.pages.account_forms import blame
from participation.pages.making_forms import TemplateForm
from participation.pages.manage_forms import PictureForm
from participation.pages.manage_routes import bp
from participation.pages.step_words import coming_words
from participation.procedures import checklist
from participation.procedures.facts import change_picture
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.queries import stage_of
from participation.procedures.templates import keep_template
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.publication import forecast, place_url
from participation.web.staff_nav import address_of, may_open, staff_nav

__all__ = ["bp"]

VIEWS = (manage_facts,)
NEXT = {  # what there is to do once people see the procedure; the first is the main thing
    Stage.RELEASED: (("preview.choose", _l("Vorschau ansehen")), ("steps.show", _l("Ankündigen"))),
    Stage.ANNOUNCED: (("preview.choose", _l("Vorschau ansehen")), ("contents.index", _l("Mitteilung schreiben"))),
    Stage.RUNNING: (
        ("moderation.queue", _l("Beiträge prüfen")),
        ("worklist.show", _l("Beiträge beantworten")),
        ("contents.index", _l("Mitteilung schreiben")),
    ),
    Stage.PAUSED: (("steps.show", _l("Verfahren fortsetzen")), ("contents.index", _l("Mitteilung schreiben"))),
    Stage.EVALUATION: (
        ("worklist.show", _l("Beiträge beantworten")),
        ("results.work", _l("Ergebnis berechnen und veröffentlichen")),
    ),
    Stage.COMPLETED: (("results.work", _l("Ergebnis ansehen oder berichtigen")),),
}
TOO_LARGE = FileRefused("sie ist zu groß", allowed=PICTURES, at_most=MOST_BYTES)


@bp.get("/")
@access(PREPARE)
def overview() -> ResponseReturnValue:
    """What is done, what is missing, what publication will do."""
    points = checklist.points(g.procedure)
    stage = stage_of(g.procedure)
    missing = [point for point in points if point.blocking and not point.done] if stage in INTERNAL else []
    return render_template(
        "pages/manage/overview.html",
        staff_nav=staff_nav(),
        procedure=g.procedure,
        stage=stage,
        points=[(point, place_url(point)) for point in points],
        missing=missing,
        is_internal=stage in INTERNAL,
        next_url=place_url(missing[0]) if missing else None,
        tasks=[(text, address_of(name)) for name, text in NEXT.get(stage, ()) if may_open(name)],
        coming=coming_words(g.procedure) if stage not in INTERNAL else [],
        forecast=forecast(g.procedure, len(subscription_numbers(g.procedure.id))) if stage in INTERNAL else [],
        steps_url=url_for("steps.show") if "steps.show" in current_app.view_functions else None,
        may_manage=can(g.viewer, MANAGE, g.procedure).allowed,
        may_make=can(g.viewer, MANAGE, g.tenant).allowed,
    )


@bp.route("/picture", methods=["GET", "POST"])
@access(MANAGE)
@takes(file=MOST_BYTES)
def picture() -> ResponseReturnValue:
    """The picture and its description for people who do not see it."""
    form = PictureForm(picture_alt=g.procedure.picture_alt)
    status = _picture_status(form) if form.validate_on_submit() else 200
    if status == 303:
        return redirect(url_for("manage.picture", done="saved"))
    page = render_template("pages/manage/picture.html", staff_nav=staff_nav(), procedure=g.procedure, form=form)
    return page, 422 if form.errors and status == 200 else status


def _picture_status(form: PictureForm) -> int:
    """303 when the picture was changed, else the status of what is wrong; the sentence stands at its field."""
    try:
        if g.get("file_too_large"):
            raise TOO_LARGE
        data = shrink(form.picture.data.read()).data if form.picture.data else None
        with writing():
            change_picture(
                g.procedure, data, form.picture_alt.data, remove=form.remove.data, actor_id=g.viewer.person.id
            )
    except FileRefused as error:
        form.picture.errors = [error.sentence]
        return 413 if g.get("file_too_large") else 422
    except Invalid as error:
        blame(form, error)
        return 422
    return 303


@bp.route("/template", methods=["GET", "POST"])
@access(MANAGE)
def template() -> ResponseReturnValue:
    """Keep the procedure as a template of the authority."""
    form = TemplateForm(title=g.procedure.title)
    if form.validate_on_submit() and _has_kept(form):
        return redirect(url_for("making.templates", done="template-kept"))
    page = render_template("pages/manage/template.html", staff_nav=staff_nav(), procedure=g.procedure, form=form)
    return page, 422 if form.errors else 200


def _has_kept(form: TemplateForm) -> bool:
    values: dict[str, Any] = {"title": form.title.data, "summary": form.summary.data}
    try:
        with writing():
            keep_template(g.procedure, actor_id=g.viewer.person.id, **values)
        return True
    except Invalid as error:
        blame(form, error)
        return False
