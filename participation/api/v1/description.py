"""The description of the interface, and what all its parts have in common."""

from copy import deepcopy
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, json, request, session
from flask_babel import lazy_gettext as _l
from flask_smorest import Api
from flask_smorest import Blueprint as Described
from marshmallow import EXCLUDE, Schema, fields, validate

from participation.kernel.refusal import Refused
from participation.web.guard import public
from participation.web.problems import MEDIA_TYPE

ROOT = "/api/v1"
ROWS = ROOT + "/tenants/{tenant}/procedures/{procedure}/activities/{module}/{slug}/resources/{name}"
PREFIX = "api_"  # of the blueprints' names: pages have blueprints of the same things
TITLE = "E-Participation"
ABOUT = (
    "Procedures, phases, texts, contributions, comments, ratings and results of a participation portal. "
    "Everything that pages show without a log-in is read without a token. Writing needs a personal token "
    "(account page, `Authorization: Bearer …`), belongs to one authority, and follows the same rules as the pages. "
    "Lists are paged by key: follow `next` until it is null. Refusals are problem details (RFC 9457). "
    "Texts of people and authorities are German unless `language` says otherwise."
)

document = Blueprint("interface", __name__)


class ProblemSchema(Schema):
    """Problem details after RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is the case, what is kept, how to go on."})
    errors = fields.Dict(metadata={"description": "Per location and field, what is wrong with it."})


class Interface(Api):  # type: ignore[misc]
    """The library's description; refusals stay with `web.errors`, which answers programs with problem details."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        options = {
            "title": TITLE,
            "version": "1.0.0",
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT},
            "servers": [{"url": "/"}],
        }
        super().__init__(app, spec_kwargs=options)
        scheme = {"type": "http", "scheme": "bearer", "description": "A personal token of an account."}
        self.spec.components.security_scheme("token", scheme)
        self.rows: dict[str, type[Schema]] = {}  # "ideas.places" → what a row of this list of a format holds
        self.narrowing: dict[str, str] = {}  # parts of an address that some of them take, with what each means

    def describe_rows(self) -> None:
        """What formats let other systems read: the schemas of their rows, and what narrows them."""
        for name, schema in self.rows.items():
            self.spec.components.schema(name, schema=schema)

    def _register_error_handlers(self) -> None:
        """None: they would take over the pages too, and lose the header Allow."""

    def as_data(self) -> dict[str, Any]:
        """The whole description; refusals have the media type of problem details."""
        found: dict[str, Any] = deepcopy(self.spec.to_dict())  # what is added here would stay in it
        for tag in found["tags"]:
            tag["name"] = tag["name"].removeprefix(PREFIX)
        for path in found["paths"].values():
            for operation in (entry for entry in path.values() if isinstance(entry, dict)):
                operation["tags"] = [tag.removeprefix(PREFIX) for tag in operation["tags"]]
        self._add_rows(found)
        for answer in found["components"]["responses"].values():
            content = answer.get("content", {})
            if "application/json" in content:
                answer["content"] = {MEDIA_TYPE: content["application/json"]}
        return found

    def _add_rows(self, found: dict[str, Any]) -> None:
        """Say of a row of any list that it is one of those that the formats declare."""
        schemas = found["components"]["schemas"]
        if self.rows:
            kinds = [{"$ref": f"#/components/schemas/{name}"} for name in self.rows]
            schemas["Rows"]["properties"]["items"]["items"] = {"anyOf": kinds}
        operation = found["paths"][ROWS]["get"]
        operation["parameters"] += [
            {"in": "query", "name": name, "required": False, "schema": {"type": "string"}, "description": words}
            for name, words in self.narrowing.items()
        ]


class Asked(Schema):
    """What an address may ask for; unknown parameters are left alone."""

    class Meta:
        unknown = EXCLUDE


class PageAsked(Asked):
    """Which page of a list."""

    after = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 2**63 - 1),
        metadata={"description": "The `next` of the page before."},
    )
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 100),
        metadata={"description": "How many on a page."},
    )


@cache
def listed(schema: type[Schema]) -> type[Schema]:
    """The schema of a page of a list: what is on it, and where the next one begins."""
    values: dict[str, Any] = {
        "items": fields.List(fields.Nested(schema), required=True),
        "next": fields.Integer(required=True, allow_none=True, metadata={"description": "null on the last page."}),
        "__doc__": f"A page of a list of {schema.__name__.removesuffix('Schema')}.",
    }
    return type(schema.__name__.replace("Schema", "PageSchema"), (Schema,), values)


def paged(rows: list[Any], limit: int, key: str = "id") -> dict[str, Any]:
    """A page out of one row more than it shows."""
    shown = rows[:limit]
    return {"items": shown, "next": getattr(shown[-1], key) if len(rows) > limit else None}


def described(name: str, about: str) -> Described:
    """A part of the interface, below the common root."""
    part = Described(PREFIX + name, __name__, url_prefix=ROOT, description=about)
    part.before_request(_check_token)
    return part


def _check_token() -> None:
    """A key that is wrong, over, or of another authority is said, not silently left aside."""
    token = getattr(session, "token", None)
    if "Authorization" in request.headers and token is None:
        raise Refused(_l("Diesen Schlüssel gibt es nicht, oder er ist abgelaufen."), status=401)
    if token is not None and g.tenant is not None and token.tenant_id != g.tenant.id:
        raise Refused(_l("Dieser Schlüssel gilt bei einer anderen Behörde."), status=403)


@document.get(f"{ROOT}/openapi.json")
@public
def openapi() -> Response:
    """The description, for programs that make programs."""
    data = json.dumps(current_app.extensions["interface"].as_data())
    return Response(data, content_type="application/json")
