"""Files of staff in pieces: interrupted, continued, and nobody else's."""

import base64
import re

import pytest

from participation.interfaces import Role
from participation.kernel import uploads
from participation.kernel.db import db, transaction
from participation.kernel.uploads import KEPT, Upload, bytes_of, forget_old_uploads

BASE = "/stadt/plan/-/manage/uploads"
DATA = bytes(range(256)) * 4096  # 1 MB
PIECE = 512 * 1024


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="plan", stage="draft")


@pytest.fixture
def editor(world, client, tenant, procedure):
    person = world.staff(tenant, Role.EDITOR)
    world.log_in(client, person, staff=True)
    return person


def headers(client, **more):
    page = client.get("/stadt/plan/-/manage/formats").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return {"X-CSRFToken": found[1], "Tus-Resumable": "1.0.0"} | {
        name.replace("_", "-"): text for name, text in more.items()
    }


def create(client, size=2**20, name="Entwurf ä.docx"):
    meta = "filename " + base64.b64encode(name.encode()).decode()
    return client.post(BASE, headers=headers(client, Upload_Length=str(size), Upload_Metadata=meta))


def send(client, place, offset, data):
    sent = headers(client, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
    return client.patch(place, headers=sent, data=data)


@pytest.mark.requirement("LP-07")
def test_a_file_that_was_interrupted_continues_and_is_the_same_byte_for_byte(client, editor):
    answer = create(client)
    place = answer.location
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert send(client, place, 0, DATA[:PIECE]).headers["Upload-Offset"] == str(PIECE)
    # here the line breaks; later the browser asks where it was
    asked = client.head(place)
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (
        200, str(PIECE), str(len(DATA)),
    )  # fmt: skip
    with pytest.raises(uploads.Conflict):
        bytes_of(db.session.query(Upload).one())
    assert send(client, place, PIECE, DATA[PIECE:]).status_code == 204
    upload = db.session.query(Upload).one()
    assert upload.is_whole
    assert upload.name == "Entwurf ä.docx"
    assert bytes_of(upload) == DATA


@pytest.mark.requirement("LP-07")
def test_files_of_300_mb_are_taken_and_larger_ones_refused(app, client, editor):
    assert create(client, 300 * 2**20).status_code == 201
    assert create(client, 300 * 2**20 + 1).status_code == 422
    assert client.options(BASE).headers["Tus-Max-Size"] == str(300 * 2**20)


@pytest.mark.parametrize("size", ["0", "-1", "viel", "", "9" * 30])
def test_a_length_that_is_none_is_422(client, editor, size):
    assert client.post(BASE, headers=headers(client, Upload_Length=size)).status_code == 422
    assert db.session.query(Upload).count() == 0


def test_a_piece_at_the_wrong_place_is_409_and_one_too_long_is_422(client, editor):
    place = create(client, 10).location
    assert send(client, place, 0, b"abcd").status_code == 204
    for offset in (0, 3, 5, -1):
        assert send(client, place, offset, b"xy").status_code == 409
    assert send(client, place, 4, b"1234567").status_code == 422
    assert send(client, place, 4, b"efghij").status_code == 204
    assert bytes_of(db.session.query(Upload).one()) == b"abcdefghij"


def test_what_a_broken_write_left_behind_is_cut_off(client, editor):
    place = create(client, 4).location
    with uploads._path(db.session.query(Upload).one()).open("ab") as file:
        file.write(b"half a piece that was never committed")
    send(client, place, 0, b"abcd")
    assert bytes_of(db.session.query(Upload).one()) == b"abcd"


def test_a_piece_of_another_media_type_is_415(client, editor):
    place = create(client, 4).location
    assert client.patch(place, headers=headers(client, Upload_Offset="0"), data=b"ab").status_code == 415


@pytest.mark.requirement("LP-07")
def test_nobody_else_can_read_or_write_an_upload(world, app, client, tenant, editor):
    place = create(client, 4).location
    other = app.test_client()
    world.log_in(other, world.staff(tenant, Role.EDITOR), staff=True)
    assert other.head(place).status_code == 404
    assert send(other, place, 0, b"abcd").status_code == 404
    assert other.delete(place, headers=headers(other)).status_code == 404
    world.log_in(other, world.staff(tenant, Role.MODERATOR), staff=True)
    assert other.head(place).status_code == 403
    assert app.test_client().head(place).status_code == 404  # the procedure is a draft
    assert db.session.query(Upload).one().offset == 0


def test_an_upload_needs_the_token(client, editor):
    assert client.post(BASE, headers={"Upload-Length": "4"}).status_code == 400
    assert db.session.query(Upload).count() == 0


def test_what_is_not_wanted_is_deleted_and_what_is_old_is_swept(client, editor, at):
    place = create(client, 4).location
    assert client.delete(place, headers=headers(client)).status_code == 204
    assert client.head(place).status_code == 404
    place = create(client, 4).location
    row = db.session.query(Upload).one()
    path, end = uploads._path(row), row.expires_at
    with at(end), transaction():
        assert forget_old_uploads() == 1
    with at(end + KEPT), transaction():
        forget_old_uploads()
    assert not path.exists()
    assert client.head(place).status_code == 404


def test_a_person_cannot_begin_without_end(client, editor, monkeypatch):
    monkeypatch.setattr(uploads, "OPEN_UPLOADS", 2)
    assert [create(client, 4).status_code for _ in range(3)] == [201, 201, 422]
