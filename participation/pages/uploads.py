"""Staff uploads in pieces, by the core of the tus protocol 1.0: what has arrived stays when the line breaks."""

from base64 import b64decode
from binascii import Error as NotBase64

from flask import Blueprint, Response, g, request, url_for
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.http import http_date

from participation.access.rules import EDIT
from participation.kernel.db import writing
from participation.kernel.uploads import Upload, add_piece, begin_upload, end_upload, largest, upload_of
from participation.web.guard import access

bp = Blueprint("uploads", __name__, url_prefix="/<tenant>/<procedure>/-/manage/uploads")

PROTOCOL = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
PIECE = "application/offset+octet-stream"


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@access(EDIT)
def ask() -> Response:
    """What this server can do."""
    about = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,expiration,termination"}
    return Response(status=204, headers={**PROTOCOL, **about, "Tus-Max-Size": str(largest())})


@bp.post("")
@access(EDIT)
def create() -> Response:
    """Announce a file: its length, and its name."""
    person_id = g.viewer.person.id
    with writing():
        upload = begin_upload(g.tenant.id, person_id, _name(), _number("Upload-Length"))
        return _answer(201, upload, Location=url_for("uploads.piece", key=upload.key))


@bp.route("/<key>", methods=["HEAD"])
@access(EDIT)
def state(key: str) -> Response:
    """How much is here."""
    upload = upload_of(g.tenant.id, g.viewer.person.id, key)
    answer = _answer(200, upload)
    answer.headers["Upload-Length"] = str(upload.size)
    return answer


@bp.patch("/<key>")
@access(EDIT)
def piece(key: str) -> Response:
    """Append what comes next."""
    if request.mimetype != PIECE:
        raise UnsupportedMediaType
    data, person_id = request.get_data(), g.viewer.person.id
    with writing():
        upload = upload_of(g.tenant.id, person_id, key, lock=True)
        add_piece(upload, _number("Upload-Offset"), data)
        return _answer(204, upload)


@bp.delete("/<key>")
@access(EDIT)
def discard(key: str) -> Response:
    """Forget a file that is not wanted any more."""
    person_id = g.viewer.person.id
    with writing():
        end_upload(upload_of(g.tenant.id, person_id, key, lock=True))
    return _answer(204)


def _answer(status: int, upload: Upload | None = None, **more: str) -> Response:
    known = {} if upload is None else {
        "Upload-Offset": str(upload.offset), "Upload-Expires": http_date(upload.expires_at)
    }  # fmt: skip
    return Response(status=status, headers={**PROTOCOL, **known, **more})


def _number(header: str) -> int:
    """A header as a number; -1 where it is none, which fits nowhere."""
    typed = request.headers.get(header, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else -1


def _name() -> str:
    """The file name of `Upload-Metadata`, "" where there is none that can be read."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode("utf-8")
            except (NotBase64, UnicodeDecodeError):
                return ""
    return ""
