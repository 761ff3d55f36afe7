"""What the dump of a procedure looks like: read from a file, a template or a copy, and refused where it is broken."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from participation.kernel.refusal import Invalid

FORMAT = 1  # raised when an older platform could not read what is written here
FACTS = (
    "title", "summary", "description", "topic", "area", "contact", "legal_basis", "level", "deciders", "fixed",
    "changeable", "picture_alt", "visible_to", "practice",
)  # fmt: skip
DAYS = ("announced_on", "decision_on", "answers_by", "retained_until")
NEWER = _l("Diese Vorlage stammt aus einer neueren Fassung der Plattform. Es wurde nichts angelegt.")
BROKEN = _l("Diese Vorlage ist unvollständig oder beschädigt. Es wurde nichts angelegt.")


class _Lenient(Schema):
    class Meta:
        unknown = EXCLUDE


class _PhaseSchema(_Lenient):
    kind = fields.String(required=True)
    begins_day = fields.Integer(required=True)
    begins_time = fields.Time(load_default=time())
    ends_day = fields.Integer(required=True)
    ends_time = fields.Time(load_default=time())
    title = fields.String()
    round = fields.Integer()
    identity = fields.List(fields.String())
    moderation = fields.String()
    statutory = fields.Boolean()
    audience = fields.String(validate=validate.OneOf(("public", "institutions", "members")))
    visible_to = fields.String(validate=validate.OneOf(("public", "audience", "staff", "own")))
    counts_visible = fields.String(validate=validate.OneOf(("always", "after")))
    written_form_required = fields.Boolean()


class _ActivitySchema(_Lenient):
    module = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    settings = fields.Dict(keys=fields.String(), load_default=dict)
    content = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)
    phases = fields.List(fields.Nested(_PhaseSchema), load_default=list)


class _ContentSchema(_Lenient):
    begins_on = fields.Date(load_default=None, allow_none=True)
    facts = fields.Dict(keys=fields.String(validate=validate.OneOf(FACTS)), load_default=dict)
    days = fields.Dict(keys=fields.String(validate=validate.OneOf(DAYS)), values=fields.Integer(), load_default=dict)
    activities = fields.List(fields.Nested(_ActivitySchema), load_default=list)
    parts = fields.Dict(keys=fields.String(), load_default=dict)


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The content with defaults filled in. Raises Invalid where it is broken, or newer than this platform."""
    number = data.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise Invalid(NEWER)
    try:
        found: dict[str, Any] = _ContentSchema().load(dict(data)) if number else {}
    except ValidationError as error:
        raise Invalid(BROKEN) from error
    if not found:
        raise Invalid(BROKEN)
    return found
