"""The blueprint of the work list; its views stand in the worklist_… files. What several of them read from a request."""

from typing import Any

from flask import Blueprint, g, request, url_for

from participation.evaluation.worklist_filters import Filters

bp = Blueprint("worklist", __name__, url_prefix="/<tenant>/<procedure>/-/manage/worklist")


def filters() -> Filters:
    """What the address narrows the list to."""
    return Filters.read(request.args.to_dict(flat=False))


def actor() -> int:
    """The number of who is logged in."""
    return int(g.viewer.person.id)


def list_url(narrow: Filters, **more: Any) -> str:
    """The address of the list with these filters, to be shared."""
    values: dict[str, Any] = {**narrow.args(), **more}
    return url_for("worklist.show", **values)
