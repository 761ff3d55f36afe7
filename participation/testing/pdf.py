"""Small PDF files for tests, written by hand: one rectangle, on as many pages of one size as are wanted."""

import zlib
from collections.abc import Sequence

DRAWING = b"0 0 1 rg 10 10 90 40 re f"  # a blue rectangle


def pdf(*, pages: int = 1, box: str = "0 0 200 100", content: bytes = DRAWING, words: bytes = b"") -> bytes:
    """A sound file. box: the MediaBox in points; words: more of the catalogue."""
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + pages))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 3 0 R>>".encode()
    stream = b"<</Length %d>>stream\n%b\nendstream" % (len(content), content)
    tree = f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode()
    return assembled([b"<</Type/Catalog/Pages 2 0 R" + words + b">>", tree, stream, *[page] * pages])


def packed_bomb(megabytes: int) -> bytes:
    """A small file whose drawing is this large when it is unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    return pdf(content=packed).replace(b"<</Length", b"<</Filter/FlateDecode/Length")


def assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, the first of which is the catalogue, with a true table of where they stand."""
    made, places = b"%PDF-1.7\n", []
    for number, words in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%b endobj\n" % (number, words)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    root = b"trailer<</Size %d/Root 1 0 R%b>>\n" % (len(objects) + 1, trailer)
    return made + head + table + root + b"startxref\n%d\n%%%%EOF\n" % len(made)
