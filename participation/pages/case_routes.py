"""The blueprint of the file of one contribution, and what its views have in common."""

from typing import Any

from flask import Blueprint, current_app, g, request

from participation.contributions.models import Contribution
from participation.evaluation import case_file
from participation.evaluation.alike import looks_alone
from participation.evaluation.case_file import Single
from participation.evaluation.case_models import Argument
from participation.evaluation.keyword_lists import keyword_titles
from participation.kernel.refusal import Unknown

bp = Blueprint("cases", __name__, url_prefix="/<tenant>/<procedure>/-/manage/cases")


def case(reference: str) -> Contribution:
    """A contribution that can be worked on, by its number. Raises Unknown."""
    found = case_file.case_at(g.procedure, reference[:20])
    if found is None:
        raise Unknown
    return found


def actor() -> int:
    """The number of who is logged in."""
    return int(g.viewer.person.id)


def looks_near() -> bool:
    """Whether near texts are looked for now: on small procedures always, on large ones when asked."""
    return request.args.get("near") == "1" or looks_alone(g.procedure.id)


def single_of(contribution: Contribution, argument: Argument) -> Single:
    """An argument as its pages show it."""
    return next(one for one in case_file.arguments_of(contribution) if one.id == argument.id)


def keyword_values(contribution: Contribution) -> dict[str, Any]:
    """What `_keywords.html` needs: the keywords there are, and which ones this contribution has."""
    return {"keywords": case_file.keywords_on(contribution), "known": keyword_titles(g.procedure)}


def place_title(contribution: Contribution) -> str:
    """How the format names the place; nothing where its folder is gone."""
    kind = current_app.extensions["registry"].contribution_type(contribution.type)
    activity = next((entry for entry in g.procedure.activities if entry.id == contribution.activity_id), None)
    if kind is None or kind.place_title is None or activity is None:
        return ""
    return str(kind.place_title(activity, contribution.place))
