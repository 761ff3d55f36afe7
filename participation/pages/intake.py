"""Recording what came by letter, e-mail, telephone, on record or at an event: one by one, and correcting it."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.access.rules import ANSWER
from participation.contributions import intake, intake_queries
from participation.contributions.form_keys import fresh_key, sent_before
from participation.contributions.intake_checks import formats_of, same_text
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.contributions.queries import versions_of
from participation.contributions.text_keys import text_key
from participation.kernel.db import writing
from participation.kernel.files import FileRefused
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.pages import intake_import, intake_letters
from participation.pages.account_forms import blame
from participation.pages.intake_forms import LARGEST_SCAN, SCANS, BackForm, RecordForm, actor, scan_sent
from participation.pages.intake_routes import TEXT_ROOM, bp, format_with, number_of, recorded, refusal
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav
from participation.web.stored_files import send_stored

PAGES = (intake_import, intake_letters)  # they hang their addresses on the blueprint


@bp.get("")
@access(ANSWER)
def index() -> str:
    """What was recorded, the newest first."""
    return render_template(
        "pages/intake/index.html",
        staff_nav=staff_nav(),
        page=intake_queries.records(g.procedure, after=number_of(request.args.get("after", "")) or None),
        numbers=intake_queries.numbers(g.procedure),
        places=intake_queries.places_in(g.procedure),
        refusal=refusal(),
    )


@bp.route("/new", methods=["GET", "POST"])
@access(ANSWER)
@takes(text=TEXT_ROOM, file=LARGEST_SCAN, pasted=True)
def new() -> ResponseReturnValue:
    """The form for one; by POST record it, and go on to the next of the stack."""
    form = RecordForm.fresh(g.procedure)
    if not form.is_submitted():
        return _form(form)
    # the words first: a copy that arrives between the two questions has then noted its key as well
    if (twin := _twin(form)) and not sent_before(form.form_key.data or "", actor()):
        return _form(form, 409, twin=twin)
    made = _recorded(form) if form.validate() else 0
    if not made:
        return _form(form, 422)
    return redirect(url_for("intake.new", done="intake-recorded", last=made, **form.stays()), 303)


def _twin(form: RecordForm) -> str:
    """The number of a contribution with the same words that this page did not show yet, "" for none."""
    text = (form.text.data or "").strip()
    found = "".join(same_text(g.procedure, [text_key(text)]).values()) if text else ""
    is_new = found not in ("", form.double.data)
    form.double.data = found
    return found if is_new else ""


def _recorded(form: RecordForm) -> int:
    """The number of the new contribution; 0 where the form says what is wrong."""
    by, activity = actor(), format_with(form.activity.data or 0)
    try:
        if activity is None:
            raise Refused(_("In diesem Verfahren gibt es nichts, wozu Menschen Beiträge senden können."))
        scan = scan_sent()
        with writing():
            key = form.form_key.data or ""
            return intake.record(activity, form.received(), scan=scan, actor_id=by, key=key).id
    except Conflict as error:
        form.form_key.data = fresh_key()  # pressed once more it is meant
        return _blame(form, error)
    except Refused as error:
        return _blame(form, error)


def _blame(form: RecordForm, error: Refused) -> int:
    """A refusal of the whole stands above the form, one of the file beside it. Returns 0."""
    field = "scan" if isinstance(error, FileRefused) else getattr(error, "field", "")
    blame(form, Invalid(error.sentence, field=field))
    return 0


def _form(form: RecordForm, status: int = 200, **values: Any) -> ResponseReturnValue:
    if g.get("file_too_large"):
        blame(
            form, Invalid(FileRefused(_("sie ist zu groß"), allowed=SCANS, at_most=LARGEST_SCAN).sentence, field="scan")
        )
    last = intake_queries.record_at(g.procedure, number_of(request.args.get("last", "")))
    html = render_template(
        "pages/intake/form.html",
        staff_nav=staff_nav(),
        form=form,
        formats=formats_of(g.procedure),
        refusal=refusal(),
        last=last[0] if last else None,
        **{"twin": "", "contribution": None, "record": None, "conflict": None, "back": None, **values},
    )
    return html, status, {"Cache-Control": "no-store"}


@bp.route("/<int:number>", methods=["GET", "POST"])
@access(ANSWER)
@takes(text=TEXT_ROOM, file=LARGEST_SCAN, pasted=True)
def change(number: int) -> ResponseReturnValue:
    """One record; by POST correct it. Where somebody was faster both are shown."""
    contribution, record = recorded(number)
    form = RecordForm.of(g.procedure, contribution, record)
    try:
        if form.validate_on_submit() and _corrected(form, contribution):
            return redirect(url_for("intake.change", number=number, done="intake-corrected"), 303)
    except Conflict as error:
        now_is = recorded(number)
        form.version.data = str(now_is[1].version)
        return _record(form, *now_is, status=error.status, conflict=error.sentence)
    return _record(form, *recorded(number), status=422 if form.is_submitted() else 200)


def _corrected(form: RecordForm, contribution: Contribution) -> bool:
    by, activity = actor(), format_with(contribution.activity_id)
    if activity is None or activity.id != contribution.activity_id:
        raise Unknown
    try:
        scan = scan_sent()
        with writing():
            values: dict[str, Any] = {"version": form.seen, "scan": scan, "actor_id": by}
            intake.correct(contribution, activity, form.received(), **values)
        return True
    except Conflict:
        raise
    except Refused as error:
        _blame(form, error)
        return False


def _record(
    form: RecordForm, contribution: Contribution, record: Intake, *, status: int, **values: Any
) -> ResponseReturnValue:
    versions = versions_of(contribution.id)
    on = {"contribution": contribution, "record": record, "back": BackForm(formdata=None), "versions": versions}
    return _form(form, status, **on | values)


@bp.post("/<int:number>/take-back")
@access(ANSWER)
def take_back(number: int) -> ResponseReturnValue:
    """Take a record back, with the reason; it stays in the file."""
    contribution, record = recorded(number)
    form, by = BackForm(), actor()
    try:
        with writing():
            intake.take_back(contribution, why=form.why.data or "", actor_id=by)
    except Invalid as error:
        blame(form, error)
        contribution, record = recorded(number)
        stored = RecordForm.of(g.procedure, contribution, record, typed=False)
        return _record(stored, contribution, record, status=422, back=form)
    return redirect(url_for("intake.index", done="intake-taken-back"), 303)


@bp.post("/<int:number>/scan")
@access(ANSWER)
def scan(number: int) -> ResponseReturnValue:
    """The scanned original; that somebody opened it is written into the log, so it is no link."""
    contribution, by = recorded(number)[0], actor()
    with writing():
        found = intake.open_scan(contribution, actor_id=by)
    answer = send_stored(found.stored_name, found.media_type, found.file_name, found.size)
    answer.headers["Cache-Control"] = "no-store"
    return answer


__all__ = ["PAGES", "bp"]
