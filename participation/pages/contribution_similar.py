"""What is there already, shown while somebody types something new: for the script beside a form, and on the page of a
draft for everybody else."""

from datetime import timedelta
from typing import Any

from flask import current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.contributions.locations import where_of
from participation.contributions.targets import Target
from participation.kernel import geometry
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Invalid
from participation.pages.contribution_places import target_at
from participation.pages.contribution_routes import ROOM, bp
from participation.search.resembling import Typed, resembling
from participation.web.bodies import takes
from participation.web.fields import storable
from participation.web.guard import public
from participation.web.protection import csrf

HOUR = timedelta(hours=1)
ASKED_AT_MOST = 600  # times in an hour, from a network
READ = 2_000  # characters of a text; the first words say what it is about


@bp.post("/<tenant>/<procedure>/-/similar")
@public
@takes(text=ROOM, pasted=True)
@csrf.exempt  # type: ignore[untyped-decorator]
def similar() -> ResponseReturnValue:
    """What is like the words of a form, as JSON. It stores nothing; words in a body stand in no log of addresses."""
    said = request.form
    target = target_at(said.get("module", ""), said.get("activity", ""), said.get("type", ""), "", "")
    who = network(request.remote_addr or "", str(current_app.config["SECRET_KEY"]))
    if not allow("similar", who, ASKED_AT_MOST, HOUR):
        return "", 429
    items = like_typed(target, {name: storable(said.get(name, "")) for name in ("title", "text", "position")})
    sentence = ngettext("%(num)s ähnlicher Beitrag", "%(num)s ähnliche Beiträge", len(items)) if items else ""
    answer = jsonify(items=items, sentence=sentence)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def like_typed(target: Target, typed: dict[str, str]) -> list[dict[str, Any]]:
    """What resembles the words and the place of a form: title, address, and what else helps to tell; none of an answer
    or of types without titles.
    """
    if target.parent is not None or not target.kind.titled:
        return []
    words = Typed(typed["title"][:READ], typed["text"][:READ], _position(target, typed["position"]))
    return [
        {
            "title": found.title,
            "url": url_for("contributions.show", reference=found.reference),
            "about": _about(found.replies, found.metres),
        }
        for found in resembling(target.activity, words, g.viewer)
    ]


def _position(target: Target, typed: str) -> geometry.Position | None:
    """Where somebody means; None for what cannot be read (yet)."""
    try:
        where = where_of({"position": typed}, target.activity, target.kind.drawn) if target.kind.drawn else None
    except Invalid:
        return None
    return geometry.middle(where.geometry) if where else None


def _about(replies: int, metres: int | None) -> str:
    words = [ngettext("%(num)s Antwort", "%(num)s Antworten", replies)]
    far = [str(_("%(metres)s m entfernt", metres=metres))] if metres is not None and metres < 1_000 else []
    return ", ".join([*far, *words])
