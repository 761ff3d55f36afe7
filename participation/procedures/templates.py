"""Templates of an authority: kept from a procedure, shared with other authorities, taken over from them."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.text import normalise, normalise_name
from participation.procedures.content import dump
from participation.procedures.content_format import checked
from participation.procedures.events import TemplateKept, TemplateRemoved, TemplateShared
from participation.procedures.models import Procedure, ProcedureTemplate
from participation.tenants.models import Tenant

Columns = Select[int, str, str, bool, str, str, int | None]
OWN_WORDS = ("contact", "deciders", "picture_alt")  # true of one procedure only, or naming people: never handed on


class TemplateRow(NamedTuple):
    """A template as lists show it; `tenant` is whose it is, `origin` where that authority has it from."""

    id: int
    title: str
    summary: str
    shared: bool
    tenant: str
    origin: str
    origin_id: int | None


def keep_template(
    procedure: Procedure, *, title: str, summary: str = "", actor_id: int | None = None
) -> ProcedureTemplate:
    """Keep the content of a procedure as a template of its authority, without contact and without a picture.

    Raises Invalid without a title.
    """
    content = dump(procedure)
    content["facts"] = {name: value for name, value in content["facts"].items() if name not in OWN_WORDS}
    return _kept(
        procedure.tenant_id,
        title=title,
        summary=summary,
        content=content,
        origin_title=procedure.origin_title,
        origin_tenant=procedure.origin_tenant,
        actor_id=actor_id,
    )


def _kept(tenant_id: int, *, title: str, summary: str, actor_id: int | None, **values: Any) -> ProcedureTemplate:
    name = normalise_name(title)
    if not name:
        raise Invalid(_l("Bitte geben Sie der Vorlage einen Namen."), field="title")
    template = ProcedureTemplate(
        tenant_id=tenant_id, title=name, summary=normalise(summary), created_at=now(), **values
    )
    db.session.add(template)
    db.session.flush()
    emit(TemplateKept(tenant_id=tenant_id, template_id=template.id, origin_id=template.origin_id, actor_id=actor_id))
    return template


def share_template(template: ProcedureTemplate, shared: bool, *, actor_id: int | None = None) -> None:
    """Offer a template to other authorities, or end that; what they have taken over stays theirs."""
    template.shared = shared
    emit(TemplateShared(tenant_id=template.tenant_id, template_id=template.id, shared=shared, actor_id=actor_id))


def take_template(tenant: Tenant, template_id: int, *, actor_id: int | None = None) -> ProcedureTemplate:
    """Take a shared template over as an own one, with its origin kept.

    Raises Unknown where it is not shared (any more), Invalid where it was taken over before or is newer than this
    platform.
    """
    found = db.session.get(ProcedureTemplate, template_id)
    if found is None or not found.shared or found.tenant_id == tenant.id:
        raise Unknown
    mine = select(ProcedureTemplate.id).where(
        ProcedureTemplate.tenant_id == tenant.id, ProcedureTemplate.origin_id == found.id
    )
    if db.session.scalar(mine) is not None:
        raise Invalid(_l("Sie haben diese Vorlage schon übernommen. Sie steht bei Ihren Vorlagen."))
    checked(found.content)
    return _kept(
        tenant.id,
        title=found.title,
        summary=found.summary,
        content=found.content,
        origin_title=found.title,
        origin_tenant=found.origin_tenant or _name_of(found.tenant_id),
        origin_id=found.id,
        actor_id=actor_id,
    )


def remove_template(template: ProcedureTemplate, *, actor_id: int | None = None) -> None:
    """Remove a template; procedures made from it and copies other authorities hold stay as they are."""
    emit(TemplateRemoved(tenant_id=template.tenant_id, template_id=template.id, actor_id=actor_id))
    db.session.delete(template)


def template_at(tenant_id: int, template_id: int) -> ProcedureTemplate:
    """A template of this authority. Raises Unknown."""
    found = db.session.get(ProcedureTemplate, template_id)
    if found is None or found.tenant_id != tenant_id:
        raise Unknown
    return found


def usable_template(tenant_id: int, template_id: int) -> tuple[ProcedureTemplate, str]:
    """A template that this authority may begin with, its own or a shared one, and whose it is. Raises Unknown."""
    found = db.session.get(ProcedureTemplate, template_id)
    if found is None or not (found.shared or found.tenant_id == tenant_id):
        raise Unknown
    return found, found.origin_tenant or (_name_of(found.tenant_id) if found.tenant_id != tenant_id else "")


def own_templates(tenant_id: int) -> list[TemplateRow]:
    """The templates of an authority, newest first."""
    return _rows(_columns().where(ProcedureTemplate.tenant_id == tenant_id))


def shared_templates(tenant_id: int) -> list[TemplateRow]:
    """What other authorities share and this one has not taken over yet, newest first."""
    mine = select(ProcedureTemplate.origin_id).where(
        ProcedureTemplate.tenant_id == tenant_id, ProcedureTemplate.origin_id.is_not(None)
    )
    others = (ProcedureTemplate.tenant_id != tenant_id, ProcedureTemplate.shared)
    return _rows(_columns().where(*others, ProcedureTemplate.id.not_in(mine)))


def _columns() -> Columns:
    t = ProcedureTemplate
    columns = (t.id, t.title, t.summary, t.shared, Tenant.name, t.origin_tenant, t.origin_id)
    return select(*columns).join(Tenant, Tenant.id == t.tenant_id).order_by(t.id.desc())


def _rows(query: Columns) -> list[TemplateRow]:
    return [TemplateRow(*row) for row in db.session.execute(query)]


def _name_of(tenant_id: int) -> str:
    return db.session.scalar(select(Tenant.name).where(Tenant.id == tenant_id)) or ""
