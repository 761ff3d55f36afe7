"""What a PDF file would do by itself when it is opened."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

ACTS: Final = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|EmbeddedFiles|ImportData|SubmitForm)(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9a-fA-F]{2})")
_STREAM: Final = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n")
_UNPACKED: Final = 50 * 2**20  # bytes of all object streams together; a file with more is not looked at to its end


def acts(data: bytes) -> bool:
    """Whether a PDF file carries programs, forms that send, or files inside; True also for one that hides too well."""
    if _names_act(data):
        return True
    left = _UNPACKED
    for packed in _object_streams(data):
        try:
            unpacked = zlib.decompressobj().decompress(packed, left)
        except zlib.error:
            continue
        left -= len(unpacked)
        if left <= 0 or _names_act(unpacked):
            return True
    return False


def _names_act(data: bytes) -> bool:
    """Names may be written with escapes: /J#61vaScript."""
    if ACTS.search(data):
        return True
    return b"#" in data and bool(ACTS.search(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)))


def _object_streams(data: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(data):
        yield data[found.end() : data.find(b"endstream", found.end())]
