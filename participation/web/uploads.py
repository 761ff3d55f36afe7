"""A form with a file that is far too large: what stands before the file is kept, the file itself is not read."""

from collections.abc import Iterator
from io import BytesIO

from flask import g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.multipart import Data, Field, MultipartDecoder, NeedData
from werkzeug.wsgi import LimitedStream

AT_ONCE = 2**16
PATIENCE = 64 * 2**20  # bytes that are let pass, so that the browser reads the answer


def read_before_file(room: int) -> None:
    """Instead of the form: the fields before its file, at most `room` bytes; `g.file_too_large` says that it was so.

    A body that is no form with a file is left alone, and refused by its length.
    """
    boundary = request.mimetype_params.get("boundary")
    if request.method != "POST" or request.mimetype != "multipart/form-data" or not boundary:
        return
    stream = LimitedStream(request.environ["wsgi.input"], request.content_length or 0)
    fields = ImmutableMultiDict(list(_fields(_head(stream, room), boundary.encode())))
    _let_pass(stream)
    # where werkzeug keeps what it has parsed: the token is checked, and the view reads the text, as ever
    vars(request._get_current_object()).update(form=fields, files=ImmutableMultiDict(), stream=BytesIO())  # type: ignore[attr-defined]
    g.file_too_large = True


def _fields(head: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """Names and values up to the first file; a broken form ends where it breaks."""
    decoder, name, value = MultipartDecoder(boundary), "", b""
    decoder.receive_data(head)
    try:
        while not isinstance(event := decoder.next_event(), NeedData):
            if isinstance(event, Field):
                name, value = event.name, b""
            elif isinstance(event, Data) and name:
                value += event.data
                if not event.more_data:
                    yield name, value.decode("utf-8", "replace")
                    name = ""
    except ValueError:
        return


def _head(stream: LimitedStream, room: int) -> bytes:
    head = b""
    while len(head) < room and (chunk := stream.read(AT_ONCE)):
        head += chunk
    return head


def _let_pass(stream: LimitedStream) -> None:
    for _ in range(PATIENCE // AT_ONCE):
        if not stream.read(AT_ONCE):
            return
