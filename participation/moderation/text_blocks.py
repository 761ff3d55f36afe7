"""Sentences an authority uses again and again, one or more for each reason; moderators write and use them."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.moderation.events import TextBlocksChanged
from participation.moderation.models import ReasonTemplate
from participation.moderation.reasons import REASONS, checked_note, checked_reason

MOST = 100  # in one authority


class TextBlock(NamedTuple):
    """A sentence with the name it is found by."""

    id: int
    reason: str
    title: str
    text: str


def text_blocks(tenant_id: int) -> list[TextBlock]:
    """All of an authority in the order of the reasons, then by title; one query."""
    T = ReasonTemplate  # noqa: N806
    rows = db.session.execute(select(T.id, T.reason, T.title, T.text).where(T.tenant_id == tenant_id))
    return sorted((TextBlock(*row) for row in rows), key=lambda row: (REASONS.index(row.reason), row.title, row.id))


def keep_text_block(
    tenant_id: int, number: int | None, *, reason: str, title: str, text: str, actor_id: int
) -> ReasonTemplate:
    """Write a new one, or change one. Raises Invalid, Unknown."""
    block = _block(tenant_id, number) if number else ReasonTemplate(tenant_id=tenant_id)
    if not number and _number_of(tenant_id) >= MOST:
        raise Invalid(_l("Mehr als %(most)s Textbausteine sind nicht möglich.", most=MOST), field="title")
    name = normalise_name(title)
    if not name or len(name) > 80:
        raise Invalid(_l("Bitte geben Sie einen Namen mit höchstens 80 Zeichen an."), field="title")
    block.reason, block.title = checked_reason(reason), name
    block.text = checked_note(text, "text", required=_l("Bitte schreiben Sie den Satz."))
    db.session.add(block)
    emit(TextBlocksChanged(tenant_id=tenant_id, actor_id=actor_id))
    return block


def _number_of(tenant_id: int) -> int:
    query = select(func.count()).select_from(ReasonTemplate).where(ReasonTemplate.tenant_id == tenant_id)
    return db.session.scalar(query) or 0


def remove_text_block(tenant_id: int, number: int, *, actor_id: int) -> None:
    """Throw one away; what was decided with it keeps its words. Raises Unknown."""
    db.session.delete(_block(tenant_id, number))
    emit(TextBlocksChanged(tenant_id=tenant_id, actor_id=actor_id))


def _block(tenant_id: int, number: int) -> ReasonTemplate:
    query = select(ReasonTemplate).where(ReasonTemplate.tenant_id == tenant_id, ReasonTemplate.id == number)
    found = db.session.scalar(query)
    if found is None:
        raise Unknown
    return found


def with_text_block(tenant_id: int, number: int | None, sentence: str) -> str:
    """What was typed, after the sentence that was chosen (where one was): how it is inserted without script."""
    if not number:
        return sentence
    block = _block(tenant_id, number)
    return sentence if block.text in sentence else f"{block.text} {sentence}".strip()
