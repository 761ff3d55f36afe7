"""Files that participants add: checked by content, kept with the draft, moved to the contribution when it is sent."""

from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from participation.access.rules import Viewer
from participation.contributions.models import Attachment, Contribution, Draft, DraftFile
from participation.contributions.queries import Item, visible_to
from participation.kernel.db import db
from participation.kernel.files import FileRefused, display_name, inspect
from participation.kernel.images import shrink
from participation.kernel.media import MEDIA, PICTURES
from participation.kernel.refusal import Invalid
from participation.procedures.models import Procedure

ALLOWED = PICTURES | {"pdf", "docx", "odt", "txt"}
AT_MOST = 3  # files of a contribution
LARGEST = 10 * 2**20  # bytes
WORDS = 500  # characters of a picture's description
EXTENSIONS = {media.type: media.extension for media in MEDIA.values()}
FULL = _l("Es sind schon drei Dateien angefügt. Bitte entfernen Sie zuerst eine davon.")


class Ready(NamedTuple):
    """A checked file; of a picture only what we made of it is left."""

    data: bytes
    name: str
    media_type: str


def checked(data: bytes, filename: str) -> Ready:
    """The file as it may be stored. Slow for pictures: not inside `writing()`. Raises FileRefused."""
    found = inspect(data, filename, ALLOWED, at_most=LARGEST)
    if not found.media_type.startswith("image/"):
        return Ready(data, found.display_name, found.media_type)
    try:
        picture = shrink(data)
    except FileRefused as refused:
        raise FileRefused(refused.why, allowed=ALLOWED, at_most=LARGEST) from None
    name = display_name(found.display_name, EXTENSIONS[picture.media_type])
    return Ready(picture.data, name, picture.media_type)


def add_file(draft: Draft, file: Ready, stored_name: str, alternative: str) -> None:
    """Add a stored file to a locked draft. Raises Invalid (field `file`) where there are three already."""
    count = select(func.count()).select_from(DraftFile).where(DraftFile.draft_id == draft.id)
    if (db.session.scalar(count) or 0) >= AT_MOST:
        raise Invalid(FULL, field="file")
    db.session.add(
        DraftFile(
            tenant_id=draft.tenant_id,
            draft_id=draft.id,
            stored_name=stored_name,
            name=file.name,
            media_type=file.media_type,
            size=len(file.data),
            alternative=alternative.strip()[:WORDS],
        )
    )


def remove_file(draft: Draft, number: int) -> None:
    """Take a file off a draft; one that is gone already stays gone. The bytes are swept later."""
    db.session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.id == number))


def files_of(draft: Draft) -> list[DraftFile]:
    """The files of a draft in the order they were added."""
    return list(db.session.scalars(select(DraftFile).where(DraftFile.draft_id == draft.id).order_by(DraftFile.id)))


def move_files(draft: Draft, contribution: Contribution) -> None:
    """The files of a draft become those of what it became."""
    files = files_of(draft)
    for file in files:
        values = {name: getattr(file, name) for name in ("stored_name", "name", "media_type", "size", "alternative")}
        db.session.add(Attachment(tenant_id=contribution.tenant_id, contribution_id=contribution.id, **values))
    db.session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
    contribution.attachments = len(files)


def attachments_of(items: Iterable[Item]) -> dict[int, list[Attachment]]:
    """The files of contributions that somebody sees, by the contribution's number; no query where there are none."""
    ids = [item.id for item in items if item.attachments]
    if not ids:
        return {}
    query = select(Attachment).where(Attachment.contribution_id.in_(ids)).order_by(Attachment.id)
    found: dict[int, list[Attachment]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.contribution_id, []).append(row)
    return found


def attachment_at(procedure: Procedure, stored_name: str, who: Viewer) -> Attachment | None:
    """A file of a contribution in this procedure that the viewer may read."""
    query = select(Attachment).join(Contribution, Contribution.id == Attachment.contribution_id)
    seen = visible_to(who, procedure.id, procedure.tenant_id)
    here = (Contribution.procedure_id == procedure.id, Attachment.stored_name == stored_name)
    return db.session.scalar(query.where(*here, seen))


def draft_file_at(activity_ids: list[int], stored_name: str) -> tuple[DraftFile, str] | None:
    """A file of a draft and the draft's key: ask `draft_at` whose it is before showing it."""
    query = select(DraftFile, Draft.key).join(Draft, Draft.id == DraftFile.draft_id)
    row = db.session.execute(query.where(Draft.activity_id.in_(activity_ids), DraftFile.stored_name == stored_name))
    found = row.one_or_none()
    return (found[0], found[1]) if found else None
