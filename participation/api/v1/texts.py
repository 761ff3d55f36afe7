"""Texts of a procedure, node by node, as comments refer to them."""

from typing import Any

from flask import g
from marshmallow import Schema, fields
from sqlalchemy import select

from participation.api.v1.description import PageAsked, described, listed, paged
from participation.documents.models import Document, DocumentVersion
from participation.documents.queries import nodes
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.web.guard import public

bp = described("texts", "The drafts that are consulted on: versions, and nodes with stable keys.")


class TextSchema(Schema):
    """A text with its newest version."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    nodes = fields.Integer(required=True, metadata={"description": "How many nodes the version has."})
    published_at = fields.AwareDateTime(required=True, allow_none=True)


class NodeSchema(Schema):
    """A heading, paragraph, item, table or footnote. `key` stays the same over versions."""

    key = fields.String(required=True, metadata={"description": "The `place` of contributions."})
    section_key = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    level = fields.Integer(required=True)
    label = fields.String(required=True)
    citation = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)


class NodesAsked(PageAsked):
    """Which nodes."""


D, V = Document, DocumentVersion


def _texts() -> Any:
    columns = (D.id, D.title, V.number.label("version"), V.node_count, V.created_at, V.id.label("version_id"))
    return select(*columns).outerjoin(V, V.id == D.current_version_id).where(D.procedure_id == g.procedure.id)


def _data(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "version": row.version,
        "nodes": row.node_count or 0,
        "published_at": row.created_at,
    }


@bp.get("/tenants/<tenant>/procedures/<procedure>/texts")
@bp.response(200, TextSchema(many=True))
@public
def texts() -> Any:
    """The texts of a procedure."""
    return [_data(row) for row in db.session.execute(_texts().order_by(D.id))]


@bp.get("/tenants/<tenant>/procedures/<procedure>/texts/<int(max=9223372036854775807):text>/nodes")
@bp.arguments(NodesAsked, location="query")
@bp.response(200, listed(NodeSchema))
@public
def text_nodes(asked: dict[str, Any], text: int) -> Any:
    """The nodes of a text's newest version, in order."""
    row = db.session.execute(_texts().where(D.id == text)).one_or_none()
    if row is None or row.version_id is None:
        raise Unknown
    first = 0 if asked["after"] is None else min(asked["after"] + 1, 2**62)
    return paged(nodes(row.version_id, first=first, limit=asked["limit"] + 1), asked["limit"], key="position")
