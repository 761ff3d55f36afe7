"""What a request may bring: no more than its view takes, and only text that can be read and stored.

Who sends more is told 413 before anything is read; bytes that are no UTF-8, NUL and lone surrogates are answered with
400, in addresses, forms and JSON alike. Packed bodies are refused: nobody knows how large they are.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

import flask
from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser, MultiPartParser

from participation.kernel.text import check_storable
from participation.web.problems import is_for_programs
from participation.web.uploads import read_before_file

MOST_FIELDS: Final = 10_000  # of a form without a file
BESIDE: Final = 2 * 2**20  # bytes of the words that come with a file

View = TypeVar("View", bound=Callable[..., Any])
Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


@dataclass(frozen=True, kw_only=True)
class Room:
    """What a view takes beyond what every view does: bytes of a field, bytes of a file."""

    text: int
    file: int
    pasted: bool


def takes(*, text: int = 200_000, file: int = 0, pasted: bool = False) -> Callable[[View], View]:
    """A view that takes longer texts or a file; of a body that is too large the words before the file are kept.

    `pasted`: its form drops NUL itself, so that nobody loses a text for a character that came with the clipboard.
    """

    def mark(view: View) -> View:
        view.room = Room(text=text, file=file, pasted=pasted)  # type: ignore[attr-defined]
        return view

    return mark


def room_of(view: Callable[..., Any] | None) -> Room | None:
    """What a view declared; None for what every view takes."""
    found: Room | None = getattr(view, "room", None)
    return found


def init_app(app: Flask) -> None:
    """Judge each request before anybody reads it."""
    app.request_class = Request
    app.url_value_preprocessor(_make_room)
    app.before_request(_refuse_unreadable)


class Request(flask.Request):
    """Flask's request, whose forms are read strictly."""

    def make_form_data_parser(self) -> FormDataParser:
        """A parser for this request."""
        room = room_of(current_app.view_functions.get(self.endpoint or ""))
        return StrictParser(
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
            pasted=room is not None and room.pasted,
        )


class StrictParser(FormDataParser):
    """Reads forms; raises BadRequest for what is none, instead of guessing."""

    def __init__(self, *, pasted: bool, **limits: Any) -> None:
        super().__init__(**limits)
        self.pasted = pasted

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        """The fields and files of a form. Raises BadRequest, RequestEntityTooLarge."""
        form, files = self.cls(), self.cls()
        try:
            if mimetype == "multipart/form-data":
                form, files = self._parts(stream, content_length, options or {})
            elif mimetype == "application/x-www-form-urlencoded":
                form = self._fields(stream.read())
            if not self.pasted:
                _check([*form, *(value for _name, value in form.items(multi=True))])
        except ValueError:
            raise BadRequest from None
        return stream, form, files

    def _fields(self, body: bytes) -> MultiDict[str, str]:
        if body.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        return self.cls(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict"))

    def _parts(
        self, stream: IO[bytes], content_length: int | None, options: dict[str, str]
    ) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise BadRequest
        parser = _Bytes(max_form_memory_size=self.max_form_memory_size, max_form_parts=self.max_form_parts)
        form, files = parser.parse(stream, boundary, content_length)
        read = [(name, value.encode("latin-1").decode("utf-8")) for name, value in form.items(multi=True)]
        return self.cls(read), self.cls(files)


class _Bytes(MultiPartParser):
    """Keeps each byte of a value as a character of its own, so that none is replaced."""

    def get_part_charset(self, headers: Headers) -> str:  # noqa: ARG002
        """Latin 1, whatever the part says."""
        return "iso-8859-1"


def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: as much as its view declared."""
    room = room_of(current_app.view_functions.get(endpoint or ""))
    if room is None:
        return
    whole = room.file + BESIDE if room.file else room.text
    request.max_content_length, request.max_form_memory_size = whole, room.text
    if room.file and (request.content_length or 0) > whole:
        read_before_file(room.text)


def _refuse_unreadable() -> None:
    """Judge the address, the packing, and what programs send."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType
    try:
        path = request.environ.get("PATH_INFO", "").encode("latin-1")
        _check([part.decode("utf-8") for part in (path, unquote_to_bytes(request.query_string))])
        if is_for_programs() and request.is_json:
            _check(_strings(request.get_json(silent=True)))
            _refuse_doubled(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest from None


def _refuse_doubled(body: bytes) -> None:
    """A name that stands twice in an object means one thing to us and another to whoever reads along. ValueError."""
    if body:
        json.loads(body, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _check(texts: Any) -> None:
    for text in texts:
        check_storable(text)


def _strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value, names included."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
