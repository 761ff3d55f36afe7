"""Taking a plan over: ideas with categories, places and imported sums, then the answers level by level.

All of it in the transaction of the caller, some statements for a thousand rows. Nobody who takes part is told; what
stands in the category of a department is theirs once the worker has seen the event.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from modules.ideas.actions import SUBMIT
from modules.ideas.importing.checking import Answer, Said
from modules.ideas.importing.plan import ANSWERS, IDEAS, File, Plan, Planned, here_already, key_for, look, require_good
from modules.ideas.queries import categories_of
from modules.ideas.services import add_category
from modules.ideas.types import IDEA
from participation.access.rules import COMMENT
from participation.contributions import bulk
from participation.contributions.bulk import Row
from participation.contributions.events import ContributionsImported
from participation.contributions.locations import Ground
from participation.contributions.models import Contribution, FormKey
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit_many
from participation.kernel.refusal import Conflict, Refused
from participation.kernel.tables import squeezed
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant, Phase
from participation.procedures.participants import fresh_pseudonym
from participation.procedures.phases import check_not_over

IDENTITY: Final = "import"  # nobody showed an identity here
CHANNEL: Final = "import"
INDEXED: Final = 500  # rows that one event names


def import_ideas(activity: Activity, data: bytes, filename: str, answers: File | None = None) -> Plan:
    """Take a file over, with a file of answers beside it. Raises Refused with a line for each bad row."""
    plan = look(activity, (data, filename), answers)
    take_over(activity, plan)
    return plan


def take_over(activity: Activity, plan: Plan, *, actor_id: int | None = None) -> int:
    """Store a plan, all of it or nothing; says how many contributions that makes.

    Raises Invalid (bad rows), Refused (over, or no phase to belong to), Conflict (taken over meanwhile).
    """
    require_good(plan)
    check_not_over(activity.procedure)
    if not plan.number:
        return 0
    _require_fresh(plan)
    maker = _Maker(activity, plan, actor_id)
    rows = maker.ideas(plan.ideas)
    for level in plan.answers:
        rows += maker.answers(level)
    bulk.count_rows(activity, rows, list(maker.by_key.values()))
    raise_version(f"procedure:{activity.procedure_id}")
    emit_many(list(_events(activity, [row["id"] for row in rows], actor_id)))
    return len(rows)


def _require_fresh(plan: Plan) -> None:
    if here_already(entry.key for entry in (*plan.ideas, *(entry for level in plan.answers for entry in level))):
        sentence = _l("Diese Zeilen hat inzwischen jemand übernommen. Bitte sehen Sie sich die Datei noch einmal an.")
        raise Conflict(sentence)


def _events(activity: Activity, ids: list[int], actor_id: int | None) -> Iterator[ContributionsImported]:
    names: dict[str, Any] = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id}
    for some in (ids[offset : offset + INDEXED] for offset in range(0, len(ids), INDEXED)):
        numbers = {"first": min(some), "last": max(some), "rows": len(some)}
        yield ContributionsImported(**names, actor_id=actor_id, activity_id=activity.id, **numbers)


class _Maker:
    """Makes rows out of a plan, and remembers what later ones refer to."""

    def __init__(self, activity: Activity, plan: Plan, actor_id: int | None) -> None:
        self.activity, self.ground = activity, Ground(activity)
        for title in plan.categories:
            add_category(activity, title=title, actor_id=actor_id)
        self.categories = {squeezed(entry.title): entry.key for entry in categories_of(activity)}
        self.references = iter(bulk.fresh_references(activity.tenant_id, plan.number))
        everybody = [*plan.ideas, *(entry for level in plan.answers for entry in level)]
        self.people = _participants(activity, [entry.row.said for entry in everybody])
        self.by_key = _kept_rows(plan.here) if plan.answers else {}

    def ideas(self, planned: Sequence[Planned]) -> list[Row]:
        """The ideas, written with their places."""
        phase, made, located = _phase(self.activity, SUBMIT.name), [], []
        for entry in planned:
            idea = entry.row
            row = self._row(idea.said, phase)
            row |= {"title": idea.said.title, "imported": idea.votes, "score": idea.votes}
            row["place"] = self.categories.get(squeezed(idea.category), "")
            if idea.where and idea.where.geometry:
                row["district"] = self.ground.district_at(tuple(idea.where.geometry["coordinates"]))
            made.append(row)
            located += [(row, idea.where)] if idea.where else []
        self._write(planned, made)
        bulk.insert_locations(located)
        return made

    def answers(self, level: Sequence[Planned]) -> list[Row]:
        """The answers of a level, in the order in which they came, written below what they answer."""
        phase, made = _phase(self.activity, COMMENT.name), []
        level = sorted(level, key=lambda entry: entry.row.said.at)
        for entry in level:
            row = self._row(entry.row.said, phase)
            row["title"] = entry.row.said.title if entry.row.said.title != entry.row.said.text else ""
            bulk.put_below(row, self.by_key[self._above(entry.row)])
            made.append(row)
        self._write(level, made)
        return made

    def _above(self, answer: Answer) -> str:
        kind, said = (ANSWERS, answer.parent) if answer.parent else (IDEAS, answer.idea)
        return key_for(self.activity, kind, said)

    def _write(self, planned: Sequence[Planned], rows: list[Row]) -> None:
        bulk.insert_rows(rows)
        keys = {entry.key: row for entry, row in zip(planned, rows, strict=True)}
        self.by_key |= keys
        noted = {"tenant_id": self.activity.tenant_id, "body_hash": "", "at": now()}
        if keys:
            db.session.execute(
                insert(FormKey), [noted | {"key": key, "contribution_id": row["id"]} for key, row in keys.items()]
            )

    def _row(self, said: Said, phase: Phase) -> Row:
        return {
            "tenant_id": self.activity.tenant_id,
            "procedure_id": self.activity.procedure_id,
            "activity_id": self.activity.id,
            "phase_id": phase.id,
            "participant_id": self.people[said.author].pop() if not said.author else self.people[said.author][0],
            "type": IDEA.name,
            "parent_id": None,
            "root_id": None,
            "path": "",
            "depth": 0,
            "number": 0,
            "children": 0,
            "place": "",
            "district": "",
            "reference": next(self.references),
            "source": said.text,
            "html": said.html,
            "state": "published" if phase.moderation == "none" else "pending",
            "intake_channel": CHANNEL,
            "identity": IDENTITY,
            "received_at": said.at,
            "created_at": said.at,
        }


def _phase(activity: Activity, action: str) -> Phase:
    """The first phase that opens an action, or the first of all. Raises Refused where there is none."""
    phases = sorted(activity.phases, key=lambda phase: (phase.begins_at, phase.id))
    if not phases:
        raise Refused(_l("Bitte legen Sie zuerst eine Phase an, in der Menschen Ideen vorschlagen."), status=409)
    return next((phase for phase in phases if action in phase.opens), phases[0])


def _participants(activity: Activity, said: Sequence[Said]) -> dict[str, list[int]]:
    """Participants without a person: one for each name in the file, and one for each row of a guest (under "")."""
    names = sorted({entry.author for entry in said} - {""}) + [""] * sum(not entry.author for entry in said)
    values = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id, "organisation_name": ""}
    more = {"badge": "", "identity": IDENTITY, "created_at": now()}
    rows = [values | more | {"pseudonym": name or fresh_pseudonym()} for name in names]
    statement = insert(Participant).returning(Participant.id, sort_by_parameter_order=True)
    found: dict[str, list[int]] = {}
    for offset in range(0, len(rows), bulk.AT_ONCE):
        ids = db.session.scalars(statement, rows[offset : offset + bulk.AT_ONCE]).all()
        for name, number in zip(names[offset : offset + bulk.AT_ONCE], ids, strict=True):
            found.setdefault(name, []).append(number)
    return found


def _kept_rows(here: dict[str, int]) -> dict[str, Row]:
    """What answers may refer to and is here already, locked, by its key."""
    names = ("id", "root_id", "path", "depth", "children", "replies", "place")
    columns = [getattr(Contribution, name) for name in names]
    found: dict[int, Row] = {}
    ids = list(here.values())
    for offset in range(0, len(ids), bulk.AT_ONCE):
        query = select(*columns).where(Contribution.id.in_(ids[offset : offset + bulk.AT_ONCE])).with_for_update()
        found |= {row.id: dict(row._mapping) for row in db.session.execute(query)}
    return {key: found[number] for key, number in here.items() if number in found}
