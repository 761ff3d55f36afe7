"""The result in the workspace: compute, write, look at it, submit; a second person publishes."""

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ADMINISTER, MANAGE, can
from participation.contributions.references import read_reference
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.pages.account_forms import blame
from participation.pages.result_forms import ComputeForm, ResultForm, WithdrawForm
from participation.pages.result_routes import bp
from participation.pages.result_shown import page_of
from participation.procedures.queries import stage_of
from participation.results import cutting, services
from participation.results.freezing import freeze, require_over
from participation.results.models import Result
from participation.results.queries import in_preparation, next_number, published, published_versions
from participation.web.again import again
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.get("/manage/result")
@access(MANAGE)
def work() -> str:
    """Where the result stands, and what comes next."""
    return _work()


def _work(compute: ComputeForm | None = None) -> str:
    waiting, newest = in_preparation(g.procedure.id), published(g.procedure.id)
    return render_template(
        "pages/results/work.html",
        staff_nav=staff_nav(),
        result=waiting,
        newest=newest,
        versions=published_versions(g.procedure.id),
        stage=stage_of(g.procedure),
        too_early=_too_early(),
        missing=services.missing(waiting) if waiting else [],
        own=waiting is not None and waiting.submitted_by_id == g.viewer.person.id,
        compute=compute or ComputeForm(formdata=None, reason=waiting.reason if waiting else ""),
        may_withdraw=newest is not None and can(g.viewer, ADMINISTER, g.procedure).allowed,
        left=cutting.texts_to_withdraw(g.procedure, newest) if newest else [],
    )


def _too_early() -> object:
    try:
        require_over(g.procedure)
    except Refused as refused:
        return refused.sentence
    return None


@bp.post("/manage/result/compute")
@access(MANAGE)
def compute() -> ResponseReturnValue:
    """Freeze the data and count them."""
    form, actor_id = ComputeForm(), g.viewer.person.id
    before = published(g.procedure.id)
    if form.validate() and before is not None and not (form.reason.data or "").strip():
        form.reason.errors = [services.REASON_NEEDED]
    if form.errors:
        return _work(form), 422
    reason, replaces = (form.reason.data or "").strip(), before.root if before else ""
    registry = current_app.extensions["registry"]
    frozen = freeze(g.procedure, registry, next_number(g.procedure), reason=reason, replaces=replaces)
    with writing():
        services.compute(g.procedure, frozen, actor_id=actor_id)
    return redirect(url_for("results.work", done="result-computed"))


@bp.route("/manage/result/write", methods=["GET", "POST"])
@access(MANAGE)
def write() -> ResponseReturnValue:
    """The words of the version in preparation."""
    form, result = ResultForm(), _waiting()
    if not form.is_submitted():
        form.show(result)
    elif form.validate() and (status := _written(form, result)):
        return redirect(url_for("results.work", done="saved")) if status == 200 else (_write(form, conflict=True), 409)
    return _write(form), 422 if form.errors else 200


def _written(form: ResultForm, result: Result) -> int:
    try:
        with writing():
            services.write(result, form.words(), version=form.seen)
        return 200
    except Conflict:
        return 409
    except Invalid as error:
        blame(form, error)
        return 0


def _write(form: ResultForm, *, conflict: bool = False) -> str:
    """The form; in a conflict with what is stored now beside it, so that sending again is a decision."""
    stored = _waiting() if conflict else None
    if stored is not None:
        form.version.data = str(stored.version)
    return render_template("pages/results/write.html", staff_nav=staff_nav(), form=form, stored=stored)


@bp.get("/manage/result/preview")
@access(MANAGE)
def preview() -> str:
    """The page as everybody will see it."""
    return page_of(g.procedure, _waiting(), published_versions(g.procedure.id), preview=True)


@bp.post("/manage/result/submit")
@access(MANAGE)
def submit() -> ResponseReturnValue:
    """Hand it to a second person."""
    result, actor_id = _waiting(), g.viewer.person.id
    with writing():
        services.submit(result, actor_id=actor_id)
    return redirect(url_for("results.work", done="result-submitted"))


@bp.post("/manage/result/take-back")
@access(MANAGE)
def take_back() -> ResponseReturnValue:
    """Work on it again."""
    result, actor_id = _waiting(), g.viewer.person.id
    with writing():
        services.take_back(result, actor_id=actor_id)
    return redirect(url_for("results.work", done="result-taken-back"))


@bp.post("/manage/result/publish")
@access(MANAGE)
@again
def publish() -> ResponseReturnValue:
    """Make it public, as the second person."""
    result, actor_id = _waiting(), g.viewer.person.id
    roles = g.viewer.roles_at(g.tenant.id, g.procedure.id)
    with writing():
        services.publish(result, actor_id=actor_id, roles=roles)
        done = f"result-{result.state}"
    return redirect(url_for("results.work", done=done))


@bp.route("/manage/result/withdraw-text", methods=["GET", "POST"])
@access(ADMINISTER)
def withdraw() -> ResponseReturnValue:
    """Publish the data anew without one text."""
    form, result = WithdrawForm(), published(g.procedure.id)
    if result is None:
        raise Unknown
    if form.validate_on_submit() and _has_withdrawn(form, result):
        return redirect(url_for("results.work", done="result-text-withdrawn"))
    left = cutting.texts_to_withdraw(g.procedure, result)
    page = render_template("pages/results/withdraw.html", staff_nav=staff_nav(), form=form, left=left)
    return page, 422 if form.errors else 200


def _has_withdrawn(form: WithdrawForm, result: Result) -> bool:
    reference, actor_id = read_reference(form.reference.data) or "", g.viewer.person.id
    try:
        frozen = cutting.cut(result, reference, number=next_number(g.procedure), reason=form.reason.data.strip())
        with writing():
            cutting.withdraw_text(g.procedure, result, frozen, reference, actor_id=actor_id)
        return True
    except Invalid as error:
        blame(form, error)
        return False


def _waiting() -> Result:
    result = in_preparation(g.procedure.id)
    if result is None:
        raise Unknown
    return result
