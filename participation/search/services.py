"""Keeping the index right. Entries are made from rows of the core and from what modules say of their activities."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale
from sqlalchemy import delete, insert, select, text

from participation.contributions.models import Contribution
from participation.interfaces import SearchEntry
from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite
from participation.kernel.text import plain
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import procedure_by_id
from participation.registry import installed
from participation.search.models import SearchRow
from participation.search.stems import stems

LANGUAGE = "de"  # of titles made here; contributions are shown as they were written
BATCH = 500
C = Contribution


def index_procedure(procedure: Procedure) -> None:
    """Bring the entry of a procedure and those of its texts up to date."""
    title, body = procedure.title, f"{procedure.summary}\n{plain(procedure.description_html)}".strip()
    _keep(procedure.tenant_id, procedure.id, key="procedure", kind="procedure", title=title, text=body)
    for activity in procedure.activities:
        reindex_activity(activity)


def reindex_activity(activity: Activity) -> None:
    """Bring the entries that the module names for an activity up to date; what it no longer names goes."""
    before = {row.key: row for row in db.session.scalars(_texts_of(activity))}
    for entry in _entries(activity):
        key = f"text:{activity.id}:{entry.key}"
        _keep_text(activity, key, entry, before.pop(key, None))
    for row in before.values():
        db.session.delete(row)
    db.session.flush()


def _texts_of(activity: Activity) -> Any:
    return select(SearchRow).where(SearchRow.activity_id == activity.id, SearchRow.kind == "text")


def _entries(activity: Activity) -> Iterable[SearchEntry]:
    module = installed().get(activity.module)
    if module is None or module.documents is None:
        return ()
    with force_locale(LANGUAGE):
        return list({entry.key: entry for entry in module.documents(activity)}.values())


def _keep_text(activity: Activity, key: str, entry: SearchEntry, row: SearchRow | None) -> None:
    row = row or _new_row(activity.tenant_id, activity.procedure_id, key, "text")
    row.activity_id = activity.id
    row.endpoint = f"{activity.module}.{entry.endpoint}"
    row.values, row.fragment = dict(entry.values), entry.fragment
    _set_words(row, entry.title, entry.text)


def index_contribution(contribution_id: int) -> None:
    """Bring the entry of a contribution up to date; one that is not published (or gone) has none."""
    contribution = db.session.get(Contribution, contribution_id)
    if contribution is None or contribution.state != "published":
        db.session.execute(delete(SearchRow).where(SearchRow.contribution_id == contribution_id))
        return
    row = _keep(
        contribution.tenant_id,
        contribution.procedure_id,
        key=f"contribution:{contribution.id}",
        kind="contribution",
        title=contribution.title,
        text=plain(contribution.html),
    )
    row.activity_id, row.contribution_id = contribution.activity_id, contribution.id
    db.session.flush()


def index_contributions(activity_id: int, first: int, last: int) -> None:
    """Make the entries of an activity's contributions within a range of ids anew, all in a few statements."""
    here, mine = C.id.between(first, last), SearchRow.contribution_id.between(first, last)
    db.session.execute(delete(SearchRow).where(SearchRow.activity_id == activity_id, mine))
    columns = (C.id, C.tenant_id, C.procedure_id, C.activity_id, C.title, C.html)
    found = db.session.execute(select(*columns).where(C.activity_id == activity_id, here, C.state == "published"))
    if rows := [_row(row) for row in found]:
        db.session.execute(insert(SearchRow), rows)


def _row(row: Any) -> dict[str, Any]:
    body = plain(row.html)
    return {
        "tenant_id": row.tenant_id,
        "procedure_id": row.procedure_id,
        "activity_id": row.activity_id,
        "contribution_id": row.id,
        "kind": "contribution",
        "key": f"contribution:{row.id}",
        "title": row.title,
        "text": body,
        "stems": stems(row.title, body),
        "changed_at": now(),
    }


def _keep(tenant_id: int, procedure_id: int, *, key: str, kind: str, title: str, text: str) -> SearchRow:
    query = select(SearchRow).where(SearchRow.procedure_id == procedure_id, SearchRow.key == key)
    row = db.session.scalar(query) or _new_row(tenant_id, procedure_id, key, kind)
    _set_words(row, title, text)
    return row


def _new_row(tenant_id: int, procedure_id: int, key: str, kind: str) -> SearchRow:
    row = SearchRow(tenant_id=tenant_id, procedure_id=procedure_id, key=key, kind=kind)
    db.session.add(row)
    return row


def _set_words(row: SearchRow, title: str, body: str) -> None:
    """Only what changed is stemmed and written."""
    if (row.title, row.text) != (title, body):
        row.title, row.text, row.stems, row.changed_at = title, body, stems(title, body), now()


def rebuild(after: int = 0) -> tuple[int, int]:
    """Bring up to date what the next 500 contributions after an id say (once with 0 also every procedure).

    Returns the last id and how many contributions were looked at; 0 of them means that the work is done.
    """
    if after == 0:
        for procedure_id in db.session.scalars(select(Procedure.id)).all():
            index_procedure(_procedure(procedure_id))
    query = select(Contribution.id).where(Contribution.id > after).order_by(Contribution.id).limit(BATCH)
    ids = list(db.session.scalars(query))
    for contribution_id in ids:
        index_contribution(contribution_id)
    return (ids[-1] if ids else after), len(ids)


def _procedure(procedure_id: int) -> Procedure:
    procedure = procedure_by_id(procedure_id)
    assert procedure is not None, "it was listed in this transaction"
    return procedure


def forget_removed_words() -> None:
    """Merge the index, so that words of erased rows leave the file too; run after an erasure. SQLite only."""
    if is_sqlite():
        db.session.execute(text("INSERT INTO fts_search(fts_search) VALUES ('optimize')"))
