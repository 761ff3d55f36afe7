"""Moving a procedure on: each step has a page that names its consequence."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MANAGE
from participation.interfaces import Role
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.review_words import Section, sections
from participation.pages.step_forms import StepForm
from participation.pages.step_line import stage_line
from participation.pages.step_words import SHORT, WORDS, coming_words, consequences
from participation.procedures.advancing import advance, possible_steps
from participation.procedures.checklist import missing
from participation.procedures.conditions import Incomplete
from participation.procedures.lifecycle import TRANSITIONS, IllegalStepError, Stage
from participation.procedures.queries import stage_of
from participation.procedures.review import differences, fingerprint, kept_content, step_before
from participation.procedures.step_models import StepTaken
from participation.web.again import again
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("steps", __name__, url_prefix="/<tenant>/<procedure>/-/manage/steps")
REVIEWED = {"submit", "release", "send_back"}  # their pages show what changed


@bp.get("/")
@access(MANAGE)
def show() -> str:
    """Where the procedure stands, what the clock will do, and the possible steps."""
    return _overview()


@bp.route("/<name>", methods=["GET", "POST"])
@access(MANAGE)
@again
def take(name: str) -> ResponseReturnValue:
    """One step: its page names the consequence, its POST takes it."""
    if name not in TRANSITIONS:
        raise Unknown
    form = StepForm(version=g.procedure.version)
    form.fit(name, g.procedure)
    if not form.is_submitted() and name not in dict(_possible()):
        return redirect(url_for("steps.show"))
    try:
        if form.validate_on_submit() and _has_advanced(name, form):
            return redirect(url_for("steps.show", done=f"step-{name}"))
    except Incomplete:
        return _page(name, form), 422
    except (Conflict, IllegalStepError) as error:
        return _overview(faster=error, typed=form), 409
    return _page(name, form), 422 if form.errors else 200


def _has_advanced(name: str, form: StepForm) -> bool:
    seen = form.seen.data if name == "release" else None
    try:
        with writing():
            advance(g.procedure, name, actor_id=_actor(), roles=_roles(), seen=seen, **form.values())
    except Invalid as error:
        blame(form, error)
        return False
    return True


def _page(name: str, form: StepForm) -> str:
    """The page of a step; for the second person with everything that changed."""
    content = kept_content(g.procedure) if name in REVIEWED else None
    since = step_before(g.procedure) if name in REVIEWED else None
    form.seen.data = fingerprint(content) if content is not None else ""
    return render_template(
        "pages/steps/step.html",
        staff_nav=staff_nav(),
        name=name,
        title=WORDS[name],
        form=form,
        facts=consequences(g.procedure, name, _actor()),
        why_not=dict(_possible()).get(name),
        points=missing(g.procedure) if name == "submit" else [],
        reviewed=content is not None,
        since=since,
        endpoints=current_app.view_functions,
        changes=_changes(since, content) if content is not None else [],
    )


def _changes(since: StepTaken | None, content: dict[str, Any]) -> list[Section]:
    before = since.content if since is not None else None
    return sections(differences(before or {}, content))


def _overview(faster: Exception | None = None, typed: StepForm | None = None) -> str:
    stage = stage_of(g.procedure)
    return render_template(
        "pages/steps/show.html",
        staff_nav=staff_nav(),
        stage=stage,
        line=stage_line(g.procedure, stage),
        coming=coming_words(g.procedure),
        waits_for_release=stage in (Stage.DRAFT, Stage.REVIEW),
        steps=[(name, WORDS[name], SHORT[name], why_not) for name, why_not in _possible()],
        points=len(missing(g.procedure)) if stage is Stage.DRAFT else 0,
        endpoints=current_app.view_functions,
        faster=faster,
        typed=typed.reason.data if typed is not None and "reason" in typed else "",
    )


def _possible() -> list[tuple[str, Any]]:
    return possible_steps(g.procedure, _actor(), _roles())


def _actor() -> int:
    return int(g.viewer.person.id)


def _roles() -> frozenset[Role]:
    roles: frozenset[Role] = g.viewer.roles_at(g.tenant.id, g.procedure.id)
    return roles
