"""Pictures that people send: decoded and made anew in a process of their own, so that nothing of the file survives.

What comes back has no metadata (no position, no camera, no thumbnail), stands upright and is small enough for a page.
A page of a PDF becomes a picture the same way.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from participation.kernel.files import FileRefused, inspect
from participation.kernel.media import DAMAGED, ENCRYPTED, PICTURES, is_picture
from participation.kernel.refusal import Invalid

MOST_BYTES = 40 * 2**20
PATIENCE = 30  # seconds of wall clock; the process itself is limited to 10 seconds of work
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "participation.kernel.darkroom")
PAGES_COMMAND = (sys.executable, "-m", "participation.kernel.darkroom_pages")
SHEETS = PICTURES | {"pdf"}
UNREADABLE = _l("das Bild ließ sich nicht lesen")
COSTLY = _l("die Seite ist zu groß oder zu aufwendig gezeichnet")
STOPPED = -9
NO_PAGE = 5  # as the keys below an exit code of the dark room; its output says how many pages there are
WHY = {3: _l("das Bild hat zu viele Bildpunkte")}
WHY_NO_PAGE = {
    1: DAMAGED,
    4: ENCRYPTED,
    6: _l("die Seite ist kürzer als 5 Millimeter oder länger als 4 Meter"),
    7: _l("auf der Seite ist nichts zu sehen"),
}


@dataclass(frozen=True)
class Picture:
    """A picture made by us; width and height in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def shrink(data: bytes, *, longest: int = 1600) -> Picture:
    """The picture with its longer side at most `longest` pixels, without metadata, upright.

    JPEG and PNG come in up to 60 megapixels, WebP up to 25, each up to 40 MB. JPEG goes out as JPEG, WebP as
    WebP, PNG as PNG where it is transparent, else as JPEG. Raises FileRefused for everything broken, too large or too
    costly; what does not begin as a picture starts no process.
    """
    if len(data) > MOST_BYTES:
        raise _refused(_l("sie ist zu groß"))
    if not is_picture(data):
        raise _refused(UNREADABLE)
    code, made = _worked(COMMAND, data, longest)
    if code != 0:
        raise _refused(WHY.get(code, UNREADABLE))
    return _picture(made)


def page_of(data: bytes, number: int = 1, *, longest: int = 1600) -> Picture:
    """A page of a PDF drawn on white, its longer side `longest` pixels; a picture is its only page, shrunk.

    PDF comes in up to 40 MB and goes out as PNG, or as WebP where that would be heavy. Raises Invalid at the field
    `page` for a page that is not there, FileRefused as `shrink`, and for PDF with a password, with programs, without
    size, without anything to be seen, or longer than 4 metres.
    """
    if is_picture(data):
        return _only_page(data, number, longest)
    inspect(data, "", SHEETS, at_most=MOST_BYTES)
    code, made = _worked(PAGES_COMMAND, data, longest, number)
    if code == NO_PAGE:
        raise _no_page(int(made))
    if code != 0:
        raise _refused(WHY_NO_PAGE.get(code, COSTLY), SHEETS)
    return _picture(made)


def _only_page(data: bytes, number: int, longest: int) -> Picture:
    if number != 1:
        raise _no_page(1)
    try:
        return shrink(data, longest=longest)
    except FileRefused as refused:
        raise _refused(refused.why, SHEETS) from None


def _no_page(pages: int) -> Invalid:
    if pages == 1:
        return Invalid(_l("Die Datei hat nur eine Seite. Bitte geben Sie 1 an."), field="page")
    sentence = _l("Die Datei hat %(pages)s Seiten. Bitte geben Sie eine Zahl von 1 bis %(pages)s an.", pages=pages)
    return Invalid(sentence, field="page")


def _worked(command: tuple[str, ...], data: bytes, *numbers: int) -> tuple[int, bytes]:
    """Exit code and output of a dark room."""
    try:
        # an empty environment: no secret of ours is in reach of a decoder with a hole
        done = subprocess.run(  # noqa: S603 - our own program, arguments are ours
            (*command, *map(str, numbers)),
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            cwd=ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return STOPPED, b""
    return done.returncode, done.stdout


def _picture(made: bytes) -> Picture:
    head, data = made.split(b"\n", 1)
    media_type, width, height = head.decode("ascii").split(" ")
    return Picture(data, media_type, int(width), int(height))


def _refused(why: LazyString, allowed: frozenset[str] = PICTURES) -> FileRefused:
    return FileRefused(why, allowed=allowed, at_most=MOST_BYTES)
