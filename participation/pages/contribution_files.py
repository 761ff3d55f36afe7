"""Files of drafts and contributions: added and removed on the page of a draft, served to those who may read them."""

from datetime import timedelta

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.contributions import attachments
from participation.contributions.drafts import draft_at, locked_draft
from participation.contributions.models import Attachment, Draft, DraftFile
from participation.kernel.db import transaction
from participation.kernel.files import STORED_NAME, FileRefused, file_store
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.contribution_forms import DraftForm, refuse
from participation.pages.contribution_routes import bp
from participation.web.drafts import draft_cookie
from participation.web.guard import public
from participation.web.stored_files import send_stored

HOUR = timedelta(hours=1)
PACE = 40  # files in an hour, from a network or of a person
REMOVE = "remove-"
TOO_LARGE = FileRefused(_l("sie ist zu groß"), allowed=attachments.ALLOWED, at_most=attachments.LARGEST).sentence
TOO_MANY = _l("Von hier kamen in kurzer Zeit viele Dateien. Bitte versuchen Sie es in einer Stunde noch einmal.")
CHOOSE = _l("Bitte wählen Sie zuerst eine Datei aus.")


def change_files(found: Draft, form: DraftForm, act: str) -> tuple[int, str]:
    """Remove the file a button names, or add the chosen one, whichever button was pressed: none is lost on sending.

    Committed at once: a text that cannot be sent does not take the file with it.

    The status of what is wrong (0: nothing; the sentence stands at the field), and the message for what was done.
    """
    if act.startswith(REMOVE):
        _remove(found, act.removeprefix(REMOVE))
        return 0, "file-removed"
    if g.get("file_too_large"):
        return _refused(form, TOO_LARGE, 413), ""
    if form.file.data:
        return _add(found, form), "file-added"
    return (_refused(form, CHOOSE, 422), "") if act == "attach" else (0, "draft-kept")


def _remove(found: Draft, number: str) -> None:
    draft_id = found.id
    with transaction():
        row = locked_draft(draft_id)
        if row is not None and number.isascii() and number.isdigit() and len(number) < 19:
            attachments.remove_file(row, int(number))


def _add(found: Draft, form: DraftForm) -> int:
    """Check and store the chosen file, then name it in the draft; what fails in between is swept later."""
    draft_id, upload = found.id, form.file.data
    if not allow("attach", _who(), PACE, HOUR):
        return _refused(form, TOO_MANY, 429)
    try:
        ready = attachments.checked(upload.read(), upload.filename or "")
        stored = file_store().put(ready.data)
        with transaction():
            if (row := locked_draft(draft_id)) is not None:
                attachments.add_file(row, ready, stored, form.alternative.data or "")
    except Invalid as invalid:
        return _refused(form, invalid.sentence, invalid.status)
    form.alternative.data = ""
    return 0


def _who() -> str:
    if g.viewer.person is not None:
        return f"person {g.viewer.person.id}"
    return network(request.remote_addr or "", str(current_app.config["SECRET_KEY"]))


def _refused(form: DraftForm, sentence: object, status: int) -> int:
    refuse(form.file, sentence)
    return status


@bp.get("/<tenant>/<procedure>/-/files/<stored_name>")
@public
def file(stored_name: str) -> ResponseReturnValue:
    """A file of a contribution one may read, or of one's own draft. It can do nothing in the browser but be seen."""
    found = _readable(stored_name)
    if found is None:
        raise Unknown
    answer = send_stored(found.stored_name, found.media_type, found.name, found.size)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _readable(stored_name: str) -> Attachment | DraftFile | None:
    if not STORED_NAME.fullmatch(stored_name):
        return None
    return attachments.attachment_at(g.procedure, stored_name, g.viewer) or _of_own_draft(stored_name)


def _of_own_draft(stored_name: str) -> DraftFile | None:
    ids = [activity.id for activity in g.procedure.activities]
    found = attachments.draft_file_at(ids, stored_name)
    if found is None:
        return None
    row, key = found
    person_id = g.viewer.person.id if g.viewer.person else None
    return row if draft_at(ids, key, cookie=draft_cookie(), person_id=person_id) else None
