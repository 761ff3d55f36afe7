"""For data protection officers: record of processing, periods, draft of the assessment; to read, print and download."""

from flask import Blueprint, Response, render_template
from flask_babel import lazy_gettext as _l

from participation.access.rules import ADMINISTER, OPERATE
from participation.accounts.processing import SHEETS
from participation.accounts.sheets import Sheet, markdown
from participation.kernel.refusal import Unknown
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("privacy", __name__)
TITLES = {
    "record": _l("Verzeichnis von Verarbeitungstätigkeiten"),
    "retention": _l("Löschfristen"),
    "assessment": _l("Datenschutz-Folgenabschätzung (Entwurf)"),
}


@bp.get("/-/privacy")
@access(OPERATE)
def installation() -> str:
    """The record, for whoever operates the installation."""
    return _page("record", "privacy.installation_sheet")


@bp.get("/-/privacy/<sheet>")
@access(OPERATE)
def installation_sheet(sheet: str) -> str:
    """One of the documents."""
    return _page(sheet, "privacy.installation_sheet")


@bp.get("/<tenant>/-/privacy")
@access(ADMINISTER)
def show() -> str:
    """The record, for an authority."""
    return _page("record", "privacy.sheet")


@bp.get("/<tenant>/-/privacy/<sheet>")
@access(ADMINISTER)
def sheet(sheet: str) -> str:
    """One of the documents."""
    return _page(sheet, "privacy.sheet")


@bp.get("/<tenant>/-/privacy/<sheet>.md")
@access(ADMINISTER)
def download(sheet: str) -> Response:
    """The same as Markdown, to go on with in a text program."""
    answer = Response(markdown(_made(sheet)), mimetype="text/markdown")
    answer.headers["Content-Disposition"] = f"attachment; filename={sheet}.md"
    return answer


def _made(key: str) -> Sheet:
    if key not in SHEETS:
        raise Unknown
    return SHEETS[key]()


def _page(key: str, endpoint: str) -> str:
    return render_template(
        "pages/privacy/show.html",
        sheet=_made(key),
        titles=TITLES,
        endpoint=endpoint,
        staff_nav=staff_nav(),
    )
