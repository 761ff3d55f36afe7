"""What goes into a package, as rows that stream: contributions as published, answers, how many people took part.

Nobody is named: contributions have their reference number, their authors a number within the package.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from participation.contributions.models import Anchor, Contribution, ContributionVersion
from participation.contributions.references import fresh_salt, text_hash
from participation.documents.queries import citation_of
from participation.evaluation.models import Response
from participation.evaluation.public_answers import Placed, answers_of, passages_by_reference
from participation.kernel.clock import local
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant, Phase, Procedure

AT_ONCE = 500
WITHOUT_TEXT = ("hidden", "withdrawn", "merged")  # only the leaf hash: that they were there
C, P, V = Contribution, Participant, ContributionVersion
ABOVE = aliased(Contribution)


COLUMNS = (
    C.id, C.reference, C.state, C.type, C.place, C.title, C.source, C.language, C.late, C.redacted, C.received_at,
    C.agree, C.neutral, C.disagree, C.intake_channel, C.participant_id, P.organisation_name, P.badge, Phase.kind,
    Phase.round, Anchor.exact, ABOVE.reference.label("parent"), V.salt, V.text_hash,
    citation_of(C.procedure_id, C.place).label("citation"),
)  # fmt: skip


def contribution_records(activity: Activity, authors: dict[int, int]) -> Iterator[dict[str, Any]]:
    """The contributions of an activity that everybody may read, oldest first; of hidden and withdrawn ones the leaf.

    `authors` gives each participant a number, in the order in which they first appear.
    """
    last = 0
    while rows := _rows(activity, last):
        last = rows[-1].id
        for row in rows:
            yield _record(row, authors) if row.state == "published" else _without_text(row)


def _rows(activity: Activity, after: int) -> Sequence[Any]:
    query = (
        select(*COLUMNS)
        .join(P, P.id == C.participant_id)
        .join(Phase, Phase.id == C.phase_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(ABOVE, ABOVE.id == C.parent_id)
        .outerjoin(V, and_(V.contribution_id == C.id, V.number == C.versions))
        .where(C.activity_id == activity.id, C.id > after, Phase.visible_to == "public")
        .where(C.state.in_(("published", *WITHOUT_TEXT)))
    )
    return db.session.execute(query.order_by(C.id).limit(AT_ONCE)).all()


def _without_text(row: Any) -> dict[str, Any]:
    leaf = row.text_hash or text_hash(fresh_salt(), row.title, row.source)
    return {"reference": row.reference, "state": row.state, "parent": row.parent, "leaf": leaf}


def _record(row: Any, authors: dict[int, int]) -> dict[str, Any]:
    """As published; the salt opens the leaf where the text is the one of the receipt, not where it was redacted."""
    salt = row.salt or fresh_salt()
    leaf = row.text_hash or text_hash(salt, row.title, row.source)
    names = ("reference", "state", "type", "place", "parent", "round", "badge", "title", "language", "late", "redacted")
    record = {name: getattr(row, name) for name in (*names, "agree", "neutral", "disagree")} | {
        "passage": row.exact,
        "phase": row.kind,
        "author": authors.setdefault(row.participant_id, len(authors) + 1),
        "organisation": row.organisation_name,
        "channel": row.intake_channel,
        "citation": row.citation or "",
        "text": row.source,
        "received_on": local(row.received_at).date().isoformat(),
        "leaf": leaf,
    }
    return record | ({"salt": salt} if text_hash(salt, row.title, row.source) == leaf else {})


def answer_records(procedure: Procedure) -> Iterator[dict[str, Any]]:
    """The public answers of the authority by section, each with the contributions it answers there.

    Of contributions that were split "passages" says which words of each are answered.
    """
    folders = {entry.id: folder_of(entry) for entry in procedure.activities}
    for _key, group in groupby(answers_of(procedure), key=lambda row: (row.activity_id, row.place, row.response_id)):
        rows = list(group)
        first: Placed = rows[0]
        passages = passages_by_reference(rows)
        record = {
            "activity": folders[first.activity_id],
            "place": first.place,
            "citation": first.citation,
            "decision": first.decision,
            "text": first.source,
            "html": first.html,
            "published_on": local(first.at).date().isoformat(),
            "to": list(dict.fromkeys(row.reference for row in rows)),
        }
        yield record | ({"passages": passages} if passages else {})


def folder_of(activity: Activity) -> str:
    """The name of an activity within a package."""
    return f"{activity.module}-{activity.slug}"


def people(procedure: Procedure) -> int:
    """How many people took part: each once, also those who wrote for an organisation too. Staff are not counted."""
    who = func.coalesce(P.person_id, -P.id)
    query = select(func.count(who.distinct())).where(P.procedure_id == procedure.id, P.badge == "")
    return db.session.scalar(query) or 0


def basis_of(procedure: Procedure) -> str:
    """A hash of all that a package is made from: as long as it is the same, the package is true."""
    digest = hashlib.sha256()
    columns = (C.id, C.state, C.versions, C.redacted, C.place, C.late, C.intake_channel, C.agree, C.neutral, C.disagree)
    contributions = select(*columns).where(C.procedure_id == procedure.id).order_by(C.id)
    answers = select(Response.id, Response.published_number).where(Response.procedure_id == procedure.id)
    for query in (contributions, answers.order_by(Response.id)):
        for row in db.session.execute(query.execution_options(yield_per=AT_ONCE)):
            digest.update(f"{tuple(row)}\n".encode())
    return digest.hexdigest()
