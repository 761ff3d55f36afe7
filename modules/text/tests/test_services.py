"""Importing, copying, searching, exporting a text."""

import json
from pathlib import Path
from random import Random

import pytest
from docx import Document as Docx

from modules.text import checks, exports, figures, reading, search, seeds
from participation.contributions.counters import recount
from participation.contributions.models import Contribution
from participation.documents import importing, outlines
from participation.documents.models import Document, DocumentVersion
from participation.documents.outlines import Line
from participation.documents.reading import UnreadableFile
from participation.interfaces import Role
from participation.kernel.db import db, transaction

LAWS = Path(__file__).parents[3] / "tests" / "data" / "laws"
TEXT = b"# Titel\n\n## Eins\n\nErster Absatz mit Worten.\n\n## Zwei\n\nZweiter Absatz.\n"


@pytest.fixture
def procedure(world):
    return world.procedure(module="text")


def take(world, procedure, data=TEXT, name="text.md"):
    with transaction():
        return importing.import_text(world.activity(procedure), data, name)


@pytest.mark.requirement("RA-4.1-01", "RA-4.1-06")
@pytest.mark.parametrize("name", ["ozg", "egovg", "bgg", "plansig"])
def test_a_law_is_imported_with_the_counts_of_its_structure(world, procedure, name):
    structure = json.loads((LAWS / f"{name}.structure.json").read_text("utf-8"))
    report = take(world, procedure, (LAWS / f"{name}.md").read_bytes(), f"{name}.md")
    outline = outlines.outline_of(world.activity(procedure))
    assert outline.title == report.title == structure["title"]
    assert sum(line.kind == "heading" for line in outline.lines) == structure["headings"]
    assert report.counts["absaetze"] == structure["absaetze"]
    assert str(structure["absaetze"]) in str(report)
    assert outline.lines[0].version_id == db.session.query(DocumentVersion).one().id


def test_a_file_that_is_no_docx_is_refused_and_nothing_changes(world, procedure):
    with pytest.raises(UnreadableFile) as refused:
        take(world, procedure, b"PK\x03\x04 kein Dokument", "entwurf.docx")
    assert str(refused.value.sentence)
    assert db.session.query(Document).count() == 0


def test_a_docx_is_read(world, procedure, tmp_path):
    docx = Docx()
    docx.add_heading("Satzung", 0)
    docx.add_heading("§ 1 Zweck", 1)
    docx.add_paragraph("(1) Erster Absatz.")
    docx.save(tmp_path / "satzung.docx")
    take(world, procedure, (tmp_path / "satzung.docx").read_bytes(), "satzung.docx")
    assert outlines.place_exists(world.activity(procedure), "p1-abs1")


@pytest.mark.requirement("RA-4.1-10")
def test_a_second_import_makes_a_new_version_and_comments_keep_their_place(world, procedure):
    take(world, procedure)
    key = outlines.outline_of(world.activity(procedure)).lines[2].key
    world.contribution(procedure, place=key)
    report = take(world, procedure, TEXT + b"\nDritter Absatz.\n")
    assert report.version == 2
    assert outlines.place_exists(world.activity(procedure), key)
    assert db.session.query(Document).count() == 1


def test_a_document_of_another_procedure_counts_as_none(world, procedure):
    take(world, procedure)
    other = world.procedure(module="text")
    with transaction():
        activity = world.activity(other)
        activity.settings = dict(world.activity(procedure).settings)
    assert outlines.outline_of(world.activity(other)) is None


def test_what_is_missing_is_said_until_there_is_a_text(world, procedure):
    assert [check.blocking for check in checks.missing(world.activity(procedure))] == [True]
    take(world, procedure)
    assert list(checks.missing(world.activity(procedure))) == []


def test_a_copy_has_the_same_text_in_a_document_of_its_own(world, procedure):
    take(world, procedure)
    other = world.procedure(module="text")
    content = json.loads(json.dumps(importing.dump(world.activity(procedure))))
    with transaction():
        importing.load(world.activity(other), content)
    assert importing.dump(world.activity(other)) == content
    assert db.session.query(Document).count() == 2


def test_each_section_can_be_found(world, procedure):
    take(world, procedure)
    entries = list(search.entries(world.activity(procedure)))
    assert [(entry.title, "Zweiter" in entry.text) for entry in entries][-1] == ("Zwei", True)
    assert len({entry.key for entry in entries}) == len(entries)


def test_the_export_holds_what_the_viewer_may_read_and_no_more(world, procedure):
    take(world, procedure)
    activity = world.activity(procedure)
    key = outlines.outline_of(activity).lines[2].key
    note = world.contribution(procedure, source="Ein **Satz**.", place=key)
    world.contribution(procedure, source="Wartet.", review=True)
    rows = list(exports.comments(world.activity(procedure), world.viewer(None)))
    assert [(row["reference"], row["text"], row["place_key"]) for row in rows] == [(note.reference, "Ein Satz.", key)]
    staff = world.staff(procedure.tenant, Role.MODERATOR)
    assert len(list(exports.comments(world.activity(procedure), world.viewer(staff, procedure)))) == 2


def test_seeds_are_many_and_counted_right(world, procedure):
    with transaction():
        seeds.seed(world.activity(procedure), Random(7), 500)
    assert db.session.query(Contribution).count() == 500
    assert next(iter(figures.numbers(world.activity(procedure)))).value == 500
    with transaction():
        assert recount() == 0
    world.contribution(procedure)


def lines(headings, total):
    return [
        Line(1, f"k{index}", index, "heading" if index in headings else "paragraph", 2, "", f"Stelle {index}", "Wort")
        for index in range(total)
    ]


def test_words_of_a_paragraph_are_found_as_people_paste_them(world, procedure):
    take(world, procedure)
    activity = world.activity(procedure)
    key = next(line.key for line in outlines.outline_of(activity).lines if line.kind == "paragraph")
    assert outlines.passage(activity, key, "Absatz  mit\nWorten")["exact"] == "Absatz mit Worten"
    assert outlines.passage(activity, key, "steht nicht da") is None
    assert outlines.passage(activity, "nirgends", "Absatz") is None


def test_a_section_longer_than_a_page_is_cut():
    assert [(part.first, part.end) for part in reading.parts(lines({0}, 900))] == [
        (0, 200),
        (200, 400),
        (400, 600),
        (600, 900),
    ]
