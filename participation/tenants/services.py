"""Setting authorities up."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.holidays import STATES
from participation.kernel.images import shrink
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import render_rich
from participation.kernel.versions import raise_version
from participation.tenants.colours import is_colour
from participation.tenants.models import LEGAL_PAGES, LegalPage, Tenant

SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")
RESERVED = {"en", "api", "static", "healthz", "readyz", "metrics"}
MOST_LEAD_DAYS = 90
CHANGEABLE = {"name", "short_name", "kind", "claim", "host", "colour", "logo_alt", "contact_email", "address"}


@dataclass(frozen=True, kw_only=True)
class TenantChanged(Event):
    """An authority was set up, or its look, pages or modules were changed."""

    name: ClassVar[str] = "tenants.tenant_changed"


def create_tenant(*, slug: str, name: str, contact_email: str, **values: Any) -> Tenant:
    """Set an authority up. Raises Invalid for a bad or taken address."""
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise Invalid(_l("Die Adresse besteht aus Kleinbuchstaben, Ziffern und Bindestrichen."), field="slug")
    if db.session.scalar(select(Tenant.id).where(Tenant.slug == slug)) is not None:
        raise Invalid(_l("Diese Adresse ist schon vergeben."), field="slug")
    tenant = Tenant(slug=slug, name=name, contact_email=contact_email)
    db.session.add(tenant)
    db.session.flush()
    change_tenant(tenant, **values)
    return tenant


def change_tenant(tenant: Tenant, *, actor_id: int | None = None, seen: str | None = None, **values: Any) -> None:
    """Change name, look, host or contact. Raises Invalid for a bad colour or a host that is taken.

    `seen` is the `look_mark` of what was changed: raises Conflict where somebody changed it since.
    """
    if seen is not None:
        db.session.refresh(tenant, with_for_update=True)
        if seen != look_mark(tenant):
            raise Conflict(_l("Jemand anderes hat diese Angaben inzwischen geändert. Ihre stehen noch in den Feldern."))
    if unknown := set(values) - CHANGEABLE:
        raise TypeError(f"A tenant has no {', '.join(sorted(unknown))} that could be set.")
    if not is_colour(values.get("colour", tenant.colour or "#00538a")):
        raise Invalid(_l("Bitte schreiben Sie die Farbe so: #00538a"), field="colour")
    host = values.get("host")
    if host and db.session.scalar(select(Tenant.id).where(Tenant.host == host.lower(), Tenant.id != tenant.id)):
        raise Invalid(_l("Dieser Hostname gehört schon einer anderen Behörde."), field="host")
    for name, value in values.items():
        setattr(tenant, name, value.lower() if name == "host" and value else value)
    _has_changed(tenant, actor_id)


def shrunk_logo(data: bytes) -> bytes:
    """A picture as a logo is kept: small, without metadata. Takes its time, so before a write. Raises FileRefused."""
    return shrink(data, longest=480).data


def set_logo(tenant: Tenant, picture: bytes, alternative: str, *, actor_id: int | None = None) -> None:
    """Take over a logo that `shrunk_logo` made."""
    tenant.logo, tenant.logo_alt = picture, alternative
    tenant.logo_hash = hashlib.sha256(tenant.logo).hexdigest()[:12]
    _has_changed(tenant, actor_id)


def switch_modules(tenant: Tenant, names: list[str], *, actor_id: int | None = None) -> None:
    """Say which modules managers may place in new procedures; what runs already is not touched."""
    tenant.modules = sorted(set(names))
    _has_changed(tenant, actor_id)


def set_planning(
    tenant: Tenant, *, federal_state: str, announcement_lead_days: int, actor_id: int | None = None
) -> None:
    """Say what schedules are measured by: whose holidays count ("": those of all), and how early to announce."""
    if federal_state not in ("", *STATES):
        raise Invalid(_l("Bitte wählen Sie ein Land aus der Liste."), field="federal_state")
    if not 0 <= announcement_lead_days <= MOST_LEAD_DAYS:
        raise Invalid(_l("Bitte geben Sie eine Zahl von 0 bis 90 an."), field="announcement_lead_days")
    planning = {"federal_state": federal_state, "announcement_lead_days": announcement_lead_days}
    change_settings(tenant, planning, actor_id=actor_id)


def change_settings(tenant: Tenant, values: dict[str, Any], *, actor_id: int | None = None) -> None:
    """Keep checked settings under their names beside the others."""
    tenant.settings = tenant.settings | values
    _has_changed(tenant, actor_id)


def write_legal_page(
    tenant: Tenant | None, key: str, source: str, *, seen: str | None = None, actor_id: int | None = None
) -> None:
    """Write an imprint, privacy notice, …; without a tenant for the portal over all. Raises Invalid.

    `seen` is the `text_mark` of the text that was changed: raises Conflict where somebody wrote another one since.
    """
    if key not in LEGAL_PAGES:
        raise Invalid(_l("Diese Seite gibt es nicht."), field="key")
    if not source.strip():
        raise Invalid(_l("Bitte schreiben Sie einen Text."), field="source")
    tenant_id = tenant.id if tenant else None
    db.session.scalar(select(Tenant.id).where(Tenant.id == tenant_id).with_for_update())  # one after the other
    query = select(LegalPage).where(LegalPage.tenant_id == tenant_id, LegalPage.key == key)
    page = db.session.scalar(query.execution_options(populate_existing=True))
    if seen is not None and seen != text_mark(page.source if page else ""):
        raise Conflict(_l("Jemand anderes hat diese Seite inzwischen geändert. Ihr Text steht noch im Feld."))
    if page is None:
        page = LegalPage(tenant_id=tenant_id, key=key)
        db.session.add(page)
    page.source, page.html = source, render_rich(source)
    if tenant is None:
        raise_version("installation")
    else:
        _has_changed(tenant, actor_id)


def text_mark(source: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def look_mark(tenant: Tenant) -> str:
    """What tells one state of the values of `change_tenant` from another."""
    return text_mark("\n".join(f"{name}={getattr(tenant, name)}" for name in sorted(CHANGEABLE)))


def _has_changed(tenant: Tenant, actor_id: int | None) -> None:
    db.session.flush()
    raise_version(f"tenant:{tenant.id}")
    raise_version("installation")
    emit(TenantChanged(tenant_id=tenant.id, actor_id=actor_id))
