"""Pictures that people send: decoded and made anew in a process of their own, so that nothing of the file survives.

What comes back has no metadata (no position, no camera, no thumbnail), stands upright and is small enough for a page.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from participation.kernel.files import FileRefused
from participation.kernel.media import PICTURES, is_picture

MOST_BYTES = 40 * 2**20
PATIENCE = 30  # seconds of wall clock; the process itself is limited to 10 seconds of work
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "participation.kernel.darkroom")
TOO_LARGE = 3  # the exit code of the dark room for a picture that is too large
UNREADABLE = _l("das Bild ließ sich nicht lesen")


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
    head, made = _develop(data, longest).split(b"\n", 1)
    media_type, width, height = head.decode("ascii").split(" ")
    return Picture(made, media_type, int(width), int(height))


def _develop(data: bytes, longest: int) -> bytes:
    try:
        # an empty environment: no secret of ours is in reach of a decoder with a hole
        done = subprocess.run(  # noqa: S603 - our own program, arguments are ours
            (*COMMAND, str(longest)),
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            cwd=ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(UNREADABLE) from None
    if done.returncode == TOO_LARGE:
        raise _refused(_l("das Bild hat zu viele Bildpunkte"))
    if done.returncode != 0:
        raise _refused(UNREADABLE)
    return done.stdout


def _refused(why: LazyString) -> FileRefused:
    return FileRefused(why, allowed=PICTURES, at_most=MOST_BYTES)
