"""Where a reply stands in its thread: below what it answers, in the order in which answers came."""

from typing import Any, Final

from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.kernel.db import db

DEEPEST: Final = 250  # levels: further down answers stand side by side, for an index takes no path of any length
STEP: Final = len("000001.")


def below(parent: Contribution | None) -> dict[str, Any]:
    """The place of a new reply; it answers `parent`, however deep that stands."""
    if parent is None:
        return {}
    parent.children += 1
    over = parent
    if parent.depth >= DEEPEST:
        over = _above(parent)
        over.children += 1
    return {
        "parent_id": parent.id,
        "root_id": parent.root_id or parent.id,
        "depth": over.depth + 1,
        "number": over.children,
        "path": f"{over.path}{over.children:06d}.",
    }


def _above(deepest: Contribution) -> Contribution:
    """The one that all answers on the deepest level stand below, locked."""
    same = Contribution.root_id == deepest.root_id
    query = select(Contribution).where(same, Contribution.path == deepest.path[:-STEP]).with_for_update()
    return db.session.scalars(query).one()
