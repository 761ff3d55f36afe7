"""The ends of the chains, written daily into a file outside the database.

Whoever can write the database can cut a chain short together with its seals, and what is left is whole. The file tells.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.db import db
from participation.kernel.on_disk import append
from participation.kernel.seal import SealRow

NAME = "heads.log"


class Head(NamedTuple):
    """The end of a chain at some time."""

    at: datetime
    tenant_id: int
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.at.isoformat(timespec='seconds')} {self.tenant_id} {self.position} {self.hash}"


def heads_file() -> Path:
    """Where the ends are written: the setting `heads_file`, else a file in the data folder."""
    settings = current_app.config["SETTINGS"]
    return ROOT / (settings["heads_file"] or f"{settings['data_folder']}/{NAME}")


def heads() -> list[Head]:
    """The present end of every chain."""
    ends = select(SealRow.tenant_id, func.max(SealRow.position).label("position")).group_by(SealRow.tenant_id)
    end = ends.subquery()
    query = select(SealRow.tenant_id, SealRow.position, SealRow.hash).join(
        end, (end.c.tenant_id == SealRow.tenant_id) & (end.c.position == SealRow.position)
    )
    at = now()
    return [Head(at, *row) for row in db.session.execute(query.order_by(SealRow.tenant_id))]


def note_heads() -> int:
    """Append the ends to the file, durably. Says how many."""
    found = heads()
    db.session.rollback()
    append(heads_file(), "".join(f"{head}\n" for head in found))
    return len(found)


def read_heads(path: Path) -> list[Head]:
    """The lines of such a file. Raises FileNotFoundError, and ValueError for a line that is none."""
    found = []
    for line in path.read_text("ascii").splitlines():
        at, tenant_id, position, hash_ = line.split(" ")
        found.append(Head(datetime.fromisoformat(at), int(tenant_id), int(position), hash_))
    return found


def missing(written: list[Head]) -> list[Head]:
    """Those of the written ends that are no links of the present chains: something was cut off or made anew."""
    positions = {(head.tenant_id, head.position) for head in written}
    query = select(SealRow.tenant_id, SealRow.position, SealRow.hash)
    tenants = sorted({tenant_id for tenant_id, _ in positions})
    query = query.where(SealRow.tenant_id.in_(tenants), SealRow.position.in_({place for _, place in positions}))
    present = {tuple(row) for row in db.session.execute(query)}
    return [head for head in written if (head.tenant_id, head.position, head.hash) not in present]
