"""Moving a contribution to its section or category, as a decision that is told to its author and can be taken back."""

import re
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from participation.contributions import placing
from participation.contributions.models import Anchor, Contribution
from participation.contributions.placement_models import Placement
from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.kernel.text import excerpt
from participation.moderation.acts import Seen, Verdict, carry_out, hold
from participation.moderation.events import PlaceCorrected
from participation.moderation.models import ModerationAct
from participation.procedures.models import Activity
from participation.registry import installed

MOVE = Verdict(act="move", states=("published", "pending", "hidden"), event=PlaceCorrected, settles=False)
CATEGORISE = replace(MOVE, act="categorise")
MOST = 30  # sections that are offered
EXCERPT = 160
PARAGRAPH = re.compile(r"^§\s*(\d+\s*[a-z]?)(.*)$")
ANCHOR = ("version_id", "node_key", "start", "end", "exact", "prefix", "suffix")
PLACEMENT = ("place", "fate", "passage", "by_hand")


class Section(NamedTuple):
    """A place that can be chosen: a section of the text, or a category."""

    key: str
    citation: str  # of a category there is none
    text: str  # its first words, or the title


def move(contribution: Contribution, place: str, *, actor_id: int, seen: Seen) -> ModerationAct:
    """Put a contribution, with the answers below it, at another place. Raises Invalid, Conflict."""
    verdict = CATEGORISE if has_categories(contribution) else MOVE
    hold(contribution, seen, verdict)
    before = {"anchor": _anchor(contribution.id), "placements": _placements(contribution)}
    stood = placing.move(contribution, place, actor_id=actor_id)
    act = carry_out([contribution], verdict, actor_id=actor_id)[0]
    act.details = {"place": place, "place_before": stood, **before}
    return act


def put_back_moved(act: ModerationAct, contribution: Contribution, actor_id: int | None) -> bool:
    """Take a moving back; whether the comment still stood where it had been put."""
    if contribution.place != act.details["place"] or contribution.state != act.before:
        return False
    placing.move_back(contribution, act.details["place_before"], actor_id=actor_id)  # type: ignore[arg-type]
    _put_back(Anchor, ANCHOR, act.details["anchor"])
    _put_back(Placement, PLACEMENT, act.details["placements"])
    return True


def _anchor(contribution_id: int) -> dict[str, list[Any]]:
    query = select(Anchor).where(Anchor.contribution_id == contribution_id)
    return {str(row.id): [getattr(row, name) for name in ANCHOR] for row in db.session.scalars(query)}


def _placements(contribution: Contribution) -> dict[str, list[Any]]:
    """What was noted about the whole thread, by number of the row."""
    thread = or_(Contribution.id == contribution.id, Contribution.root_id == contribution.id)
    query = select(Placement).join(Contribution, Contribution.id == Placement.contribution_id).where(thread)
    return {str(row.id): [getattr(row, name) for name in PLACEMENT] for row in db.session.scalars(query)}


def _put_back(model: type[Any], names: tuple[str, ...], kept: dict[str, list[Any]]) -> None:
    query = select(model).where(model.id.in_([int(number) for number in kept]))
    for row in db.session.scalars(query.execution_options(populate_existing=True)):
        for name, value in zip(names, kept[str(row.id)], strict=True):
            setattr(row, name, value)


def has_categories(contribution: Contribution) -> bool:
    """Whether the place of a contribution is a category."""
    kind = installed().contribution_type(contribution.type)
    return kind is not None and kind.categories is not None


def places(contribution: Contribution, words: str) -> list[Section]:
    """Where it could be moved: the other categories; or the sections that are cited so, or hold the words."""
    kind = installed().contribution_type(contribution.type)
    if kind is None or kind.categories is None:
        return sections(contribution, words)
    titles = kind.categories(db.session.get_one(Activity, contribution.activity_id))
    return [Section(key, "", title) for key, title in titles.items() if key != contribution.place]


def sections(contribution: Contribution, words: str) -> list[Section]:
    """The places of the public text it belongs to that are cited so, or hold the words; in order, at most 30."""
    activity = db.session.get_one(Activity, contribution.activity_id)
    document = db.session.get(Document, activity.settings.get("document_id") or 0)
    wanted = " ".join(words.split())
    if document is None or document.current_version_id is None or not wanted:
        return []
    query = select(Node.key, Node.citation, Node.text).where(Node.version_id == document.current_version_id)
    cited = PARAGRAPH.match(wanted)
    found = query.where(_is_cited(f"§ {cited[1].strip()}{cited[2]}") if cited else _holds(wanted))
    rows = db.session.execute(found.order_by(Node.position).limit(MOST))
    return [Section(key, citation, excerpt(text, EXCERPT)) for key, citation, text in rows]


def _is_cited(citation: str) -> ColumnElement[bool]:
    return or_(Node.citation == citation, Node.citation.startswith(f"{citation} ", autoescape=True))


def _holds(words: str) -> ColumnElement[bool]:
    lower = func.lower(Node.text).contains(words.lower(), autoescape=True)
    return or_(lower, Node.text.contains(words, autoescape=True), Node.citation == words, Node.label == words)
