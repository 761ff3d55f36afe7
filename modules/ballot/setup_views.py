"""The page on which staff write the questions."""

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modules.ballot.actions import PREPARE
from modules.ballot.forms import QuestionForm
from modules.ballot.queries import QuestionItem, questions_of
from modules.ballot.routes import bp
from modules.ballot.services import move_question, remove_question, save_question
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.voting.embargo import has_opened
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

STEPS = {"up": -1, "down": 1}


@bp.get("/setup")
@access(PREPARE)
def setup() -> ResponseReturnValue:
    """The questions, and the form for a new one or for one that is changed (`?question=`)."""
    questions = questions_of(g.activity)
    found = _chosen(questions)
    form = QuestionForm(formdata=None)
    if found is not None:
        form.fill(found)
    form.add_rows()
    return _page(questions, form, found)


@bp.post("/setup")
@access(PREPARE)
def save() -> ResponseReturnValue:
    """Keep a question; "more" gives further rows and keeps nothing yet."""
    questions, form = questions_of(g.activity), QuestionForm()
    found = _chosen(questions, is_sent=True)
    if request.form.get("do") == "more":
        form.add_rows()
        return _page(questions, form, found)
    try:
        if form.validate_on_submit() and _has_saved(form):
            return redirect(url_for("ballot.setup", done="saved"), 303)
    except Conflict as conflict:
        return _both(form, conflict)
    return _page(questions_of(g.activity), form, found), 422


@bp.post("/setup/<key>/<any(up, down, remove):act>")
@access(PREPARE)
def arrange(key: str, act: str) -> ResponseReturnValue:
    """Move a question, or take it out."""
    actor, seen = g.viewer.person.id, request.form.get("seen")
    with writing():
        if act == "remove":
            remove_question(g.activity, key, seen=seen, actor_id=actor)
        else:
            move_question(g.activity, key, STEPS[act], actor_id=actor)
    return redirect(url_for("ballot.setup", done="saved"), 303)


def _has_saved(form: QuestionForm) -> bool:
    key, actor = request.args.get("question", ""), g.viewer.person.id
    try:
        with writing():
            save_question(g.activity, key, form.draft(), seen=form.seen.data, actor_id=actor)
    except Invalid as error:
        form.blame(error)
        return False
    return True


def _both(form: QuestionForm, conflict: Conflict) -> ResponseReturnValue:
    """What somebody else saved beside what was typed; saving again then means it. A question that is gone is new."""
    questions = questions_of(g.activity)
    found = _chosen(questions, is_sent=True)
    form.seen.raw_data, form.seen.data = None, found.mark if found else ""
    return _page(questions, form, found, conflict=conflict.sentence), conflict.status


def _chosen(questions: list[QuestionItem], *, is_sent: bool = False) -> QuestionItem | None:
    """The question of `?question=`; one that is gone is 404, but what somebody typed for it is kept."""
    key = request.args.get("question", "")
    found = next((question for question in questions if question.key == key), None)
    if key and found is None and not is_sent:
        abort(404)
    return found


def _page(questions: list[QuestionItem], form: QuestionForm, found: QuestionItem | None, conflict: object = "") -> str:
    form.number_rows()
    return render_template(
        "ballot/setup.html",
        staff_nav=staff_nav(),
        questions=questions,
        form=form,
        found=found,
        conflict=conflict,
        is_locked=has_opened(g.activity),
    )
