"""Reports for other software, in the words of GeoReport v2 (Open311): what can be reported, and what was."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, pre_dump
from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select

from modules.ideas.models import Category
from modules.ideas.resources import shown
from participation.access.rules import Viewer
from participation.contributions.location_models import Location
from participation.contributions.models import Attachment, Contribution
from participation.contributions.references import read_reference
from participation.evaluation.case_models import Department
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.interfaces import Resource
from participation.kernel.clock import end_of_day, instant, start_of_day
from participation.kernel.refusal import Refused
from participation.kernel.text import plain
from participation.procedures.models import Activity, Procedure

C, L, R, T, V = Contribution, Location, Response, ResponseTo, ResponseVersion
CLOSED: Final = or_(C.decision != "", C.work.in_(("processed", "final_notice_sent")))  # whatever was decided
STATUS: Final[dict[str, ColumnElement[bool]]] = {"open": not_(CLOSED), "closed": CLOSED}
NARROWING: Final = {
    "service_request_id": "References, several with a comma.",
    "service_code": "Keys of categories, several with a comma.",
    "start_date": "Reported at or after: a day or an instant in ISO 8601.",
    "end_date": "Reported at or before: a day (all of it) or an instant in ISO 8601.",
    "status": "open or closed.",
    "q": "Words that are searched for.",
}
MOMENT: Final = timedelta(seconds=1)


class ServiceSchema(Schema):
    """What can be reported: a category. GeoReport v2, GET Service List."""

    service_code = fields.String(required=True, metadata={"description": "Key of the category."})
    service_name = fields.String(required=True)
    description = fields.String(required=True)
    metadata = fields.Boolean(required=True, metadata={"description": "Always false: nothing else is asked."})
    type = fields.String(required=True, metadata={"description": "Always realtime."})
    keywords = fields.String(required=True)
    group = fields.String(required=True, metadata={"description": "Title of the format."})

    @pre_dump
    def _said(self, row: Any, **_kwargs: Any) -> dict[str, Any]:
        always = {"description": "", "metadata": False, "type": "realtime", "keywords": ""}
        return always | dict(row._mapping)


class RequestSchema(Schema):
    """A report. GeoReport v2, GET Service Requests."""

    service_request_id = fields.String(required=True, metadata={"description": "The number on the receipt."})
    status = fields.String(required=True, metadata={"description": "open or closed."})
    status_notes = fields.String(required=True, metadata={"description": "The public answer with its reason."})
    service_name = fields.String(required=True, allow_none=True)
    service_code = fields.String(required=True)
    description = fields.String(required=True, metadata={"description": "Title and text, without markup."})
    agency_responsible = fields.String(required=True, allow_none=True, metadata={"description": "Of the category."})
    service_notice = fields.String(required=True)
    requested_datetime = fields.AwareDateTime(required=True)
    updated_datetime = fields.AwareDateTime(required=True, metadata={"description": "Of the text or of its answer."})
    expected_datetime = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until when answers are promised, while it is open."}
    )
    address = fields.String(required=True, allow_none=True, metadata={"description": "The place in words."})
    address_id = fields.String(required=True, allow_none=True)
    zipcode = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True, metadata={"description": "WGS 84."})
    long = fields.Float(required=True, allow_none=True)
    media_url = fields.String(required=True, allow_none=True, metadata={"description": "Of its first picture."})

    @pre_dump
    def _said(self, row: Any, **_kwargs: Any) -> dict[str, Any]:
        text = plain(row.html).strip()
        is_promised = row.answers_by is not None and not row.is_closed
        return dict(row._mapping) | {
            "status": "closed" if row.is_closed else "open",
            "status_notes": plain(row.answers or "").strip(),
            "description": text if row.title in ("", text) else f"{row.title}\n\n{text}",
            "service_notice": "",
            "updated_datetime": max(filter(None, (row.requested_datetime, row.edited_at, row.answered_at))),
            "expected_datetime": end_of_day(row.answers_by) - MOMENT if is_promised else None,
            "address": row.address or None,
            "address_id": None,
            "zipcode": None,
            "media_url": _address_of(row.picture) if row.picture else None,
        }


def _address_of(picture: str) -> str:
    return f"{request.scheme}://{request.host}{url_for('contributions.file', stored_name=picture)}"


def services(activity: Activity, _viewer: Viewer) -> Select[Any]:
    """The categories."""
    names = (Category.key.label("service_code"), Category.title.label("service_name"))
    columns: tuple[Any, ...] = (Category.id, *names, literal(activity.title).label("group"))
    return select(*columns).where(Category.activity_id == activity.id)


def requests(activity: Activity, viewer: Viewer, asked: Mapping[str, str]) -> Select[Any]:
    """The reports of a selection that this viewer may read. Raises Refused (400) for what cannot be read in it."""
    columns: tuple[Any, ...] = (
        C.id, C.reference.label("service_request_id"), C.title, C.html, C.place.label("service_code"), C.edited_at,
        C.created_at.label("requested_datetime"), CLOSED.label("is_closed"), Procedure.answers_by,
        Category.title.label("service_name"), Department.title.label("agency_responsible"),
        L.words.label("address"), L.latitude.label("lat"), L.longitude.label("long"),
        _answers().label("answers"), _answered_at().label("answered_at"), _picture().label("picture"),
    )  # fmt: skip
    query = select(*columns).join(Procedure, Procedure.id == C.procedure_id)
    query = shown(query.outerjoin(L, L.contribution_id == C.id), activity, viewer, asked)
    return query.outerjoin(Department, Department.id == Category.department_id).where(*_narrowed(asked))


def _answers() -> Any:
    """The public answers as one piece of HTML; one to several passages comes once."""
    query = select(R.id, V.html).join(T, T.response_id == R.id).join(V, _is_public()).where(T.contribution_id == C.id)
    public = query.distinct().order_by(R.id).correlate(C).subquery()
    return select(func.aggregate_strings(public.c.html, "")).scalar_subquery()


def _answered_at() -> Any:
    query = select(func.max(R.published_at)).join(T, T.response_id == R.id).join(V, _is_public())
    return query.where(T.contribution_id == C.id).correlate(C).scalar_subquery()


def _is_public() -> ColumnElement[bool]:
    return and_(V.response_id == R.id, V.number == R.published_number)


def _picture() -> Any:
    query = select(Attachment.stored_name).where(Attachment.contribution_id == C.id)
    query = query.where(Attachment.media_type.startswith("image/"))
    return query.order_by(Attachment.id).limit(1).correlate(C).scalar_subquery()


def _narrowed(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked["service_request_id"]:
        found.append(C.reference.in_(filter(None, map(read_reference, _listed(asked["service_request_id"])))))
    if asked["service_code"]:
        found.append(C.place.in_(_listed(asked["service_code"])))
    if asked["status"]:
        found.append(_with_status(asked["status"]))
    start, end = _moment(asked["start_date"]), _moment(asked["end_date"], is_last=True)
    if start and end and end < start:
        raise Refused(_l("Das Ende (end_date) liegt vor dem Anfang (start_date)."), status=400)
    found += [C.created_at >= start] if start else []
    return found + ([C.created_at <= end] if end else [])


def _listed(typed: str) -> list[str]:
    return [name.strip() for name in typed.split(",")]


def _with_status(typed: str) -> ColumnElement[bool]:
    names = _listed(typed)
    if not STATUS.keys() >= set(names):
        raise Refused(_l("„%(typed)s“ ist kein Status. Möglich sind open und closed.", typed=typed[:40]), status=400)
    return or_(*(STATUS[name] for name in names))


def _moment(typed: str, *, is_last: bool = False) -> datetime | None:
    """The instant that an address says; of a day its first one, or its last one. Raises Refused (400)."""
    said = typed.strip().replace(" ", "+") if "T" in typed else typed.strip()  # a plus arrives as a blank
    if not said:
        return None
    try:
        found = _of_day(said, is_last=is_last) if len(said) <= 10 else datetime.fromisoformat(said)
        return (found if found.tzinfo else instant(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        sentence = _l(
            "„%(typed)s“ ist kein Zeitpunkt nach ISO 8601. Schreiben Sie: 2026-12-14 oder 2026-12-14T18:30:00Z",
            typed=typed[:40],
        )
        raise Refused(sentence, status=400) from None


def _of_day(said: str, *, is_last: bool) -> datetime:
    day = date.fromisoformat(said)
    return end_of_day(day) - MOMENT if is_last else start_of_day(day)


SERVICES = Resource(name="services", title=_l("Kategorien (Open311)"), schema=ServiceSchema, select=services)
REQUESTS = Resource(
    name="requests", title=_l("Meldungen (Open311)"), schema=RequestSchema, select=requests, narrowing=NARROWING
)
