"""The blueprint of drafts and contributions; its views stand in the contribution_… files."""

from typing import Final

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l

from participation.kernel.text import excerpt, plain

bp = Blueprint("contributions", __name__)

ROOM: Final = 3_500_000  # bytes: 1 MB of any letters, three times as long in a form, is read and shown again
KEPT: Final = _l("Zwischengespeichert. Nur Sie sehen das.")


@bp.app_template_filter("excerpt")
def excerpt_of(html: str, length: int) -> str:
    """The first words of a stored text, as people read them: without tags and without the marks they typed."""
    return excerpt(plain(html), length)


def asked_by_script() -> bool:
    """Whether the script asks that keeps a text while somebody types; a form of the page takes a page as its answer."""
    return bool(request.accept_mimetypes.best == "application/json")
