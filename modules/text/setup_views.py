"""Pages for staff: the text is read from a file after a look at it, and its sections are corrected by hand."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from modules.text import correcting, reading
from modules.text.actions import PREPARE
from modules.text.routes import bp
from modules.text.setup_forms import KINDS, SectionForm
from participation.documents import editing, importing, outlines
from participation.documents.drafting import DraftConflict
from participation.documents.queries import nodes
from participation.documents.reading import ENDINGS, Kind, NodeDraft, UnreadableFile, read
from participation.documents.reading.read import SIZE_LIMIT
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.uploads import Upload, add_piece, begin_upload, bytes_of, end_upload, upload_of
from participation.procedures.models import Procedure
from participation.procedures.phases import check_documents_may_change, check_not_over
from participation.procedures.queries import procedure_by_id
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

SHOWN = 60  # nodes of a preview
ACTS = ("save", "split", "join", "remove", "insert")


@bp.get("/prepare")
@access(PREPARE)
def prepare() -> ResponseReturnValue:
    """The text as it stands, section by section; with an upload what would come of it."""
    key = request.args.get("upload")
    return _preview(key) if key else _prepare()


def _prepare(status: int = 200, error: Any = None) -> ResponseReturnValue:
    outline = outlines.working_outline_of(g.activity)
    parts = reading.parts(outline.lines) if outline else []
    part = reading.part_with(parts, outline.lines, request.args.get("section")) if outline else None
    found = nodes(outline.version_id, first=part.first, limit=part.end - part.first) if outline and part else []
    page = render_template(
        "text/prepare.html",
        staff_nav=staff_nav(),
        outline=outline,
        parts=parts,
        part=part,
        nodes=found,
        kinds=KINDS,
        prepared=correcting.is_prepared(g.activity),
        closed=_why_closed() if outline else None,
        waits=_refusal(check_documents_may_change) if outline else None,
        endings=",".join(ENDINGS),
        at_most=SIZE_LIMIT,
        error=error,
    )
    return page, status


@bp.post("/prepare/file")
@access(PREPARE)
@takes(file=SIZE_LIMIT)
def send_file() -> ResponseReturnValue:
    """A file has come, in pieces or at once: look at it before it is taken over."""
    if g.get("file_too_large"):
        return _prepare(413, _l("Die Datei ist größer als %(limit)s MB.", limit=SIZE_LIMIT // 2**20))
    key, file = request.form.get("upload", ""), request.files.get("file")
    if key or file is None or not file.filename:
        return (
            redirect(url_for("text.prepare", upload=key)) if key else _prepare(422, _l("Bitte wählen Sie eine Datei."))
        )
    data, name, person_id = file.read(), file.filename, g.viewer.person.id
    try:
        with writing():
            upload = begin_upload(g.tenant.id, person_id, name, len(data))
            add_piece(upload, 0, data)
            key = upload.key
    except Invalid as invalid:
        return _prepare(422, invalid.sentence)
    return redirect(url_for("text.prepare", upload=key), 303)


@bp.post("/prepare/text")
@access(PREPARE)
def take_text() -> ResponseReturnValue:
    """Take the text of an upload over as the new version."""
    person_id, key = g.viewer.person.id, request.form.get("upload", "")
    number = _number()
    with writing():
        upload = upload_of(g.tenant.id, person_id, key, lock=True)
        data, name = bytes_of(upload), upload.name
        correcting.check_number(g.activity, number)
        report = importing.import_text(g.activity, data, name, actor_id=person_id)
        end_upload(upload)
    return redirect(url_for("text.prepare", done="draft-taken" if report.prepared else "text-taken"), 303)


def _preview(key: str) -> ResponseReturnValue:
    """What a file holds: the report, and its beginning as it would stand."""
    upload: Upload = upload_of(g.tenant.id, g.viewer.person.id, key)
    try:
        found = read(bytes_of(upload), upload.name)
    except UnreadableFile as error:
        return _prepare(422, error.sentence)
    outline = outlines.working_outline_of(g.activity)
    number = outline.stamp if outline else 0
    gone = {line.key for line in outline.lines} - {node.key for node in found.nodes} if outline else set()
    return render_template(
        "text/preview.html",
        staff_nav=staff_nav(),
        upload=upload,
        report=str(importing.report_on(found, _next_number(outline))).split("\n"),
        nodes=found.nodes[:SHOWN],
        more=max(len(found.nodes) - SHOWN, 0),
        number=number,
        commented=0 if correcting.is_prepared(g.activity) else correcting.comments_at(g.activity, gone),
        prepared=correcting.is_prepared(g.activity),
        closed=_why_closed() if outline else None,
    )


@bp.route("/prepare/section/<key>", methods=["GET", "POST"])
@access(PREPARE)
def section(key: str) -> ResponseReturnValue:
    """Correct one section: its words, its number, its kind; join, split, insert, remove."""
    outline = outlines.working_outline_of(g.activity)
    node = correcting.node_at(outline, key)
    if outline is None or node is None:
        raise Unknown
    stored = {"text": node.text, "label": node.label, "kind": node.kind.value, "number": str(outline.stamp)}
    form, act = SectionForm(data=stored), request.form.get("do", "save")
    form.kind.validate_choice = node.kind in editing.WORDED
    if request.method == "GET" or act not in ACTS or not form.validate():
        return _section(form, node)
    person_id = g.viewer.person.id
    try:
        with writing():
            correcting.rewrite(g.activity, _edit(act, key, form, node), number=_number(), actor_id=person_id)
            prepared = correcting.is_prepared(g.activity)
    except DraftConflict as conflict:
        return _both(key, form, conflict)
    except Refused as refused:
        g.procedure = procedure_by_id(g.procedure.id)
        form.form_errors.append(refused.sentence)
        return _section(form, node, refused.status)
    done = "draft-section-saved" if prepared else "section-saved"
    return redirect(url_for("text.prepare", section=key, done=done, _anchor=key), 303)


def _edit(act: str, key: str, form: SectionForm, node: NodeDraft) -> Any:
    """The edit a button stands for. Raises Invalid where it makes no sense."""
    text, label, kind = form.text.data, form.label.data or "", Kind(form.kind.data or node.kind)
    if act in ("join", "remove"):
        return partial(correcting.joined if act == "join" else correcting.removed, activity=g.activity, key=key)
    if node.kind not in editing.WORDED:
        raise Invalid(_l("Tabellen, Bilder und Fußnoten ändern Sie in der Datei und lesen sie neu ein."))
    if act == "split":
        return partial(editing.split, key=key, pieces=_pieces(text))
    if act == "insert":
        return partial(editing.inserted, after=key, text=text, label=label, kind=kind)
    return partial(editing.changed, key=key, text=text, label=label, kind=kind)


def _pieces(text: str) -> Sequence[str]:
    found = [piece for piece in text.replace("\r\n", "\n").split("\n\n") if piece.strip()]
    if len(found) < 2:
        raise Invalid(_l("Bitte setzen Sie eine leere Zeile dorthin, wo geteilt werden soll."), field="text")
    return found


def _section(form: SectionForm, node: NodeDraft, status: int = 200, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "text/section.html",
        staff_nav=staff_nav(),
        form=form,
        node=node,
        worded=node.kind in editing.WORDED,
        plain=node.html == editing.plain_html(node.text, node.kind),
        prepared=correcting.is_prepared(g.activity),
        closed=_why_closed(),
        **more,
    )
    return page, 422 if form.errors and status == 200 else status


def _both(key: str, form: SectionForm, conflict: DraftConflict) -> ResponseReturnValue:
    """What was typed beside what somebody else saved; pressing save again then means it."""
    g.procedure = procedure_by_id(g.procedure.id)
    g.activity = next(entry for entry in g.procedure.activities if entry.slug == g.activity.slug)
    outline = outlines.working_outline_of(g.activity)
    node = correcting.node_at(outline, key)
    if outline is None or node is None:
        raise conflict
    form.number.raw_data, form.number.data = None, str(outline.stamp)
    return _section(form, node, conflict.status, conflict=conflict.sentence, stored=node)


def _why_closed() -> Any:
    """Why the text stays as it is for now; None while it may change."""
    return _refusal(check_not_over if correcting.is_prepared(g.activity) else check_documents_may_change)


def _refusal(check: Callable[[Procedure], None]) -> Any:
    try:
        check(g.procedure)
    except Refused as refused:
        return refused.sentence
    return None


def _next_number(outline: outlines.Outline | None) -> int:
    """The number a new reading would have: a version in preparation is replaced."""
    return 1 if outline is None else outline.number + (1 if outline.published_at else 0)


def _number() -> int:
    typed = request.form.get("number", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
