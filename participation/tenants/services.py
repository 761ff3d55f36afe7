"""Setting authorities up."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.images import shrink
from participation.kernel.refusal import Invalid
from participation.kernel.text import render_rich
from participation.kernel.versions import raise_version
from participation.tenants.colours import is_colour
from participation.tenants.models import LEGAL_PAGES, LegalPage, Tenant

SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")
RESERVED = {"en", "api", "static", "healthz", "readyz", "metrics"}
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


def change_tenant(tenant: Tenant, *, actor_id: int | None = None, **values: Any) -> None:
    """Change name, look, host or contact. Raises Invalid for a bad colour or a host that is taken."""
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


def set_logo(tenant: Tenant, data: bytes, alternative: str, *, actor_id: int | None = None) -> None:
    """Take over a logo: decoded, shrunk, without metadata. Raises FileRefused."""
    tenant.logo, tenant.logo_alt = shrink(data, longest=480).data, alternative
    tenant.logo_hash = hashlib.sha256(tenant.logo).hexdigest()[:12]
    _has_changed(tenant, actor_id)


def switch_modules(tenant: Tenant, names: list[str], *, actor_id: int | None = None) -> None:
    """Say which modules managers may place in new procedures; what runs already is not touched."""
    tenant.modules = sorted(set(names))
    _has_changed(tenant, actor_id)


def write_legal_page(tenant: Tenant | None, key: str, source: str, *, actor_id: int | None = None) -> None:
    """Write an imprint, privacy notice, …; without a tenant for the portal over all. Raises Invalid."""
    if key not in LEGAL_PAGES:
        raise Invalid(_l("Diese Seite gibt es nicht."), field="key")
    tenant_id = tenant.id if tenant else None
    page = db.session.scalar(select(LegalPage).where(LegalPage.tenant_id == tenant_id, LegalPage.key == key))
    if page is None:
        page = LegalPage(tenant_id=tenant_id, key=key)
        db.session.add(page)
    page.source, page.html = source, render_rich(source)
    if tenant is None:
        raise_version("installation")
    else:
        _has_changed(tenant, actor_id)


def _has_changed(tenant: Tenant, actor_id: int | None) -> None:
    db.session.flush()
    raise_version(f"tenant:{tenant.id}")
    raise_version("installation")
    emit(TenantChanged(tenant_id=tenant.id, actor_id=actor_id))
