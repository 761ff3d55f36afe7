"""The second person: reading what others wrote, publishing it now or releasing it for a day, taking that back."""

from datetime import timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.evaluation import queries, releasing
from participation.evaluation.worklist import numbers
from participation.evaluation.worklist_filters import Filters
from participation.kernel.clock import today
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.answer_forms import ReleaseForm
from participation.pages.answers import bp, response_at
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

__all__ = ["bp"]


@bp.get("/waiting")
@access(ANSWER)
def waiting() -> str:
    """What a second person can publish, to be read and published together, and what is released for a day."""
    return _waiting(ReleaseForm())


def _waiting(form: ReleaseForm, ticked: list[str] | None = None) -> str:
    rows = queries.waiting(g.procedure)
    form.on.render_kw = {"min": (today() + timedelta(days=1)).isoformat()}
    return render_template(
        "pages/answers/waiting.html",
        staff_nav=staff_nav(),
        rows=[row for row in rows if row.publish_on is None],
        released=[row for row in rows if row.publish_on is not None],
        numbers=numbers(g.procedure, Filters()),
        form=form,
        ticked=set(ticked or ()),
    )


@bp.post("/publish")
@access(ANSWER)
def publish() -> ResponseReturnValue:
    """Publish the answers that were chosen, or release them for a day, each in the version that was read; all or none.

    Without a chosen "when" they are published now.
    """
    ticked, form, actor_id = request.form.getlist("response"), ReleaseForm(), g.viewer.person.id
    if not ticked:
        return redirect(url_for("answers.waiting", done="nothing-chosen"))
    try:
        day = form.day
        with writing():
            seen = [(response_at(number), version) for number, version in map(_seen, ticked)]
            releasing.release(seen, on=day, actor_id=actor_id)
    except Invalid as error:
        blame(form, error)
        return _waiting(form, ticked), error.status
    return redirect(url_for("answers.waiting", done="answers-released" if _is_later(day) else "answers-published"))


def _is_later(day: Any) -> bool:
    return day is not None and day > today()


@bp.post("/<int:number>/take-back")
@access(ANSWER)
def take_back(number: int) -> ResponseReturnValue:
    """An answer that was released for a day waits again."""
    response, actor_id = response_at(number), g.viewer.person.id
    with writing():
        releasing.take_back(response, actor_id=actor_id)
    return redirect(url_for("answers.waiting", done="release-taken-back"))


def _seen(entry: str) -> tuple[int, int]:
    """ "17:2" is answer 17 in its version 2."""
    number, _colon, version = entry.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(entry) < 30):
        raise Unknown
    return int(number), int(version)
