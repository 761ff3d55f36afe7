"""Words an authority uses again and again in its reasons; case workers write them and put them into answers."""

from collections.abc import Collection
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.evaluation.case_models import AnswerBlock, Keyword
from participation.evaluation.decisions import DECISIONS
from participation.evaluation.events import AnswerBlocksChanged
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise, normalise_name

MOST = 200  # in one authority
LONGEST_TITLE, LONGEST = 80, 5_000  # characters


class Block(NamedTuple):
    """A text block with the name it is found by."""

    id: int
    title: str
    decision: str  # "" = fits any
    source: str
    suggested: bool = False  # a keyword of what is answered brings it


def answer_blocks(tenant_id: int, keyword_ids: Collection[int] = ()) -> list[Block]:
    """All of an authority, those that these keywords bring first, then by title; one query."""
    brought = select(Keyword.id).where(Keyword.block_id == AnswerBlock.id, Keyword.id.in_(keyword_ids)).exists()
    rows = db.session.execute(
        select(AnswerBlock.id, AnswerBlock.title, AnswerBlock.decision, AnswerBlock.source, brought).where(
            AnswerBlock.tenant_id == tenant_id
        )
    )
    found = [Block(id_, title, decision, source, bool(is_brought)) for id_, title, decision, source, is_brought in rows]
    return sorted(found, key=lambda block: (not block.suggested, block.title.casefold(), block.id))


def keep_answer_block(
    tenant_id: int, number: int | None, *, title: str, source: str, decision: str = "", actor_id: int | None
) -> AnswerBlock:
    """Write a new one, or change one. Raises Invalid, Conflict (the name is taken), Unknown."""
    block = block_of(tenant_id, number) if number else AnswerBlock(tenant_id=tenant_id)
    if not number and _number_of(tenant_id) >= MOST:
        raise Invalid(_l("Mehr als %(most)s Textbausteine sind nicht möglich.", most=MOST), field="title")
    name, words = normalise_name(title), normalise(source).strip()
    if not name or len(name) > LONGEST_TITLE:
        raise Invalid(_l("Bitte geben Sie einen Namen mit höchstens 80 Zeichen an."), field="title")
    if not words or len(words) > LONGEST:
        raise Invalid(
            _l("Bitte schreiben Sie einen Text mit höchstens %(most)s Zeichen.", most=LONGEST), field="source"
        )
    if decision and decision not in DECISIONS:
        raise Invalid(_l("Bitte wählen Sie eine Entscheidung."), field="decision")
    taken = select(AnswerBlock.id).where(AnswerBlock.tenant_id == tenant_id, AnswerBlock.title == name)
    if db.session.scalar(taken.where(AnswerBlock.id != (number or 0))) is not None:
        raise Invalid(_l("Es gibt schon einen Textbaustein mit diesem Namen."), field="title")
    block.title, block.source, block.decision = name, words, decision
    db.session.add(block)
    db.session.flush()
    emit(AnswerBlocksChanged(tenant_id=tenant_id, actor_id=actor_id, block_id=block.id))
    return block


def remove_answer_block(tenant_id: int, number: int, *, actor_id: int | None) -> None:
    """Throw one away; answers keep its words, keywords lose it. Raises Unknown."""
    block = block_of(tenant_id, number)
    emit(AnswerBlocksChanged(tenant_id=tenant_id, actor_id=actor_id, block_id=block.id))
    db.session.delete(block)


def block_of(tenant_id: int, number: int) -> AnswerBlock:
    """A text block of an authority by its number. Raises Unknown."""
    query = select(AnswerBlock).where(AnswerBlock.tenant_id == tenant_id, AnswerBlock.id == number)
    found = db.session.scalar(query) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found


def with_block(block: AnswerBlock, source: str) -> str:
    """What was typed, and the text block below it: how it is inserted without script."""
    typed = source.rstrip()
    if block.source in typed:
        return typed
    return f"{typed}\n\n{block.source}" if typed else block.source


def block_named(tenant_id: int, title: str) -> AnswerBlock:
    """A text block by its name. Raises Conflict where there is none."""
    query = select(AnswerBlock).where(AnswerBlock.tenant_id == tenant_id, AnswerBlock.title == normalise_name(title))
    found = db.session.scalar(query)
    if found is None:
        raise Conflict(_l("Es gibt keinen Textbaustein „%(title)s“.", title=title))
    return found


def _number_of(tenant_id: int) -> int:
    query = select(func.count()).select_from(AnswerBlock).where(AnswerBlock.tenant_id == tenant_id)
    return db.session.scalar(query) or 0
