"""Beginning a procedure: from a template that comes with the platform, from one of an authority, as a copy, empty."""

import logging
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.kernel.config import ROOT
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.kernel.text import excerpt
from participation.procedures.content import Loaded, dump, load
from participation.procedures.content_format import FORMAT
from participation.procedures.models import Procedure
from participation.procedures.overview import picture_of
from participation.procedures.queries import procedure_at
from participation.procedures.services import RESERVED, SLUG
from participation.procedures.templates import usable_template
from participation.tenants.models import Tenant

log = logging.getLogger(__name__)

FOLDER = ROOT / "config" / "templates"
EMPTY: dict[str, Any] = {"format": FORMAT}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LETTERS = SLUG.replace("-", "")
SHORT = 50  # characters of a proposed address


class Source(NamedTuple):
    """What a procedure begins with, and where that comes from; nothing to say of what the platform brings."""

    content: Mapping[str, Any]
    name: str = ""
    origin_title: str = ""
    origin_tenant: str = ""
    picture: bytes | None = None


class Supplied(NamedTuple):
    """A template that comes with the platform."""

    name: str
    title: str
    summary: str
    content: Mapping[str, Any]


def supplied_templates() -> list[Supplied]:
    """The templates that come with the platform; a file that is no TOML is named in the log and left out."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except ValueError:
            log.exception("The template %s cannot be read.", path.name)
            continue
        content = {name: value for name, value in data.items() if name not in ("title", "summary")}
        found.append(Supplied(path.stem, str(data.get("title", path.stem)), str(data.get("summary", "")), content))
    return found


def source_of(tenant: Tenant, key: str) -> Source:
    """What a choice stands for: "empty", "supplied:NAME", "template:ID" or "procedure:SLUG". Raises Unknown."""
    kind, _sign, name = key.partition(":")
    if kind == "empty":
        return Source(EMPTY)
    if kind == "supplied":
        return _supplied(name)
    if kind == "template" and name.isascii() and name.isdigit() and len(name) < 19:
        template, owner = usable_template(tenant.id, int(name))
        return Source(template.content, template.title, template.title, owner or tenant.name)
    procedure = procedure_at(tenant.slug, name) if kind == "procedure" else None
    if procedure is None:
        raise Unknown
    return copy_of(procedure)


def _supplied(name: str) -> Source:
    found = next((entry for entry in supplied_templates() if entry.name == name), None)
    if found is None:
        raise Unknown
    return Source(found.content, found.title)


def copy_of(procedure: Procedure) -> Source:
    """A procedure with all its content and its picture, without people and what came in."""
    picture, tenant = picture_of(procedure.id), procedure.tenant.name
    return Source(dump(procedure), procedure.title, procedure.title, tenant, picture)


def make_procedure(
    tenant: Tenant,
    source: Source,
    *,
    slug: str = "",
    title: str = "",
    begins_on: date | None = None,
    actor_id: int | None = None,
) -> Loaded:
    """Make a procedure from a source, inside a transaction; without an address it gets one made from its title.

    Raises Invalid where the source is broken or newer than this platform; then nothing is half made.
    """
    picture = {"picture": source.picture} if source.picture is not None else {}
    return load(
        tenant,
        source.content,
        slug=slug or proposed_slug(tenant, title or source.name),
        title=title,
        begins_on=begins_on,
        actor_id=actor_id,
        origin_title=source.origin_title,
        origin_tenant=source.origin_tenant,
        **picture,
    )


def proposed_slug(tenant: Tenant, title: str) -> str:
    """An address made from a title that is still free at the authority."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(UMLAUTS))
    letters = "".join(sign if sign in LETTERS else " " for sign in plain if not unicodedata.combining(sign))
    stem = "-".join(excerpt(" ".join(letters.split()), SHORT).rstrip("…").split()) or "verfahren"
    query = select(Procedure.slug).where(Procedure.tenant_id == tenant.id, Procedure.slug.startswith(stem))
    taken = set(db.session.scalars(query)) | RESERVED
    numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbers) if slug not in taken)
