"""The package: nobody is named, nothing hidden is in it, the same data are the same bytes, no change goes unseen."""

import hashlib
import json
import tracemalloc
from datetime import timedelta
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from participation.contributions.models import Contribution
from participation.contributions.references import text_hash
from participation.interfaces import Package
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.orphans import sweep_files
from participation.results.container import lines, pack, put_together, write_lines
from participation.results.counting import figures_of
from participation.results.freezing import freeze
from participation.results.store import path_of
from participation.results.verifying import Damaged, faults_of, opened
from participation.testing.probe import count
from tests.results.conftest import KEY

CONTRIBUTIONS = "activities/probe-a/contributions.jsonl"


@pytest.fixture
def package(scene):
    """A package on the disk with everything in it."""
    scene.rate(scene.shown, agree=3, disagree=1)
    scene.cast("yes", "no", "yes")
    scene.answer(scene.shown)
    return path_of(scene.freeze(key=KEY).stored_name)


def rows_of(path, name=CONTRIBUTIONS):
    with ZipFile(path) as archive, archive.open(name) as file:
        return list(lines(file))


def verdict(path):
    """The faults, or the sentence of a damaged container."""
    try:
        with opened(path) as found:
            return faults_of(found)
    except Damaged as error:
        return f"damaged: {error}"


def with_file(path, target, name, change):
    """A copy of a package in which one file is another; the container itself is whole."""
    with ZipFile(path) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    files = change(files) if name is None else files | {name: change(files[name])}
    with target.open("wb") as file:
        put_together({entry: Held(data) for entry, data in files.items()}, file)
    return target


class Held:
    def __init__(self, data):
        self.data = data

    def open(self, _mode):
        return BytesIO(self.data)


@pytest.mark.requirement("BX-03", "RA-4.4-09")
def test_a_package_holds_what_was_published_and_its_figures(scene, package):
    with ZipFile(package) as archive:
        names = set(archive.namelist())
        figures = json.loads(archive.read("figures.json"))
        answers = archive.read("answers.jsonl").decode()
    assert {"manifest.json", "parameters.json", "README.txt", CONTRIBUTIONS, "activities/probe-a/ballots.jsonl"} < names
    activity = figures["activities"][0]
    assert (activity["contributions"], activity["not_shown"]) == (1, 2)
    assert activity["ratings"] == {"agree": 3, "neutral": 0, "disagree": 1}
    assert [(bar["key"], bar["value"], bar["chosen"]) for bar in activity["tallies"][0]["bars"]] == [
        ("yes", 2, True),
        ("no", 1, False),
    ]
    assert figures["answers"] == {"followed": 1}
    assert figures["people"] == 4
    assert "Das machen wir, versprochen." in answers
    assert scene.shown.reference in answers
    assert verdict(package) == []


@pytest.mark.requirement("LP-14")
def test_nobody_is_named_and_what_is_hidden_is_only_a_leaf(scene, package):
    whole = package.read_bytes().decode("utf-8", "replace")
    for words in ("Annemarie", "Zitronenfalter", "Quittenbaum", "Nebelkrähe", scene.writer.email):
        assert words not in whole, words
    rows = {row["reference"]: row for row in rows_of(package)}
    assert set(rows) == {scene.shown.reference, scene.hidden.reference, scene.withdrawn.reference}
    assert set(rows[scene.hidden.reference]) == {"reference", "state", "parent", "leaf"}
    shown = rows[scene.shown.reference]
    assert shown["author"] == 1
    assert text_hash(shown["salt"], shown["title"], shown["text"]) == shown["leaf"], "as on the receipt"


def test_a_redacted_text_is_in_as_published_and_its_leaf_stays_closed(scene):
    scene.rate(scene.shown, source="Mehr ███ bitte.", redacted=True)
    row = next(row for row in rows_of(path_of(scene.freeze().stored_name)) if row["reference"] == scene.shown.reference)
    assert row["text"] == "Mehr ███ bitte."
    assert "salt" not in row
    assert verdict(path_of(scene.freeze().stored_name)) == []


def test_what_came_in_during_a_phase_that_is_not_public_is_not_in_it(scene, world):
    scene.procedure = world.procedure(scene.tenant, stage="evaluation", kinds=["secret"], begins=timedelta(days=-40))
    scene.add("Vertraulich Holunder.")
    assert b"Holunder" not in path_of(scene.freeze().stored_name).read_bytes()


def test_the_same_data_and_salt_are_the_same_bytes(scene, package):
    again = scene.freeze(key=KEY)
    other = scene.freeze(key=bytes([1]) * 32)
    assert path_of(again.stored_name).read_bytes() == package.read_bytes()
    assert again.package_hash == hashlib.sha256(package.read_bytes()).hexdigest()
    assert other.root != again.root
    assert other.figures == again.figures


@pytest.mark.requirement("BX-03")
def test_any_flipped_byte_in_any_file_is_named(package, tmp_path):
    random = Random(7)
    with ZipFile(package) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    for name, size in sizes.items():
        for place in {0, size - 1, *(random.randrange(size) for _ in range(25))}:
            flip = 1 << random.randrange(8)
            changed = with_file(
                package, tmp_path / "changed.zip", name, lambda data, at=place, by=flip: flipped(data, at, by)
            )
            found = verdict(changed)
            assert name in str(found), f"{name} byte {place} xor {flip}: {found}"


def flipped(data, place, by):
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


@pytest.mark.requirement("BX-03")
def test_no_flipped_byte_of_the_container_passes(package, tmp_path):
    whole, random = package.read_bytes(), Random(11)
    tail = range(len(whole) - 900, len(whole))  # the directory of the zip
    for place in {*range(120), *tail, *(random.randrange(len(whole)) for _ in range(150))}:
        changed = tmp_path / "changed.zip"
        changed.write_bytes(flipped(whole, place, 1 << random.randrange(8)))
        assert verdict(changed), f"byte {place}"


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda data: b"kein Archiv", "not a zip file"),
        (lambda data: b"", "not a zip file"),
        (lambda data: data[: len(data) // 2], "cut off"),
        (lambda data: data + b"x", "damaged"),
        (lambda data: b"x" + data, "damaged"),
    ],
)
def test_a_damaged_container_is_called_damaged(package, tmp_path, break_it, words):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(break_it(package.read_bytes()))
    assert words in verdict(broken)
    assert str(verdict(broken)).startswith("damaged")


def zipped(path, files, **values):
    with ZipFile(path, "w", **values) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def test_bombs_and_ways_out_are_refused(tmp_path):
    bomb = zipped(tmp_path / "bomb.zip", [("manifest.json", b"0" * 50_000_000)], compression=ZIP_DEFLATED)
    assert bomb.stat().st_size < 60_000
    assert "packed" in verdict(bomb)
    for name in ("../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out.txt", "a//b"):
        assert "leads elsewhere" in verdict(zipped(tmp_path / "way.zip", [(name, b"x"), ("manifest.json", b"{}")]))
    assert "is missing" in verdict(zipped(tmp_path / "none.zip", [("parameters.json", b"{}")]))
    assert "cannot be read" in verdict(zipped(tmp_path / "bad.zip", [("manifest.json", b"{")]))
    assert "cannot be read" in verdict(zipped(tmp_path / "list.zip", [("manifest.json", b"[]")]))
    deep = b"[" * 200_000
    assert "cannot be read" in verdict(zipped(tmp_path / "deep.zip", [("manifest.json", deep)]))
    newer = zipped(tmp_path / "newer.zip", [("manifest.json", b'{"format": 2}')])
    assert "Please use a newer version" in verdict(newer)


def test_added_and_missing_files_are_named(package, tmp_path):
    more = with_file(package, tmp_path / "more.zip", None, lambda files: files | {"more.txt": b"?"})
    assert "more.txt: the manifest does not know it." in verdict(more)
    less = with_file(
        package,
        tmp_path / "less.zip",
        None,
        lambda files: {name: data for name, data in files.items() if name != CONTRIBUTIONS},
    )
    assert f"{CONTRIBUTIONS}: it is missing." in verdict(less)


@pytest.mark.requirement("BX-03")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["yes", "no"]), max_size=60))
def test_a_recount_comes_to_what_was_counted(tmp_path, choices):
    folder = tmp_path / "package"
    rows = [{"choice": choice} for choice in choices]
    write_lines(folder / "activities/probe-a/ballots.jsonl", rows)
    for name in (CONTRIBUTIONS, "answers.jsonl"):
        write_lines(folder / name, [])
    entry = {
        "module": "probe",
        "folder": "probe-a",
        "title": "A",
        "rows": ["ballots"],
        "counted": {"options": ["yes", "no"]},
    }
    parameters = {"people": len(choices), "activities": [entry]}
    pack(folder, tmp_path / "package.zip", {}, contributions=[], key=KEY)
    with opened(tmp_path / "package.zip") as found:
        assert faults_of(found) == []
        figures = figures_of(parameters, found.open, {"probe": count})
    tally = figures["activities"][0]["tallies"][0]
    assert [bar["value"] for bar in tally["bars"]] == [choices.count("yes"), choices.count("no")]
    direct = count(Package(parameters=entry["counted"], rows={"ballots": rows}))
    assert tally["total"] == direct.ballots == len(choices)


def test_memory_stays_flat_with_ten_thousand_contributions(scene):
    """The whole way: from the rows of the database to the file in the store."""
    words = "Ein langer Satz über den Platz. " * 40
    shown = db.session.get(Contribution, scene.shown.id)
    names = [column.key for column in Contribution.__mapper__.columns if column.key != "id"]
    same = {name: getattr(shown, name) for name in names} | {"source": words}
    with transaction():
        for begin in range(0, 10_000, 500):
            rows = [same | {"reference": f"{number:05d}-00000"} for number in range(begin, begin + 500)]
            db.session.execute(insert(Contribution), rows)
    frozen_before = scene.whole()
    tracemalloc.start()
    frozen = freeze(frozen_before, scene.world.app.extensions["registry"], 1)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frozen.size > 15_000_000
    assert peak < 9_000_000, f"{peak} bytes for a package of {frozen.size}"
    assert frozen.figures["activities"][0]["contributions"] == 10_001


def test_the_sweep_keeps_the_packages_that_a_version_stands_on(scene, at):
    kept = path_of(scene.published().stored_name)
    orphan = path_of(scene.freeze(reason="x").stored_name)
    with at(now() + timedelta(days=1)):
        sweep_files()
    assert kept.exists()
    assert not orphan.exists()
