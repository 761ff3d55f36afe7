"""What changed in the text because of an answer: the passage before and after."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from participation.documents.models import Document, DocumentVersion, Node
from participation.evaluation.case_models import ChangeCause
from participation.kernel.db import db

V, D = DocumentVersion, Document


def changes_of(response_ids: Collection[int], *, public: bool) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Passages (before, after) by answer; one query, none for none. `public`: only of versions everybody can read."""
    if not response_ids:
        return {}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for response_id, before, after in db.session.execute(_query(response_ids, public=public)):
        if (before or "") != (after or ""):
            found[response_id].append((before or "", after or ""))
    return found


def _query(response_ids: Collection[int], *, public: bool) -> Any:
    new, old, earlier, prior = aliased(Node), aliased(Node), aliased(V), aliased(V)
    before = select(func.max(prior.number)).where(prior.document_id == V.document_id, prior.number < V.number)
    before = before.where(prior.published_at.is_not(None)).correlate(V)  # what nobody could read is no text before
    query = (
        select(ChangeCause.response_id, old.text, new.text)
        .join(V, V.id == ChangeCause.version_id)
        .join(D, D.id == V.document_id)
        .outerjoin(new, and_(new.version_id == V.id, new.key == ChangeCause.node_key))
        .outerjoin(earlier, and_(earlier.document_id == V.document_id, earlier.number == before.scalar_subquery()))
        .outerjoin(old, and_(old.version_id == earlier.id, old.key == ChangeCause.node_key))
        .where(ChangeCause.response_id.in_(response_ids))
        .order_by(ChangeCause.response_id, ChangeCause.id)
    )
    if public:
        query = query.where(or_(V.published_at.is_not(None), V.id == D.current_version_id))
    return query
