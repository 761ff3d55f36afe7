"""Files of drafts and contributions: checked, moved on sending, and swept when nothing names them."""

import io
import os
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from participation.accounts.models import Person
from participation.accounts.own_data import own_data
from participation.contributions import attachments, drafts
from participation.contributions.leaving import leave
from participation.contributions.models import Attachment, Contribution, Draft, DraftFile
from participation.contributions.sending import send_draft
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.files import FileRefused, UnknownFile, file_store
from participation.kernel.forgetting import forget_due
from participation.kernel.orphans import sweep_files
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Invalid
from participation.testing.probe import ADD, NOTE

FIELDS = {"text": "Mein Text", "quote": "", "organisation": "", "for_organisation": "self"}
COOKIE = "c" * 32
GPS = 0x8825
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def photo(kind="JPEG"):
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (52.0, 1.0, 30.0), 3: "E", 4: (8.0, 32.0, 0.0)}
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(file, kind, exif=exif)
    return file.getvalue()


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("page.html", "<script>alert(1)</script>")
    return file.getvalue()


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def draft(world, procedure, person):
    with transaction():
        return drafts.keep_draft(
            world.activity(procedure),
            cookie=COOKIE,
            person_id=person.id,
            kind=NOTE.name,
            place="here",
            parent=None,
            fields=FIELDS,
        )


def add(draft, data=PDF, name="plan.pdf", alternative=""):
    ready = attachments.checked(data, name)
    stored = file_store().put(ready.data)
    with transaction():
        attachments.add_file(drafts.locked_draft(draft.id), ready, stored, alternative)
    return stored


def send(world, procedure, person, draft):
    number, key, activity = draft.id, draft.key, world.activity(procedure)
    with transaction():
        return send_draft(number, key, activity, NOTE, ADD, who=world.viewer(person, procedure), fields=FIELDS).id


def age(*names, hours=2):
    """As if these files had been stored some hours ago."""
    then = (now() - timedelta(hours=hours)).timestamp()
    for name in names:
        os.utime(file_store().root / name[:2] / name[2:4] / name, (then, then))


def is_stored(name):
    try:
        file_store().open(name).close()
    except UnknownFile:
        return False
    return True


@pytest.mark.requirement("RA-3-13")
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (photo() + archive(), "foto.jpg"),
        (PDF + archive(), "plan.pdf"),
        (photo() + b"<script>alert(1)</script>", "foto.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bild.svg"),
        (b"<html><script>alert(1)</script>", "notiz.txt"),
        (b"MZ\x90\x00", "programm.pdf"),
        (b"# Titel", "notiz.md"),
        (photo()[:200], "foto.jpg"),
        (b"", "leer.pdf"),
        (b"x" * (attachments.LARGEST + 1), "viel.txt"),
    ],
)
def test_a_file_that_is_two_things_or_none_of_the_allowed_is_refused(app, data, name):
    with app.test_request_context(), pytest.raises(FileRefused) as refused:
        attachments.checked(data, name)
    with app.test_request_context():
        assert "10 MB" in str(refused.value.sentence)


@pytest.mark.requirement("RA-3-13")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_only_the_picture_is_left_without_its_position(kind):
    source = photo(kind)
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(GPS)
    ready = attachments.checked(source, "IMG_0001.HEIC")
    made = Image.open(io.BytesIO(ready.data))
    assert not made.getexif()
    assert made.size == (64, 48)
    assert ready.name.rpartition(".")[2] in ("jpg", "webp")
    assert ready.media_type == Image.MIME[made.format]


def test_a_draft_takes_three_files_and_says_so_at_the_fourth(draft):
    for number in range(3):
        add(draft, name=f"{number}.pdf")
    with pytest.raises(Invalid) as refused:
        add(draft)
    assert refused.value.field == "file"
    assert [file.name for file in attachments.files_of(draft)] == ["0.pdf", "1.pdf", "2.pdf"]


@pytest.mark.requirement("RA-3-13")
def test_sending_moves_the_files_to_the_contribution(world, procedure, person, draft):
    stored = [add(draft), add(draft, photo(), "steg.jpg", "Der alte Steg")]
    number = send(world, procedure, person, draft)
    rows = db.session.query(Attachment).order_by(Attachment.id).all()
    assert [row.stored_name for row in rows] == stored
    assert {row.contribution_id for row in rows} == {number}
    assert rows[1].alternative == "Der alte Steg"
    assert db.session.get(Contribution, number).attachments == 2
    assert (db.session.query(DraftFile).count(), db.session.query(Draft).count()) == (0, 0)


def test_the_sweep_removes_only_old_files_that_nothing_names(world, procedure, person, draft):
    sent = add(draft)
    send(world, procedure, person, draft)
    with transaction():
        other = drafts.keep_draft(
            world.activity(procedure), cookie=COOKIE, person_id=None, kind=NOTE.name, place="there", parent=None,
            fields=FIELDS,
        )  # fmt: skip
    waiting, orphan, fresh = add(other), file_store().put(b"orphan"), file_store().put(b"just now")
    age(sent, waiting, orphan)
    sweep_files()
    assert [is_stored(name) for name in (sent, waiting, orphan, fresh)] == [True, True, False, True]
    assert sweep_files() == 0


@pytest.mark.parametrize("way", ["discarded", "expired", "removed"])
def test_a_file_goes_with_its_draft(draft, way):
    stored = add(draft)
    age(stored)
    with transaction():
        if way == "discarded":
            drafts.discard_draft(drafts.locked_draft(draft.id))
        elif way == "removed":
            attachments.remove_file(draft, db.session.query(DraftFile).one().id)
        else:
            db.session.query(Draft).update({"expires_at": now() - timedelta(days=1)})
            forget_due()
    assert db.session.query(DraftFile).count() == 0
    assert is_stored(stored)
    sweep_files()
    assert not is_stored(stored)


def test_erasing_a_person_removes_the_files_of_drafts_and_keeps_those_of_the_authoritys_file(
    world, procedure, person, draft
):
    sent = add(draft)
    send(world, procedure, person, draft)
    with transaction():
        again = drafts.keep_draft(
            world.activity(procedure), cookie=COOKIE, person_id=person.id, kind=NOTE.name, place="here", parent=None,
            fields=FIELDS,
        )  # fmt: skip
    unsent = add(again)
    age(sent, unsent)
    with transaction():
        leave(db.session.get(Person, person.id), withdraw_all=False)
    work_off()
    assert [is_stored(name) for name in (sent, unsent)] == [True, False]
    assert db.session.query(DraftFile).count() == 0


def test_the_download_of_ones_data_names_the_files(world, procedure, person, draft):
    add(draft, name="gesendet.pdf")
    send(world, procedure, person, draft)
    with transaction():
        again = drafts.keep_draft(
            world.activity(procedure), cookie=COOKIE, person_id=person.id, kind=NOTE.name, place="here", parent=None,
            fields=FIELDS,
        )  # fmt: skip
    add(again, name="entwurf.pdf")
    tables = {table.name: table.rows for table in own_data(db.session.get(Person, person.id))}
    assert [row["name"] for row in tables["attachment"]] == ["gesendet.pdf"]
    assert [row["name"] for row in tables["draft_file"]] == ["entwurf.pdf"]
