"""Taking over a table of what came in otherwise: first a look, then all rows, or the good ones, in one transaction.

A row that was taken over is known by what it says: the same file twice, or a corrected file with all rows again,
makes nothing twice. Everything slow is done before the writing begins.
"""

from collections import Counter
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from participation.contributions.counters import count_place
from participation.contributions.events import ContributionSent, IntakeImported, IntakeRecorded
from participation.contributions.intake import IDENTITY, kept_of, shown_as
from participation.contributions.intake_checks import Ready
from participation.contributions.intake_look import AT_ONCE, Good, Look
from participation.contributions.intake_models import Intake
from participation.contributions.models import Anchor, Contribution, ContributionVersion, FormKey
from participation.contributions.references import fresh_reference, fresh_salt, text_hash
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit, emit_many
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant


def take_over(activity: Activity, found: Look, *, skip_bad: bool, actor_id: int | None, receipts: bool = False) -> int:
    """Store the good rows in this transaction; with bad ones only where they may be skipped. Says how many.

    With `receipts` senders with an e-mail address are told. Raises Invalid (bad rows), Conflict where somebody took
    the same file over meanwhile. Ten statements for 500 rows.
    """
    if found.bad and not skip_bad:
        raise Invalid(_l("Es gibt Zeilen mit Fehlern. Nichts wurde übernommen."), field="file")
    shown: Counter[str] = Counter()
    rows = iter(found.good)
    while some := list(islice(rows, AT_ONCE)):
        ids = _store(activity, some, actor_id, shown)
        _tell(activity, ids, some, actor_id, receipts=receipts)
    for place, number in sorted(shown.items()):
        count_place(activity.tenant_id, activity.id, place, number, "imported")
    raise_version(f"procedure:{activity.procedure_id}")
    if found.good:
        names = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id}
        emit(IntakeImported(**names, actor_id=actor_id, rows=len(found.good)))
    return len(found.good)


def _store(activity: Activity, some: list[Good], actor_id: int | None, shown: Counter[str]) -> list[int]:
    taken = select(FormKey.id).where(FormKey.key.in_([row.key for row in some])).limit(1)
    if db.session.scalar(taken) is not None:
        raise Conflict(
            _l("Diese Zeilen hat inzwischen jemand übernommen. Bitte sehen Sie sich die Datei noch einmal an.")
        )
    people = _joined([_participant(activity, row.ready) for row in some])
    numbers = _references(activity.tenant_id, len(some))
    rows = [_contribution(activity, *row) for row in zip(some, people, numbers, strict=True)]
    made = dict(db.session.execute(insert(Contribution).returning(Contribution.reference, Contribution.id), rows).all())
    ids = [made[number] for number in numbers]
    for values in rows:
        if values["state"] == "published":
            shown.update({values["place"], "*"})
    both = list(zip(ids, some, strict=True))
    owner = {"tenant_id": activity.tenant_id}
    versions = [owner | {"contribution_id": id_} | _version(row) for id_, row in both]
    db.session.execute(insert(ContributionVersion), versions)
    if anchors := [
        owner | {"contribution_id": id_} | dict(row.ready.passage) for id_, row in both if row.ready.passage
    ]:
        db.session.execute(insert(Anchor), anchors)
    by = {"recorded_by_id": actor_id, "recorded_at": now()}
    kept = [owner | by | {"contribution_id": id_} | kept_of(row.ready.received) for id_, row in both]
    db.session.execute(insert(Intake), kept)
    keys = [owner | {"contribution_id": id_, "key": row.key, "body_hash": "", "at": now()} for id_, row in both]
    db.session.execute(insert(FormKey), keys)
    return ids


def _joined(rows: list[dict[str, Any]]) -> list[int]:
    """The numbers of new participants in the order of their rows; two of the same name are interchangeable."""
    statement = insert(Participant).returning(Participant.id, Participant.pseudonym, Participant.organisation_name)
    found: dict[tuple[str, str], list[int]] = {}
    for id_, *name in db.session.execute(statement, rows):
        found.setdefault((name[0], name[1]), []).append(id_)
    return [found[row["pseudonym"], row["organisation_name"]].pop() for row in rows]


def _participant(activity: Activity, ready: Ready) -> dict[str, Any]:
    values = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id, "created_at": now()}
    return values | {"identity": IDENTITY} | shown_as(ready.received)


def _references(tenant_id: int, number: int) -> list[str]:
    """So many numbers for receipts that nobody has."""
    found: set[str] = set()
    while len(found) < number:
        some = {fresh_reference() for _ in range(number - len(found))}
        query = select(Contribution.reference)
        found |= some - set(
            db.session.scalars(query.where(Contribution.tenant_id == tenant_id, Contribution.reference.in_(some)))
        )
    return list(found)


def _contribution(activity: Activity, row: Good, participant_id: int, reference: str) -> dict[str, Any]:
    ready, received = row.ready, row.ready.received
    return {
        "tenant_id": activity.tenant_id,
        "procedure_id": activity.procedure_id,
        "activity_id": activity.id,
        "phase_id": ready.phase.id,
        "participant_id": participant_id,
        "type": ready.kind.name,
        "place": received.place,
        "reference": reference,
        "title": received.title,
        "source": received.text,
        "html": row.html,
        "state": _state(row),
        "late": ready.late,
        "intake_channel": received.channel,
        "district": received.district,
        "identity": IDENTITY,
        "received_at": ready.at,
        "created_at": ready.at,
    }


def _state(row: Good) -> str:
    """A fresh participant is somebody new: every kind of moderation looks at the text first."""
    if row.ready.received.consent == "none":
        return "filed"
    return "published" if row.ready.phase.moderation == "none" else "pending"


def _version(row: Good) -> dict[str, Any]:
    salt, said = fresh_salt(), row.ready.received
    checksum = text_hash(salt, said.title, said.text)
    return {
        "number": 1, "title": said.title, "source": said.text, "salt": salt, "text_hash": checksum, "at": row.ready.at,
    }  # fmt: skip


def _tell(activity: Activity, ids: list[int], some: list[Good], actor_id: int | None, *, receipts: bool) -> None:
    names = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id}
    emit_many(
        [ContributionSent(**names, contribution_id=id_, state=_state(row)) for id_, row in zip(ids, some, strict=True)]
    )
    written = [id_ for id_, row in zip(ids, some, strict=True) if row.ready.received.sender_email]
    if receipts:
        emit_many([IntakeRecorded(**names, contribution_id=id_, actor_id=actor_id) for id_ in written])
