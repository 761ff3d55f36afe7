"""Bodies that are too large, cut into too many pieces, packed or broken are refused, most of them unread."""

import gzip
import resource
import time
from urllib.parse import unquote_to_bytes

import pytest

from participation.accounts.api_tokens import make_token
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.web.bodies import room_of

MB = 2**20
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class Counting:
    """A body that says how much of it was read, and is made while it is."""

    def __init__(self, size, piece=b"a"):
        self.left, self.piece, self.read_bytes = size, piece, 0

    def read(self, size=-1):
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.left -= size
        self.read_bytes += size
        return (self.piece * (size // len(self.piece) + 1))[:size]

    def readline(self, size=-1):
        return self.read(size)


def send(client, path, size, kind=FORM, method="POST", piece=b"a", **headers):
    """The answer to a body of so many bytes, and how many of them were read."""
    body = Counting(size, piece)
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
    answer = client.open(path, method=method, environ_overrides=environ, headers=headers)
    return answer, body.read_bytes


@pytest.fixture
def desk(world, client):
    """Somebody who may do everything in a procedure, and a key for programs."""
    procedure = world.procedure(world.tenant("stadt"), slug="plan")
    person = world.staff(procedure.tenant, Role.TENANT_ADMIN)
    world.log_in(client, person, staff=True)
    with transaction():
        token = make_token(person, procedure.tenant.id, "Test")
    return client, {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_ten_megabytes_are_refused_unread_by_every_address(app, desk, figure):
    client, token = desk
    known = {"tenant": "stadt", "procedure": "plan", "activity": "a"}
    asked, read, statuses = 0, 0, set()
    for rule in app.url_map.iter_rules():
        room = room_of(app.view_functions[rule.endpoint])
        for method in sorted(set(rule.methods) & set(UNSAFE)):
            if room is not None and room.file:
                continue  # takes files of ten megabytes
            values = {name: known.get(name) or _dummy(rule, name) for name in rule.arguments - set(rule.defaults or {})}
            path = app.url_map.bind("localhost").build(rule.endpoint, values | dict(rule.defaults or {}), method=method)
            kind = "application/json" if path.startswith("/api/") else FORM
            answer, taken = send(client, path, 10 * MB, kind, method, **(token if path.startswith("/api/") else {}))
            asked, read = asked + 1, read + taken
            statuses.add(answer.status_code)
    figure(f"10 MB to {asked} addresses: {read} bytes read, statuses {sorted(statuses)}")
    assert asked > 100
    assert read == 0
    assert statuses <= {400, 401, 403, 404, 409, 413, 415}
    assert 413 in statuses


def _dummy(rule, name):
    converter = rule._converters[name]
    return (
        next(iter(converter.items)) if hasattr(converter, "items") else 1 if hasattr(converter, "num_convert") else "x"
    )


LARGE = {
    "50 MB of line breaks": ("/stadt/plan/-/manage/contents/new/document", 50 * MB, PARTS, b"\r"),
    "50 MB of line breaks at once": ("/stadt/plan/-/manage/contents/new/document", 50 * MB, PARTS, b"\r\n"),
    "10 MB of a form": ("/stadt/plan/-/manage/contents/new/notice", 10 * MB, FORM, b"a"),
    "10 MB of a program": ("/api/v1/tenants/stadt/procedures/plan/contributions", 10 * MB, "application/json", b"["),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", LARGE)
def test_what_is_too_large_is_413(desk, case):
    client, token = desk
    path, size, kind, piece = LARGE[case]
    answer, _read = send(client, path, size, kind, piece=piece, **(token if "/api/" in path else {}))
    assert answer.status_code in (400, 413)


def parts(number, size=1):
    return b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"b" * size + b"\r\n" for _ in range(number)
    )


PIECES = {"100,000 parts": parts(100_000), "a field of 10 MB": parts(1, 10 * MB), "201 parts": parts(201)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", PIECES)
def test_too_many_parts_and_too_long_fields_are_413(desk, case):
    client, _token = desk
    body = PIECES[case] + b"--x--\r\n"
    path = "/stadt/plan/-/manage/contents/new/document"
    assert client.post(path, data=body, content_type=PARTS).status_code == 413


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_of_very_many_fields_is_413(desk):
    client, _token = desk
    answer = client.post("/stadt/plan/-/manage/contents/new/notice", data="a=b&" * 100_000, content_type=FORM)
    assert answer.status_code == 413


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_packed_bodies_are_refused(desk):
    client, token = desk
    packed = gzip.compress(bytes(10 * MB))
    for path, kind in (
        ("/stadt/-/log-in", FORM),
        ("/api/v1/tenants/stadt/procedures/plan/contributions", "application/json"),
    ):
        answer = client.post(path, data=packed, content_type=kind, headers={"Content-Encoding": "gzip"} | token)
        assert answer.status_code == 415


BROKEN_FORMS = {
    "NUL in a value": (FORM, b"email=a%00b"),
    "NUL in a name": (FORM, b"a%00=b"),
    "raw NUL": (FORM, b"email=a\x00b"),
    "escaped bytes that are no UTF-8": (FORM, b"email=%ff%fe"),
    "raw bytes that are no UTF-8": (FORM, b"email=\xff\xfe"),
    "a lone surrogate": (FORM, b"email=%ed%a0%80"),
    "parts that are no UTF-8": (PARTS, b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--x--\r\n'),
    "parts with NUL": (PARTS, b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na\x00\r\n--x--\r\n'),
    "parts without an end": (PARTS, b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na'),
    "no boundary": ("multipart/form-data", b"email=a"),
}
BROKEN_JSON = {
    "NUL": b'{"text": "a\\u0000b"}',
    "a lone surrogate": b'{"text": "\\ud800"}',
    "the other half": b'{"\\udc00": 1}',
    "no UTF-8": b'{"text": "\xff"}',
    "no JSON": b"{",
    "very deep": b"[" * 200_000,
    "deep and whole": b"[" * 5_000 + b"]" * 5_000,
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", BROKEN_FORMS)
def test_a_form_that_is_no_text_is_400(desk, case):
    client, _token = desk
    kind, body = BROKEN_FORMS[case]
    assert client.post("/stadt/-/log-in", data=body, content_type=kind).status_code == 400


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", BROKEN_JSON)
def test_what_a_program_sends_that_is_no_text_is_400(desk, case):
    client, token = desk
    path = "/api/v1/tenants/stadt/procedures/plan/contributions"
    answer = client.post(path, data=BROKEN_JSON[case], content_type="application/json", headers=token)
    assert answer.status_code == 400


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path", ["/%00", "/stadt%00/", "/%ff", "/stadt/plan%ed%a0%80/", "/?q=%00", "/-/search?q=%ff", "/?%00=a"]
)
def test_an_address_that_is_no_text_is_400(desk, path):
    raw, _sign, asked = path.partition("?")
    environ = {"PATH_INFO": unquote_to_bytes(raw).decode("latin-1"), "QUERY_STRING": asked}
    assert desk[0].get("/", environ_overrides=environ).status_code == 400


@pytest.mark.waits
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_no_comes_fast_and_with_little_memory(desk, figure):
    client, _token = desk
    slowest, before = 0.0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _round in range(20):
        begin = time.perf_counter()
        answer, _read = send(client, "/stadt/plan/-/manage/contents/new/notice", 10 * MB, "application/json")
        slowest = max(slowest, time.perf_counter() - begin)
        assert answer.status_code in (400, 413)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    spent = {}
    for case, body in PIECES.items():
        begin = time.process_time()
        client.post("/stadt/plan/-/manage/contents/new/document", data=body + b"--x--\r\n", content_type=PARTS)
        spent[case] = time.process_time() - begin
    begin = time.process_time()
    send(client, "/stadt/plan/-/manage/contents/new/document", 50 * MB, PARTS, piece=b"\r")
    spent["50 MB of CR"] = time.process_time() - begin
    figure(
        f"10 MB refused in at most {slowest * 1000:.0f} ms, {grown} MB more; worst body {max(spent.values()):.2f} s CPU"
    )
    assert slowest <= 0.2
    assert grown <= 20
    assert max(spent.values()) < 1
