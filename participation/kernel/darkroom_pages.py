"""The process that draws a page of a stranger's PDF: `python -m participation.kernel.darkroom_pages LONGEST NUMBER`.

Reads the file from standard input, writes `media-type width height`, a line break and the picture to standard output.
Imports nothing of ours but the limits of the dark room. Exit codes: 0 drawn, 3 too large for the memory, 4 it asks for
a password, 5 no such page (standard output says how many there are), 6 no size that is printed, 7 nothing to be seen;
1 no PDF for us; by a signal: the end by a limit.
"""

import sys
from io import BytesIO

import pypdfium2
from PIL import Image
from pypdfium2.raw import FPDF_ERR_PASSWORD

from participation.kernel.darkroom import MADE_PIXELS, TOO_LARGE, limit

LOCKED, NO_PAGE, NO_SIZE, BLANK = 4, 5, 6, 7
METRE = 72 / 0.0254  # points
SHORTEST, LONGEST = 0.005 * METRE, 4 * METRE  # sides of a page
PNG_BYTES = 4 * 2**20


def main() -> None:
    """Limit this process for good, then draw one page."""
    limit()
    data = sys.stdin.buffer.read()
    try:
        made = draw(pypdfium2.PdfDocument(data), int(sys.argv[1]), int(sys.argv[2]))
    except pypdfium2.PdfiumError as error:
        sys.exit(LOCKED if error.err_code == FPDF_ERR_PASSWORD else str(error))
    except MemoryError:
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(made)


def draw(document: pypdfium2.PdfDocument, longest: int, number: int) -> bytes:
    """A page on white, its longer side `longest` pixels. Ends the process where there is nothing to draw."""
    if not 1 <= number <= len(document):
        sys.stdout.write(str(len(document)))
        sys.exit(NO_PAGE)
    page = document[number - 1]
    sides = page.get_size()
    if _is_empty(page) or min(sides) < SHORTEST or max(sides) > LONGEST:
        sys.exit(NO_SIZE)
    most = min(longest, int(MADE_PIXELS**0.5))
    picture = page.render(scale=(most - 0.5) / max(sides)).to_pil()  # sides are rounded up
    if _is_blank(picture):
        sys.exit(BLANK)
    return _encode(picture)


def _is_empty(page: pypdfium2.PdfPage) -> bool:
    """Whether the file names an area without size; the library would take the one of a letter instead."""
    left, bottom, right, top = page.get_mediabox()
    return bool(left == right or bottom == top)


def _is_blank(picture: Image.Image) -> bool:
    """Whether all but the margin has one colour: so it has also where a scan did not fit into the memory."""
    width, height = picture.size
    middle = picture.crop((width // 100, height // 100, width - width // 100, height - height // 100))
    return middle.getcolors(1) is not None


def _encode(picture: Image.Image) -> bytes:
    """Lines keep their colours in PNG; what is no drawing, such as a scan, would be too heavy that way."""
    made, kind = BytesIO(), "png"
    picture.save(made, "PNG", compress_level=4)
    if made.tell() > PNG_BYTES:
        made, kind = BytesIO(), "webp"
        picture.save(made, "WEBP", quality=90, method=2)
    return f"image/{kind} {picture.width} {picture.height}\n".encode("ascii") + made.getvalue()


if __name__ == "__main__":
    main()
