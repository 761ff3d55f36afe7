"""Taking over a table: the template, a first look that stores nothing, the rows, and what was refused."""

import io
from typing import Any

import xlsxwriter
from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.access.rules import ANSWER
from participation.contributions.intake_import import take_over
from participation.contributions.intake_look import Look, look, passed_on
from participation.contributions.intake_table import COLUMNS
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.kernel.tables import MOST_BYTES
from participation.kernel.uploads import add_piece, begin_upload, bytes_of, end_upload, upload_of
from participation.openness.tabular import BOM, write_csv
from participation.pages.account_forms import blame
from participation.pages.intake_forms import ImportForm, TakeOverForm, actor
from participation.pages.intake_routes import bp, format_with, number_of, refusal
from participation.procedures.models import Activity
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

SHOWN = 100  # rows that are named on the page; the file to download has all of them
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/import", methods=["GET", "POST"])
@access(ANSWER)
@takes(file=MOST_BYTES)
def choose() -> ResponseReturnValue:
    """Choose a table; by POST keep it for two days and look into it."""
    form = ImportForm.fresh(g.procedure)
    if form.validate_on_submit():
        try:
            key = _kept(form)
            return redirect(url_for("intake.check", key=key, activity=form.activity.data or None), 303)
        except Invalid as error:
            blame(form, error)
    html = render_template(
        "pages/intake/choose.html", staff_nav=staff_nav(), form=form, columns=COLUMNS, refusal=refusal()
    )
    return html, 422 if form.is_submitted() else 200


def _kept(form: ImportForm) -> str:
    """The key of the file that was sent, after a look that it is a table at all. Raises Invalid."""
    file, by = form.file.data, actor()
    data: bytes = file.read(MOST_BYTES + 1) if file and file.filename else b""
    if g.get("file_too_large") or len(data) > MOST_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Möglich sind 10 MB. Bitte teilen Sie sie."), field="file")
    if not data:
        raise Invalid(_("Bitte wählen Sie eine Datei mit Inhalt."), field="file")
    with writing():
        upload = begin_upload(g.tenant.id, by, file.filename, len(data))
        add_piece(upload, 0, data)
        return upload.key


@bp.route("/import/<key>", methods=["GET", "POST"])
@access(ANSWER)
def check(key: str) -> ResponseReturnValue:
    """What the file holds, row by row; by POST take it over, all of it or without its bad rows."""
    form, activity = TakeOverForm(), _format()
    try:
        found = _look(activity, key)
    except Refused as error:
        return _checked(form, None, key, 422 if isinstance(error, Invalid) else error.status, refusal=error.sentence)
    if not form.validate_on_submit():
        return _checked(form, found, key, 200)
    try:
        number = _taken_over(activity, found, key, form)
    except (Invalid, Conflict) as error:
        return _checked(form, _look(activity, key), key, error.status, refusal=error.sentence)
    return redirect(url_for("intake.index", done="intake-imported" if number else "intake-nothing-new"), 303)


def _format() -> Activity:
    activity = format_with(number_of(request.args.get("activity", "")))
    if activity is None:
        raise Unknown
    return activity


def _look(activity: Activity, key: str) -> Look:
    upload = upload_of(g.tenant.id, actor(), key)
    return look(activity, bytes_of(upload), upload.name)


def _taken_over(activity: Activity, found: Look, key: str, form: TakeOverForm) -> int:
    by, skip, receipts = actor(), bool(form.skip_bad.data), bool(form.receipts.data)
    with writing():
        number = take_over(activity, found, skip_bad=skip, receipts=receipts, actor_id=by)
        if not found.bad:  # refused rows can still be downloaded
            end_upload(upload_of(g.tenant.id, by, key))
        return number


def _checked(form: TakeOverForm, found: Look | None, key: str, status: int, refusal: Any = None) -> ResponseReturnValue:
    html = render_template(
        "pages/intake/check.html", staff_nav=staff_nav(), form=form, found=found, key=key, refusal=refusal, most=SHOWN
    )
    return html, status, {"Cache-Control": "no-store"}


@bp.get("/import/<key>/refused.csv")
@access(ANSWER)
def refused(key: str) -> ResponseReturnValue:
    """The rows that cannot be taken over with the reason, to correct and import again."""
    found = _look(_format(), key)
    return _csv("".join(write_csv(passed_on(found.bad))), "zeilen-mit-fehlern.csv")


@bp.get("/import/template.<any(csv, xlsx):kind>")
@access(ANSWER)
def template(kind: str) -> ResponseReturnValue:
    """The head of the table; the workbook explains each column on its second sheet."""
    if kind == "csv":
        return _csv(BOM + ";".join(column.head for column in COLUMNS) + "\r\n", "eingaenge.csv")
    return Response(
        _workbook(),
        mimetype=XLSX,
        headers={"Content-Disposition": 'attachment; filename="eingaenge.xlsx"', "Cache-Control": "no-store"},
    )


def _csv(text: str, name: str) -> Response:
    head = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, mimetype="text/csv", headers=head)


def _workbook() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet, help_ = book.add_worksheet(str(_("Eingänge"))), book.add_worksheet(str(_("Hinweise")))
    sheet.set_column(0, len(COLUMNS) - 1, 22, text)
    help_.set_column(0, 0, 22)
    help_.set_column(1, 1, 90)
    for number, column in enumerate(COLUMNS):
        sheet.write_string(0, number, column.head, bold)
        needed = str(_("Nötig. ")) if column.needed else ""
        help_.write_string(number, 0, column.head, bold)
        help_.write_string(number, 1, needed + str(column.help))
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
