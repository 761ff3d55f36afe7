"""Downloading one's data."""

import io
import json
import zipfile

import pytest


@pytest.mark.requirement("RA-3-06")
def test_the_file_holds_what_the_person_wrote_and_nothing_of_others(world, lived_in, client, post):
    person, one, _ = lived_in
    world.contribution(one, source="Geheimnis einer anderen Person")
    world.log_in(client, person)
    answer = post(client, "/-/data")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=meine-daten-")
    assert answer.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert sorted(archive.namelist()) == ["meine-daten.html", "meine-daten.json"]
    data = json.loads(archive.read("meine-daten.json"))["daten"]
    assert data["person"][0]["email"] == person.email
    assert {row["source"] for row in data["contribution"]} == {
        "Der Steg soll bleiben.", "Und die Bank auch.", "Hier ebenso.",
    }  # fmt: skip
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert "Der Steg soll bleiben." in text
        assert "Geheimnis" not in text
        assert "Von jemand anderem" not in text
        assert "argon2" not in text


def test_the_file_needs_a_log_in_on_each_fetch(world, client):
    assert client.get("/-/data").status_code == 302
    assert client.post("/-/data").status_code in (400, 401)


def test_what_was_typed_is_shown_as_text(world, client, post):
    person = world.person(name="<script>alert(1)</script>")
    world.log_in(client, person)
    page = zipfile.ZipFile(io.BytesIO(post(client, "/-/data").data)).read("meine-daten.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
