"""Large files that come in pieces: what has arrived stays when the line breaks, and the rest is sent later.

The bytes grow in a folder of their own; whoever takes a whole file over moves it into the file store.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.db import Base, db
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import normalise_name

KEPT = timedelta(days=2)  # after the last piece
OPEN_UPLOADS = 20  # of one person at a time


class Upload(Base):
    """A file on its way in: how long it will be, and how much of it is here."""

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        Index(None, "person_id"),
        Index(None, "expires_at"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(unique=True)  # random; its address, and the name of its file
    name: Mapped[str]
    size: Mapped[int]
    offset: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]

    @property
    def is_whole(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.size


def largest() -> int:
    """The most bytes a file of staff may have."""
    return int(current_app.config["SETTINGS"]["upload_megabytes"]) * 2**20


def begin_upload(tenant_id: int, person_id: int, name: str, size: int) -> Upload:
    """Announce a file of so many bytes. Raises Invalid where it is empty, too large, or one of too many."""
    if size < 1:
        raise Invalid(_l("Die Datei ist leer."), field="file")
    if size > largest():
        raise Invalid(_l("Die Datei ist zu groß. Möglich sind %(limit)s MB.", limit=largest() // 2**20), field="file")
    own = select(Upload.id).where(Upload.person_id == person_id, Upload.expires_at > now())
    if len(db.session.scalars(own.limit(OPEN_UPLOADS)).all()) == OPEN_UPLOADS:
        raise Invalid(_l("Sie haben viele Dateien begonnen. Bitte warten Sie, bis die ersten verfallen."), field="file")
    upload = Upload(
        tenant_id=tenant_id,
        person_id=person_id,
        key=secrets.token_hex(16),
        name=normalise_name(name.replace("\\", "/").rpartition("/")[2])[:200] or "datei",
        size=size,
        expires_at=now() + KEPT,
    )
    db.session.add(upload)
    db.session.flush()
    path = _path(upload)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return upload


def upload_of(tenant_id: int, person_id: int, key: str, *, lock: bool = False) -> Upload:
    """An own upload that has not expired and whose bytes are here. Raises Unknown, for those of others too."""
    query = select(Upload).where(Upload.key == key, Upload.tenant_id == tenant_id, Upload.person_id == person_id)
    query = query.where(Upload.expires_at > now())
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None or not _path(found).exists():  # a restored backup has the row and not the bytes
        raise Unknown
    return found


def add_piece(upload: Upload, offset: int, data: bytes) -> None:
    """Append what comes next. Raises Conflict where the piece does not begin at the end of what is here."""
    if offset != upload.offset:
        raise Conflict(_l("Dieses Stück der Datei passt nicht an das Ende dessen, was schon hier ist."))
    if upload.offset + len(data) > upload.size:
        raise Invalid(_l("Es kamen mehr Bytes, als angekündigt waren."), field="file")
    handle = os.open(_path(upload), os.O_WRONLY)
    try:
        os.ftruncate(handle, offset)  # what a broken write left behind
        os.pwrite(handle, data, offset)
        os.fsync(handle)
    finally:
        os.close(handle)
    upload.offset += len(data)
    upload.expires_at = now() + KEPT


def bytes_of(upload: Upload) -> bytes:
    """The whole file. Raises Conflict while a part of it is missing."""
    if not upload.is_whole:
        raise Conflict(_l("Die Datei ist noch nicht ganz angekommen."))
    return _path(upload).read_bytes()


def end_upload(upload: Upload) -> None:
    """Forget an upload: it was taken over, or is not wanted. Its bytes are swept when the row is gone for good."""
    db.session.delete(upload)


def forget_old_uploads() -> int:
    """Remove what was not finished or taken over in time, and bytes whose row is gone; says how many rows."""
    old = db.session.scalars(select(Upload).where(Upload.expires_at <= now())).all()
    for upload in old:
        end_upload(upload)
    db.session.flush()
    named = set(db.session.scalars(select(Upload.key)))
    before = (now() - timedelta(hours=1)).timestamp()
    for path in _folder().glob("*"):
        with suppress(FileNotFoundError):
            if path.name not in named and path.stat().st_mtime < before:
                path.unlink()
    return len(old)


def _folder() -> Path:
    return ROOT / str(current_app.config["SETTINGS"]["data_folder"]) / "uploads"


def _path(upload: Upload) -> Path:
    return _folder() / upload.key
