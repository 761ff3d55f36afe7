"""Notices, questions and answers, documents of a procedure: staff prepare them, everybody reads them."""

from typing import Any, Final

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.access.rules import EDIT
from participation.kernel.db import writing
from participation.kernel.files import FileRefused
from participation.kernel.media import DOCUMENTS, MEDIA, PICTURES
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.uploads import largest
from participation.pages.account_forms import blame
from participation.pages.content_forms import EntryForm, file_sent
from participation.procedures import entries
from participation.procedures.entries import Entry
from participation.web.bodies import takes
from participation.web.guard import access, public
from participation.web.staff_nav import staff_nav
from participation.web.stored_files import send_stored

bp = Blueprint("contents", __name__, url_prefix="/<tenant>/<procedure>/-")

PLAIN: Final = 10 * 2**20  # bytes of a file that comes at once, without script
TEXT: Final = 2**20
ENDINGS = ",".join(f".{MEDIA[name].extension}" for name in sorted(DOCUMENTS | PICTURES))


@bp.get("/manage/contents")
@access(EDIT)
def index() -> str:
    """Everything that was prepared, with who sees it from when."""
    found = entries.entries_of(g.procedure)
    groups = [(kind, [entry for entry in found if entry.kind == kind]) for kind in entries.KINDS]
    return render_template("pages/contents/index.html", staff_nav=staff_nav(), groups=groups)


@bp.route("/manage/contents/new/<any(notice, question, document):kind>", methods=["GET", "POST"])
@access(EDIT)
@takes(text=TEXT, file=PLAIN)
def add(kind: str) -> ResponseReturnValue:
    """Add an entry."""
    form = EntryForm()
    if form.validate_on_submit() and _saved(form, None, kind):
        return redirect(url_for("contents.index", done="saved"))
    return _form(form, kind), 422 if form.is_submitted() else 200


@bp.route("/manage/contents/<int:number>", methods=["GET", "POST"])
@access(EDIT)
@takes(text=TEXT, file=PLAIN)
def change(number: int) -> ResponseReturnValue:
    """Change an entry; where somebody was faster both texts are shown."""
    entry = _entry(number)
    form = EntryForm.of(entry)
    if not form.is_submitted():
        return _form(form, entry.kind, entry)
    try:
        if form.validate() and _saved(form, entry, entry.kind):
            return redirect(url_for("contents.index", done="saved"))
    except Conflict as error:
        form.version.data = str(entry.version)
        return _form(form, entry.kind, entry, conflict=error.sentence), error.status
    return _form(form, entry.kind, entry), 422


def _saved(form: EntryForm, entry: Entry | None, kind: str) -> bool:
    """Whether the entry was stored; else the sentence stands in the form."""
    actor_id = g.viewer.person.id
    try:
        file = file_sent() if kind == "document" else None
        with writing():
            if entry is None:
                entries.add_entry(g.procedure, kind, form.fields(), file=file, actor_id=actor_id)
            else:
                values: dict[str, Any] = {"version": form.seen, "file": file, "actor_id": actor_id}
                entries.change_entry(g.procedure, entry, form.fields(), **values)
        return True
    except Invalid as error:
        form.file_error = error.sentence if error.field == "file" or isinstance(error, FileRefused) else None
        blame(form, error)
        return False


def _form(form: EntryForm, kind: str, entry: Entry | None = None, conflict: Any = None) -> str:
    if kind == "question":
        form.title.label.text = _("Frage")
    return render_template(
        "pages/contents/form.html",
        staff_nav=staff_nav(),
        form=form,
        kind=kind,
        entry=entry,
        conflict=conflict,
        at_most=largest(),
        endings=ENDINGS,
        file_error=getattr(form, "file_error", None),
    )


@bp.post("/manage/contents/<int:number>/<any(up, down):where>")
@access(EDIT)
def move(number: int, where: str) -> ResponseReturnValue:
    """Move an entry up or down in the list of its kind."""
    entry = _entry(number)
    with writing():
        entries.move_entry(g.procedure, entry, up=where == "up")
    return redirect(url_for("contents.index", _anchor=f"entry-{number}"))


@bp.post("/manage/contents/<int:number>/remove")
@access(EDIT)
def remove(number: int) -> ResponseReturnValue:
    """Take an entry away."""
    entry, actor_id = _entry(number), g.viewer.person.id
    with writing():
        entries.remove_entry(g.procedure, entry, actor_id=actor_id)
    return redirect(url_for("contents.index", done="entry-removed"))


@bp.get("/documents/<int:number>")
@public
def document(number: int) -> ResponseReturnValue:
    """The file of a document, for those it is meant for from its day on. It can do nothing but be seen."""
    institution = "institutions" in {kind for _number, kind in g.viewer.lists}
    shown = entries.public_entries(g.procedure, institution=institution)
    staff = g.viewer.is_staff_of(g.procedure)
    entry = _entry(number)
    if entry.stored_name is None or not (staff or entry.id in {found.id for found in shown}):
        raise Unknown
    return send_stored(entry.stored_name, entry.media_type, entry.file_name, entry.size)


def _entry(number: int) -> Entry:
    found = entries.entry_in(g.procedure, number) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found
