"""Changing the facts of a procedure, and who changed them last: two people never overwrite each other."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise_name
from participation.procedures.lifecycle import INTERNAL
from participation.procedures.models import Procedure
from participation.procedures.queries import stage_of
from participation.procedures.services import change_procedure, lock

FACTS = (
    "title", "summary", "description", "topic", "area", "level", "fixed", "changeable", "deciders", "decision_on",
    "answers_by", "contact", "legal_basis", "announced_on", "retained_until", "contact_days", "visible_to", "practice",
)  # fmt: skip
PROMISED = ("level", "visible_to", "practice", "announced_on")  # people rely on them from the announcement on
FROZEN = _l("Das steht seit der Ankündigung fest. Menschen verlassen sich darauf.")


def frozen_facts(procedure: Procedure) -> tuple[str, ...]:
    """The facts that cannot be changed any more, because the procedure was announced."""
    return () if stage_of(procedure) in INTERNAL else PROMISED


def change_facts(procedure: Procedure, version: int, values: Mapping[str, Any], *, actor_id: int | None = None) -> None:
    """Change facts that were shown in state `version`. Raises Conflict when somebody else changed them since, Invalid
    without a title or where something is frozen.
    """
    lock(procedure, version)
    changed = {name: value for name, value in values.items() if name in FACTS and value != getattr(procedure, name)}
    for name in frozen_facts(procedure):
        if name in changed:
            raise Invalid(FROZEN, field=name)
    if "title" in changed:
        changed["title"] = normalise_name(changed["title"])
        if not changed["title"]:
            raise Invalid(_l("Geben Sie dem Verfahren einen Titel."), field="title")
    if changed:
        change_procedure(procedure, actor_id=actor_id, **changed)


def change_picture(
    procedure: Procedure, picture: bytes | None, alternative: str, *, remove: bool = False, actor_id: int | None = None
) -> None:
    """Set the picture (made by `images.shrink`) and its description, or take both away. Raises Invalid."""
    if remove:
        change_procedure(procedure, picture=None, picture_alt="", actor_id=actor_id)
        return
    words = normalise_name(alternative)
    if picture is None and not procedure.has_picture:
        raise Invalid(_l("Bitte wählen Sie zuerst ein Bild aus."), field="picture")
    if not words:
        raise Invalid(_l("Beschreiben Sie das Bild für Menschen, die es nicht sehen."), field="picture_alt")
    given = {"picture": picture} if picture is not None else {}
    change_procedure(procedure, picture_alt=words, actor_id=actor_id, **given)


def last_editor(procedure_id: int) -> str:
    """The name of whoever changed the procedure last; empty where it was nobody, or somebody erased."""
    query = select(Person.display_name).join(EventRow, EventRow.actor_id == Person.id)
    query = query.where(EventRow.procedure_id == procedure_id, EventRow.name.startswith("procedures."))
    return db.session.scalar(query.order_by(EventRow.id.desc()).limit(1)) or ""


def mark_of(value: Any) -> str:
    """A short sign of a value, to tell later whether somebody changed it."""
    return hashlib.sha256(str(value or "").encode()).hexdigest()[:8]
