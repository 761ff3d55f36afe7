"""A text leaves a published package: salt and text go, the leaf hash stays, the figures stay, all of it verifies."""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from participation.contributions.models import Contribution
from participation.kernel.clock import now, today
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.files import UnknownFile
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.models import Procedure
from participation.procedures.services import note_change
from participation.results.container import MANIFEST, line, lines, pack
from participation.results.events import ResultPublished, ResultTextWithdrawn
from participation.results.freezing import Frozen, kept
from participation.results.models import Result
from participation.results.queries import in_preparation, next_number
from participation.results.services import WORDS, hold, set_package
from participation.results.store import path_of, workplace
from participation.results.verifying import CONTRIBUTIONS, Damaged, Package, faults_of, opened

STAYS = ("reference", "parent", "place", "round", "leaf", "agree", "neutral", "disagree")
BROKEN = _l("Das gespeicherte Datenpaket ist beschädigt. Bitte wenden Sie sich an den Betrieb.")


def cut(result: Result, reference: str, *, number: int, reason: str, key: bytes | None = None) -> Frozen:
    """The package of a published version without the text of one contribution, for version `number`. Reads only.

    Raises Invalid where the package holds no such text.
    """
    if result.stored_name is None:
        raise Refused(_l("Zu dieser Fassung gibt es kein Datenpaket mehr."))
    with workplace() as place:
        folder, target = place / "package", place / "package.zip"
        manifest = _unpacked(path_of(result.stored_name), folder)
        if not sum(_without(path, reference) for path in folder.rglob(CONTRIBUTIONS)):
            raise Invalid(_l("Diese Vorgangsnummer steht mit keinem Text im Datenpaket."), field="reference")
        said = {name: value for name, value in manifest.items() if name not in ("files", "contributions", "root")}
        said |= {"version": number, "reason": reason, "replaces": result.root, "created_on": today().isoformat()}
        leaves = manifest["contributions"]
        root = pack(folder, target, said, contributions=leaves, key=key or secrets.token_bytes(32))
        same = {"figures": result.figures, "answers": result.answers, "basis": result.basis}
        return kept(target, number=number, reason=reason, root=root, **same)


def _unpacked(path: Path, folder: Path) -> Mapping[str, Any]:
    """Write the files of a package that verifies into a folder. Returns its manifest."""
    try:
        with opened(path) as package:
            if faults_of(package):
                raise Refused(BROKEN, status=500)
            _copy(package, folder)
            return package.manifest
    except Damaged as error:
        raise Refused(BROKEN, status=500) from error


def _copy(package: Package, folder: Path) -> None:
    for name in package.manifest["files"]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with package.open(name) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    (folder / MANIFEST).unlink(missing_ok=True)


def _without(path: Path, reference: str) -> int:
    """Take a text out of a file of contributions. Returns how many there were."""
    found, again = 0, path.with_suffix(".part")
    with path.open("rb") as source, again.open("wb") as target:
        for row in lines(source):
            if row["reference"] == reference and "text" in row:
                found += 1
                row = {name: row[name] for name in STAYS} | {"state": "removed"}
            target.write(line(row))
    again.replace(path)
    return found


def withdraw_text(
    procedure: Procedure, result: Result, frozen: Frozen, reference: str, *, actor_id: int | None
) -> Result:
    """Publish `frozen` (from `cut`) at once as the next version; packages of older versions are not kept.

    Raises Refused while the contribution itself can still be read, Conflict where another version came in between.
    """
    hold(procedure)
    contribution = _gone(procedure, reference)
    if frozen.number != next_number(procedure):
        raise Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))
    _make_room(procedure)
    following = Result(tenant_id=procedure.tenant_id, procedure_id=procedure.id, state="published", published_at=now())
    for name in (*WORDS, "submitted_by_id"):
        setattr(following, name, getattr(result, name))
    following.approved_by_id = actor_id
    set_package(following, frozen)
    for older in db.session.scalars(select(Result).where(Result.procedure_id == procedure.id)):
        older.stored_name = None
    db.session.add(following)
    db.session.flush()
    note_change(procedure)
    where: dict[str, Any] = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id, "actor_id": actor_id}
    told = where | {"result_id": following.id, "number": following.number}
    emit(ResultTextWithdrawn(**told, contribution_id=contribution.id))
    emit(ResultPublished(**told))
    return following


def _gone(procedure: Procedure, reference: str) -> Contribution:
    query = select(Contribution).where(
        Contribution.tenant_id == procedure.tenant_id,
        Contribution.procedure_id == procedure.id,
        Contribution.reference == reference,
    )
    contribution = db.session.scalar(query)
    if contribution is None:
        raise Invalid(_l("Diese Vorgangsnummer gibt es in diesem Verfahren nicht."), field="reference")
    if contribution.state == "published" and not contribution.redacted:
        raise Refused(
            _l("Der Beitrag ist noch zu lesen. Blenden Sie ihn zuerst aus, oder schwärzen Sie ihn."), status=409
        )
    return contribution


def _make_room(procedure: Procedure) -> None:
    """A version in preparation takes the number after, and has to be computed again."""
    waiting = in_preparation(procedure.id)
    if waiting is not None:
        waiting.number += 1
        waiting.state, waiting.submitted_by_id, waiting.approved_by_id = "draft", None, None
        db.session.flush()


def texts_to_withdraw(procedure: Procedure, result: Result) -> list[str]:
    """References whose text stands in the package although nobody may read it any more, at most 200."""
    gone = or_(Contribution.state.not_in(("published", "pending")), Contribution.redacted)
    query = select(Contribution.reference).where(Contribution.procedure_id == procedure.id, gone)
    references = set(db.session.scalars(query))
    if not references or result.stored_name is None:
        return []
    try:
        with opened(path_of(result.stored_name)) as package:
            return [reference for reference in _open_texts(package) if reference in references][:200]
    except (Damaged, UnknownFile):
        return []


def _open_texts(package: Package) -> Iterator[str]:
    """Whose text is in the package as it was sent."""
    for name in sorted(package.manifest["files"]):
        if name.endswith(f"/{CONTRIBUTIONS}"):
            with package.open(name) as file:
                yield from (row["reference"] for row in lines(file) if "text" in row and not row["redacted"])
