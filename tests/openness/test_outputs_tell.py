"""What outputs tell: in public only what everybody may read, pseudonymised no person, redacted words nowhere."""

import json
import zipfile

import docx
import odfdo
import openpyxl
import pymupdf
import pytest

from participation.access.services import grant_role
from participation.contributions.models import Contribution
from participation.evaluation.case_models import Keyword, Recommendation, Tag
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.openness.outputs import synopsis, whole
from participation.openness.outputs.files import write_output
from participation.openness.outputs.kinds import KINDS, NAMES
from tests.openness.conftest import EVIL, SECRET, STATES

INTERNAL = ("Arbeitskopie", "Nur vorgeschlagen", "Geheime Antwort", "Briefschreiberin", "Fassung 3", "uebung.example")
PEOPLE = ("Klarname", "Briefschreiberin", "uebung.example", "Postweg")
NOT_IN = {"public": (*INTERNAL, *(f"Unsichtbar-{state}" for state in STATES)), "pseudonymised": PEOPLE, "names": ()}
ALSO_IN = {
    "public": ("Annemarie Klarname",),
    "pseudonymised": ("Person 1", "Unsichtbar-withdrawn"),
    "names": ("Annemarie Klarname", "Berta Briefschreiberin", "Postweg 1"),
}


def made(scene, tmp_path, kind, format_, names):
    target = tmp_path / f"output.{format_}"
    write_output(target, scene.scope(names), kind, format_)
    db.session.rollback()
    return target


def text_of(path):
    """Everything somebody could read in a file, packages and their files included."""
    if path.suffix == ".pdf":
        with pymupdf.open(path) as file:
            return "".join(page.get_text() for page in file) + json.dumps(file.metadata or {})
    if path.suffix in (".docx", ".odt", ".xlsx", ".zip"):
        found = []
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                data = file.read(name)
                inner = path.with_name("inside" + name[name.rfind(".") :])
                if inner.suffix == ".pdf":
                    inner.write_bytes(data)
                    found.append(text_of(inner))
                found.append(name + data.decode("utf-8", "replace"))
        return "\n".join(found)
    return path.read_text("utf-8")


@pytest.mark.requirement("RA-4.1-09", "RA-4.4-05", "RA-3-29")
@pytest.mark.parametrize("names", NAMES)
def test_each_output_tells_what_it_may_and_redacted_words_are_in_none(scene, tmp_path, names):
    for kind, entry in KINDS.items():
        for format_ in entry.formats if names in entry.names else ():
            text = " ".join(text_of(made(scene, tmp_path, kind, format_, names)).split())
            wrong = [words for words in (SECRET, *NOT_IN[names]) if words in text]
            missing = [words for words in ("parkt falsch", "Das machen wir.", *ALSO_IN[names]) if words not in text]
            assert (kind, format_, wrong, missing) == (kind, format_, [], [])


def test_with_names_tells_what_the_platform_knows(scene):
    rows = {row["reference"]: row for row in synopsis.rows(scene.scope("names"))}
    letter, online = rows[scene.gone["filed"].reference], rows[scene.evil.reference]
    assert (letter["author"], letter["address"]) == ("Berta Briefschreiberin", "Postweg 1\n12345 Beispiel")
    assert (online["author"], online["email"]) == ("Annemarie Klarname", scene.writer.email)


@pytest.mark.requirement("RA-4.4-05")
def test_the_synopsis_follows_the_text_and_names_what_changed(scene):
    rows = list(synopsis.rows(scene.scope("public")))
    assert [(row["section"], row["argument"]) for row in rows] == [
        ("", None), *[("§ 1", None), ("§ 1", 1)] * 2, ("§ 2", None), ("§ 2", None)
    ][1:]  # fmt: skip
    line = next(row for row in rows if row["answer"])
    assert (line["contribution"], line["weighing"], line["answer"]) == (EVIL, "followed", "Das machen wir.")
    assert (line["change_before"], line["change_after"]) == ("Satz p2 in Fassung 1.", "Satz p2 in Fassung 2.")
    assert next(row["contribution"] for row in rows if row["argument"]) == "Die Bäume sollen bleiben."


def test_staff_see_working_copies_proposals_and_changes_to_come(scene):
    with transaction():
        keyword = Keyword(tenant_id=scene.tenant.id, procedure_id=scene.procedure.id, title="Lärm")
        db.session.add(keyword)
        db.session.flush()
        on = {"tenant_id": scene.tenant.id, "contribution_id": scene.evil.id, "argument_id": None}
        db.session.add(Tag(**on, keyword_id=keyword.id))
        db.session.add(Recommendation(**on, decision="noted", source="Fachamt rät ab.", at=now()))
    rows = list(synopsis.rows(scene.scope("pseudonymised")))
    assert "Arbeitskopie: Bäume erhalten" in {row["contribution"] for row in rows}
    assert [row["answer_state"] for row in rows if row["answer"] == "Nur vorgeschlagen."] == ["proposed"]
    line = next(row for row in rows if row["contribution"] == EVIL)
    assert "Satz p1 in Fassung 3." in line["change_after"]
    assert (line["keywords"], line["recommendation"]) == ("Lärm", "Fachamt rät ab.")


def test_a_redacted_argument_shows_nothing_of_what_was_redacted(scene):
    for names in ("public", "names"):
        rows = list(synopsis.rows(scene.scope(names)))
        shown = [row["contribution"] for row in rows if row["reference"] == scene.blackened.reference]
        assert shown == ["Nachbar [geschwärzt] parkt falsch.", "[geschwärzt]"]


def test_versions_of_a_redacted_text_are_only_checksums(scene):
    versions = {row["reference"]: row for row in whole.one_part(scene.scope("names"), "versions")}
    assert versions[scene.blackened.reference]["text"] is None
    assert len(versions[scene.blackened.reference]["text_hash"]) == 64
    assert versions[scene.evil.reference]["text"] == EVIL


def test_a_procedure_that_is_not_public_has_no_public_output(scene, tmp_path):
    with transaction():
        scene.whole().visible_to = "members"
    with pytest.raises(Refused):
        made(scene, tmp_path, "synopsis", "json", "public")


def test_what_came_in_during_a_phase_that_is_not_public_is_not_in_it(scene):
    with transaction():
        for phase in scene.whole().activities[0].phases:
            phase.visible_to = "staff"
    assert list(synopsis.rows(scene.scope("public"))) == []
    assert len(list(synopsis.rows(scene.scope("pseudonymised")))) > len(STATES)


@pytest.mark.requirement("RA-4.4-09")
def test_a_workbook_holds_texts_not_formulas(scene, tmp_path):
    book = openpyxl.load_workbook(made(scene, tmp_path, "procedure", "xlsx", "names"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == EVIL} == {"s"}
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert book.sheetnames[:4] == ["Angaben", "Phasen", "Texte", "Beiträge"]


def test_a_document_has_headings_a_repeated_head_and_a_language(scene, tmp_path):
    document = docx.Document(made(scene, tmp_path, "synopsis", "docx", "public"))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.text]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "List Bullet"} <= set(styles)
    assert document.core_properties.language == "de-DE"
    assert document.core_properties.title == "Gegenüberstellung (Synopse): Der Platz"
    head = document.tables[0].rows[0]
    assert [cell.text for cell in head.cells] == ["Beitrag", "Abwägung", "Antwort der Verwaltung", "Änderung"]
    assert head._tr.trPr.xpath("w:tblHeader")
    assert any(EVIL in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_an_odt_opens_with_its_outline_and_tables(scene, tmp_path):
    document = odfdo.Document(made(scene, tmp_path, "synopsis", "odt", "public"))
    assert document.meta.title == "Gegenüberstellung (Synopse): Der Platz"
    assert [heading.text for heading in document.body.headers][:3] == ["Erstes Format", "§ 1", "§ 2"]
    assert EVIL in document.get_formatted_text()
    assert "table:table-header-rows" in document.body.serialize()


def test_staff_of_another_procedure_is_no_business_of_the_rows(scene):
    other = scene.world.procedure(scene.tenant)
    scene.world.contribution(other, source="Aus einem anderen Verfahren")
    with transaction():
        grant_role(scene.writer.id, Role.CASE_WORKER, scene.tenant.id, other.id)
    assert "anderen Verfahren" not in json.dumps(list(synopsis.rows(scene.scope("names"))), default=str)
    assert db.session.query(Contribution).count() > len(list(synopsis.rows(scene.scope("public"))))
