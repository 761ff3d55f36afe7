"""Published results: decision, figures, and the package that anybody can count again."""

from typing import Any

from flask import g, url_for
from marshmallow import Schema, fields

from participation.api.v1.description import described
from participation.kernel.refusal import Unknown
from participation.results.models import Result
from participation.results.queries import published, published_versions
from participation.web.guard import public

bp = described("results", "Published results. A correction is a new version; the old ones stay.")
HERE = "/tenants/<tenant>/procedures/<procedure>/results"


class VersionSchema(Schema):
    """A published version of the result."""

    number = fields.Integer(required=True)
    decision = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "Why it follows another version."})
    published_at = fields.AwareDateTime(required=True)
    has_package = fields.Boolean(required=True)


class ResultSchema(VersionSchema):
    """A published result with its figures."""

    changed_html = fields.String(required=True, metadata={"description": "What changed because people took part."})
    next_steps = fields.List(fields.Dict(), required=True)
    figures = fields.Dict(required=True, metadata={"description": "As `flask recount` prints them."})
    answers = fields.List(fields.Dict(), required=True)
    root = fields.String(required=True, metadata={"description": "Checksum over all checksums of the package."})
    url = fields.String(required=True)


@bp.get(HERE)
@bp.response(200, VersionSchema(many=True))
@public
def results() -> Any:
    """All published versions of the result, the newest first."""
    return published_versions(g.procedure.id)


@bp.get(f"{HERE}/<int(max=2147483647):number>")
@bp.response(200, ResultSchema)
@public
def result(number: int) -> Any:
    """One published version."""
    found = published(g.procedure.id, number)
    if found is None:
        raise Unknown
    return _data(found)


def _data(found: Result) -> dict[str, Any]:
    names = (
        "number", "decision", "reason", "published_at", "changed_html", "next_steps", "figures", "answers", "root",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "has_package": found.stored_name is not None,
        "url": url_for("procedures.show"),
    }
