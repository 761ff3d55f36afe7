"""The four laws become exactly what was counted in them, and can be cited."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from participation.documents.reading import Kind, NodeDraft, Reading, read
from participation.kernel.text import plain

LAWS = Path(__file__).parents[1] / "data" / "laws"
NAMES = ("ozg", "egovg", "bgg", "plansig")


@cache
def reading_of(name: str) -> Reading:
    return read((LAWS / f"{name}.md").read_bytes(), f"{name}.md")


def structure_of(name: str) -> dict[str, Any]:
    structure: dict[str, Any] = json.loads((LAWS / f"{name}.structure.json").read_text(encoding="utf-8"))
    return structure


def node(name: str, key: str) -> NodeDraft:
    return next(node for node in reading_of(name).nodes if node.key == key)


@pytest.mark.requirement("RA-4.1-01", "RA-4.1-06")
@pytest.mark.parametrize("name", NAMES)
def test_a_law_gives_the_counts_of_its_structure(name: str) -> None:
    structure, counts = structure_of(name), reading_of(name).counts()
    assert reading_of(name).title == structure["title"]
    assert counts["headings"] == structure["headings"]
    assert counts["paragraphs"] == structure["paragraphs"]
    assert counts["absaetze"] == structure["absaetze"]
    assert counts["footnotes"] == structure["footnote_definitions"]
    assert counts["footnote_references"] == structure["footnote_references"]
    assert counts["images"] == structure["images"]
    assert counts["tables"] == 0
    assert {str(level): count for level, count in reading_of(name).by_level().items()} == structure["by_level"]


@pytest.mark.parametrize("name", NAMES)
def test_each_section_of_a_law_gives_the_counts_of_its_structure(name: str) -> None:
    sections = [
        {
            "level": section.level,
            "heading": section.heading,
            "paragraph_no": section.paragraph_no,
            "absaetze": list(section.absaetze),
            "blocks": section.blocks,
            "list_items": section.list_items,
        }
        for section in reading_of(name).sections()
    ]
    assert sections == structure_of(name)["sections"]


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_law_is_lost(name: str) -> None:
    source = (LAWS / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    source = re.sub(r"\[\^[^\]]*\]:?|^#+|\\(?=\.)|^:", "", source, flags=re.MULTILINE)
    read_words = " ".join(f"{n.label if n.kind is Kind.ITEM else ''} {n.text}" for n in reading_of(name).nodes)
    assert sorted(re.findall(r"\w+", source)) == sorted(re.findall(r"\w+", re.sub(r"\[\d+\]", "", read_words)))


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_short_and_fit_into_an_address(name: str) -> None:
    keys = [node.key for node in reading_of(name).nodes]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}", key) for key in keys)


@pytest.mark.parametrize("name", NAMES)
def test_citations_are_unique(name: str) -> None:
    citations = [node.citation for node in reading_of(name).nodes]
    assert len(set(citations)) == len(citations)


@pytest.mark.parametrize("name", NAMES)
def test_each_node_stands_in_a_section_that_came_before_it(name: str) -> None:
    seen: set[str | None] = {None}
    for draft in reading_of(name).nodes:
        assert draft.parent_key in seen
        if draft.kind is Kind.HEADING:
            seen.add(draft.key)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_node_is_what_its_html_shows(name: str) -> None:
    assert all(plain(node.html) == node.text for node in reading_of(name).nodes)


@pytest.mark.parametrize(
    ("name", "key", "citation", "begin"),
    [
        ("ozg", "p2", "§ 2", "§ 2 Begriffsbestimmungen"),
        ("ozg", "p2-abs4-nr1", "§ 2 Absatz 4 Nummer 1", "natürliche Personen,"),
        ("ozg", "p8-abs1-nr1-c", "§ 8 Absatz 1 Nummer 1 Buchstabe c", "Vornamen,"),
        ("ozg", "p8-abs1-nr1-nach-m", "§ 8 Absatz 1 Nummer 1, Text nach Buchstabe m", "bei späterer Nutzung"),
        ("ozg", "p8-abs1-nach-nr2", "§ 8 Absatz 1, Text nach Nummer 2", "Daten im Sinne"),
        ("ozg", "p5-text", "§ 5, Text", "Für die im Portalverbund"),
        ("bgg", "p1-abs1a", "§ 1 Absatz 1a", "(1a) Träger"),
        ("bgg", "abschnitt-2a", "Abschnitt 2a", "Abschnitt 2a - Barrierefreie"),
        ("bgg", "p12j-abs2", "§ 12j Absatz 2", "[2] (2) Als Prüfer"),
        ("bgg", "p12j-fn1", "§ 12j, Fußnote 2", "Amtlicher Hinweis"),
        ("plansig", "p1-nr24", "§ 1 Nummer 24", "dem Maßnahmengesetz"),
        ("plansig", "titel-fn1", "Vorspann, Fußnote 1", "Dieses Gesetz dient der Umsetzung"),
        ("plansig", "eingangsformel-abs1", "Eingangsformel, Absatz 1", "Der Bundestag hat"),
    ],
)
def test_each_piece_of_a_law_can_be_cited(name: str, key: str, citation: str, begin: str) -> None:
    assert node(name, key).citation == citation
    assert node(name, key).text.startswith(begin)


def test_a_term_and_its_definition_are_one_paragraph() -> None:
    assert node("ozg", "titel-abs2").text == "Fundstelle: BGBl I: 2017, 3122, 3138"


def test_escaped_dots_and_cut_words_read_as_they_should() -> None:
    assert "vom 24. November 2010" in node("plansig", "titel-fn1").text
    assert "geeignete IT-Komponenten bereitstellen" in node("ozg", "p4-abs1").text
    assert "barriere- und medienbruchfreien" in node("ozg", "p3-abs1").text


def test_a_reference_links_to_its_footnote() -> None:
    assert '<sup><a href="#p12i-fn1" rel="noopener">[1]</a></sup>' in node("bgg", "p12i-nach-nr3").html


def test_a_footnote_nobody_refers_to_is_remarked_with_its_line() -> None:
    remarks = [(str(remark.where), str(remark.what)) for remark in reading_of("plansig").remarks]
    assert remarks == [("Zeile 24", "Auf diese Fußnote verweist keine Stelle im Text.")]


@pytest.mark.requirement("RA-4.1-01")
def test_a_paragraph_put_in_elsewhere_renames_nothing() -> None:
    source = (LAWS / "ozg.md").read_text(encoding="utf-8")
    longer = source.replace("## § 2 ", "## § 1a Neu\n\n(1) Ganz neu.\n\n- a\n\nSchluss.\n\n## § 2 ")
    assert longer != source
    before = {node.key: node.text for node in reading_of("ozg").nodes}
    after = {node.key: node.text for node in read(longer.encode(), "ozg.md").nodes}
    assert before.items() <= after.items()
    assert "p1a-abs1" in after


def test_the_same_file_gives_the_same_nodes_twice() -> None:
    assert read((LAWS / "bgg.md").read_bytes(), "bgg.md").nodes == reading_of("bgg").nodes
