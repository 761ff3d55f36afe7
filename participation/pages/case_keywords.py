"""Keywords of one contribution and of its arguments: given, made on the way, taken off."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.contributions.models import Contribution
from participation.evaluation import keywords
from participation.evaluation.arguments import argument_at
from participation.evaluation.keyword_lists import keyword_named
from participation.kernel.db import writing
from participation.pages.case_routes import actor, bp, case
from participation.web.guard import access


@bp.post("/<reference>/keywords")
@access(ANSWER)
def tag(reference: str) -> ResponseReturnValue:
    """Give a keyword; one that is not there yet is made."""
    contribution, by, title = case(reference), actor(), request.form.get("keyword", "").strip()
    if not title:
        return redirect(_back(contribution, "nothing-chosen"))
    argument_id = _argument_id(contribution)
    with writing():
        keyword = keyword_named(g.procedure, title) or keywords.add_keyword(g.procedure, title, actor_id=by)
        keywords.tag(contribution, keyword, argument_id=argument_id, actor_id=by)
    return redirect(_back(contribution, "keyword-added"))


@bp.post("/<reference>/keywords/<int:number>/remove")
@access(ANSWER)
def untag(reference: str, number: int) -> ResponseReturnValue:
    """Take a keyword off."""
    contribution, by = case(reference), actor()
    keyword, argument_id = keywords.keyword_in(g.procedure, number), _argument_id(contribution)
    with writing():
        keywords.untag(contribution, keyword, argument_id=argument_id, actor_id=by)
    return redirect(_back(contribution, "keyword-taken"))


def _number() -> int | None:
    typed = request.form.get("argument", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None


def _argument_id(contribution: Contribution) -> int | None:
    number = _number()
    return argument_at(contribution, number).id if number is not None else None


def _back(contribution: Contribution, done: str) -> str:
    number = _number()
    if number is None:
        return url_for("cases.show", reference=contribution.reference, done=done, _anchor="keywords")
    return url_for("cases.argument", reference=contribution.reference, number=number, done=done, _anchor="keywords")
