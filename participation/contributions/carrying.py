"""A new version of a text goes public, and every contribution goes along: carried over, moved, or honestly orphaned.

What became of each is a row of `placement`; `contribution.place` is where it stands now. An orphan stands at a place
that no node has, so that nobody takes it for a comment on what has the same number today.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, delete, func, insert, select, update

from participation.contributions.models import Anchor, Contribution, Draft, PlaceCount
from participation.contributions.placement_models import Placement
from participation.contributions.reply_counts import SHOWN
from participation.documents.anchors import Passage, passage_at
from participation.documents.carrying import Carrier, Fate, Landing
from participation.documents.drafting import DraftConflict, draft_of
from participation.documents.events import DraftPublished
from participation.documents.matching import stored
from participation.documents.models import Document, DocumentVersion, Node
from participation.documents.parts import Part, parts_of
from participation.documents.queries import nodes
from participation.documents.versions import activities_of
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Delivery, emit
from participation.kernel.refusal import Refused
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Procedure
from participation.procedures.phases import check_documents_may_change, check_not_over

C = Contribution
NOWHERE = Landing(Fate.ORPHANED, None)
ORPHAN = "gone:"  # before the number of the version and the key: no key of a node has a colon


class Fates(NamedTuple):
    """How many contributions are carried over, moved, orphaned."""

    carried: int = 0
    moved: int = 0
    orphaned: int = 0


class Orphan(NamedTuple):
    """A contribution whose passage is gone."""

    reference: str
    citation: str
    quote: str | None
    text: str


@dataclass(frozen=True)
class _Plan:
    """What publishing will do to contributions."""

    placements: list[dict[str, Any]]
    anchors: list[dict[str, Any]]

    def fates(self) -> Fates:
        """How many of each."""
        found = [row["fate"] for row in self.placements]
        return Fates(*(found.count(fate) for fate in Fates._fields))


def preview(document: Document, procedure: Procedure) -> tuple[Fates, list[Orphan]]:
    """What publishing the version in preparation would do: how many of each fate, and the orphans; changes nothing."""
    draft = draft_of(document)
    if draft is None:
        return Fates(), []
    plan = _plan(document, draft, activities_of(document, procedure))
    lost = [row["contribution_id"] for row in plan.placements if row["fate"] == Fate.ORPHANED]
    return plan.fates(), _orphans(document.current_version_id or 0, lost)


def publish(document: Document, procedure: Procedure, *, revision: int, actor_id: int | None) -> Fates:
    """Make the version in preparation the one that is read, and give every contribution its place in it.

    Raises Refused while a statutory period runs, DraftConflict unless the draft is at this revision. A handful of
    statements, however many contributions there are; texts, times and numbers of contributions stay as they are.
    """
    check_not_over(procedure)
    check_documents_may_change(procedure)
    draft = draft_of(document, lock=True)
    if draft is None or draft.revision != revision:
        raise DraftConflict
    if draft.before_id != document.current_version_id:
        raise Refused(_l("Der Text wurde inzwischen ersetzt. Bitte beginnen Sie die neue Fassung noch einmal."))
    activities = activities_of(document, procedure)
    plan = _plan(document, draft, activities)
    _write(plan, draft, activities)
    _move_drafts(document, draft, activities)
    document.current_version_id, document.draft_version_id = draft.id, None
    draft.published_at = now()
    document.title = _title_of(draft.id) or document.title
    raise_version(f"procedure:{document.procedure_id}")
    emit(
        DraftPublished(
            tenant_id=document.tenant_id,
            procedure_id=document.procedure_id,
            actor_id=actor_id,
            document_id=document.id,
            version_id=draft.id,
        )
    )
    return plan.fates()


def carry_late(delivery: Delivery) -> None:
    """Contributions that came in at the very moment of publishing: they get their place now, once."""
    version = db.session.get(DocumentVersion, delivery.event.version_id)
    document = db.session.get(Document, delivery.event.document_id)
    if version is None or document is None or document.current_version_id != version.id:
        return
    query = select(Activity).where(Activity.procedure_id == document.procedure_id)
    activities = [entry for entry in db.session.scalars(query) if entry.settings.get("document_id") == document.id]
    known = select(Placement.contribution_id).where(Placement.version_id == version.id)
    late = C.id.not_in(known), C.created_at < version.published_at
    plan = _plan(document, version, activities, *late, before_id=version.before_id)
    if plan.placements:
        _write(plan, version, activities)
        raise_version(f"procedure:{document.procedure_id}")


def _plan(
    document: Document,
    draft: DocumentVersion,
    activities: Sequence[Activity],
    *which: Any,
    before_id: int | None = None,
) -> _Plan:
    """Where each contribution with a place goes; what stands at the same place on the same words is looked up once."""
    old, carrier = _carrier(before_id or document.current_version_id or 0, draft.id)
    land = lru_cache(maxsize=None)(carrier.land)
    placements, anchors = [], []
    firsts: dict[int, Landing] = {}  # answers go along with the first comment of their thread
    for row in _placed(activities, *which):
        passage = Passage(row.start, row.end, row.exact, row.prefix, row.suffix) if row.exact else None
        landing = firsts.get(row.root_id) or (land(row.place, passage) if row.place in old else NOWHERE)
        firsts[row.id] = landing
        placements.append(_placement(row, landing, draft, has_passage=passage is None or landing.span is not None))
        if row.anchor_id is not None and landing.span is not None:
            anchors.append({"id": row.anchor_id, "version_id": draft.id} | _anchored(landing))
    return _Plan(placements, anchors)


def _carrier(before_id: int, version_id: int) -> tuple[dict[str, Part], Carrier]:
    old, new = parts_of(nodes(before_id)), parts_of(nodes(version_id))
    query = select(Node.key, Node.before).where(Node.version_id == version_id, Node.before != "")
    matching = stored({row.key: row.before for row in db.session.execute(query)})
    return {part.key: part for part in old}, Carrier(old, new, matching)


def _placed(activities: Sequence[Activity], *which: Any) -> Iterable[Row[Any]]:
    columns = (C.id, C.root_id, C.tenant_id, C.place, Anchor.id.label("anchor_id"), Anchor.start, Anchor.end)
    query = (
        select(*columns, Anchor.exact, Anchor.prefix, Anchor.suffix)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .where(C.activity_id.in_([entry.id for entry in activities]), C.place != "", *which)
        .order_by(C.id)
    )
    return db.session.execute(query)


def _placement(row: Row[Any], landing: Landing, draft: DocumentVersion, *, has_passage: bool) -> dict[str, Any]:
    gone = row.place if row.place.startswith(ORPHAN) else f"{ORPHAN}{draft.number - 1}:{row.place}"
    return {
        "tenant_id": row.tenant_id,
        "contribution_id": row.id,
        "version_id": draft.id,
        "place_before": row.place,
        "place": landing.part.key if landing.part else gone,
        "fate": landing.fate.value,
        "passage": has_passage,
        "by_hand": False,
    }


def _anchored(landing: Landing) -> dict[str, Any]:
    assert landing.part is not None
    assert landing.span is not None
    found = passage_at(landing.part.text, landing.span.start, landing.span.end)
    return {"node_key": landing.part.key, **vars(found)}


def _write(plan: _Plan, draft: DocumentVersion, activities: Sequence[Activity]) -> None:
    """Placements, places, passages, counts: each for all contributions at once."""
    quiet = {"synchronize_session": False}
    if plan.placements:
        db.session.execute(insert(Placement), plan.placements)
    here = Placement.version_id == draft.id
    place = select(Placement.place).where(here, Placement.contribution_id == C.id).scalar_subquery()
    moved = select(Placement.contribution_id).where(here, Placement.place != Placement.place_before)
    db.session.execute(update(C).where(C.id.in_(moved)).values(place=place), execution_options=quiet)
    if plan.anchors:
        db.session.execute(update(Anchor), plan.anchors)
    ids = [entry.id for entry in activities]
    counts = delete(PlaceCount).where(PlaceCount.activity_id.in_(ids), PlaceCount.place != "*")
    db.session.execute(counts, execution_options=quiet)
    shown = (
        select(C.tenant_id, C.activity_id, C.place, func.count())
        .where(C.activity_id.in_(ids), C.state.in_(SHOWN))
        .group_by(C.tenant_id, C.activity_id, C.place)
    )
    columns = ["tenant_id", "activity_id", "place", "shown"]
    db.session.execute(insert(PlaceCount).from_select(columns, shown, include_defaults=False))
    db.session.expire_all()


def _move_drafts(document: Document, draft: DocumentVersion, activities: Sequence[Activity]) -> None:
    """What people typed and did not send goes along too; where its place is gone, to the text as a whole."""
    ids = [entry.id for entry in activities]
    typed = select(Draft.id, Draft.place).where(
        Draft.activity_id.in_(ids), Draft.place != "", Draft.parent_id.is_(None)
    )
    found = db.session.execute(typed).all()
    if not found:
        return
    old, carrier = _carrier(document.current_version_id or 0, draft.id)
    landed = {place: carrier.land(place).part for place in {row.place for row in found} & old.keys()}
    rows = [{"id": row.id, "place": part.key if (part := landed.get(row.place)) else ""} for row in found]
    db.session.execute(update(Draft), rows)


def _title_of(version_id: int) -> str | None:
    return db.session.scalar(select(Node.text).where(Node.version_id == version_id, Node.position == 0))


def _orphans(version_id: int, ids: Sequence[int]) -> list[Orphan]:
    """The contributions that would lose their place, as they are cited now; the first 200."""
    query = (
        select(C.reference, Node.citation, Anchor.exact, C.source)
        .outerjoin(Node, (Node.version_id == version_id) & (Node.key == C.place))
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .where(C.id.in_(ids[:200]))
        .order_by(Node.position, C.id)
    )
    return [Orphan(reference, cited or "", quote, text) for reference, cited, quote, text in db.session.execute(query)]
