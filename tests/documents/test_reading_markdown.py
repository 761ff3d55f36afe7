"""Markdown of every kind becomes nodes."""

from participation.documents.reading import Kind, Reading, read


def reading_of(source: str, filename: str = "plan.md") -> Reading:
    return read(source.encode(), filename)


def lines(reading: Reading) -> list[tuple[str, str, str]]:
    return [(node.kind.value, node.key, node.text) for node in reading.nodes]


def remarks(reading: Reading) -> list[tuple[str, str]]:
    return [(str(remark.where), str(remark.what)) for remark in reading.remarks]


def test_sections_paragraphs_and_nested_lists_become_nodes() -> None:
    reading = reading_of("# Plan\n\n## Ziele\n\nEins.\n\n- a\n- b\n  1. c\n\n     mehr zu c\n- d\n\nZwei.\n")
    assert lines(reading) == [
        ("heading", "titel", "Plan"),
        ("heading", "ziele", "Ziele"),
        ("paragraph", "ziele-abs1", "Eins."),
        ("item", "ziele-abs1-pkt1", "a"),
        ("item", "ziele-abs1-pkt2", "b"),
        ("item", "ziele-abs1-pkt2-nr1", "c"),
        ("paragraph", "ziele-abs1-pkt2-nr1-text", "mehr zu c"),
        ("item", "ziele-abs1-pkt3", "d"),
        ("paragraph", "ziele-abs2", "Zwei."),
    ]
    assert [node.level for node in reading.nodes] == [1, 2, 0, 1, 1, 2, 2, 1, 0]
    assert reading.nodes[5].label == "1."


def test_sections_without_numbers_are_counted_for_citing() -> None:
    reading = reading_of("# Plan\n\n## Ziele\n\n### Wege\n\nA.\n\nB.\n\n## 2. Mittel\n\nC.\n\n## Ziele\n")
    assert [node.citation for node in reading.nodes] == [
        "Titel",
        "Abschnitt 1",
        "Abschnitt 1.1",
        "Abschnitt 1.1, Absatz 1",
        "Abschnitt 1.1, Absatz 2",
        "Abschnitt 2",
        "Abschnitt 2, Absatz 1",
        "Abschnitt 3",
    ]
    assert [node.key for node in reading.nodes if node.kind is Kind.HEADING] == [
        "titel",
        "ziele",
        "wege",
        "mittel",
        "ziele-2",
    ]


def test_paragraphs_of_two_articles_do_not_clash() -> None:
    reading = reading_of("# G\n\n## Artikel 1\n\n### § 1\n\n(1) A.\n\n## Artikel 2\n\n### § 1\n\n(1) B.\n")
    assert [node.key for node in reading.nodes[1:]] == [
        "art1",
        "art1-p1",
        "art1-p1-abs1",
        "art2",
        "art2-p1",
        "art2-p1-abs1",
    ]
    assert reading.nodes[-1].citation == "Artikel 2 § 1 Absatz 1"


def test_lettered_lists_need_no_markdown() -> None:
    reading = reading_of("# G\n\n## § 1\n\n(1) Es gilt:\n\n1.  Eins\n\n    a)  x\n\n        aa)  y\n\n2.  Zwei\n")
    assert [(node.key, node.level) for node in reading.nodes[3:]] == [
        ("p1-abs1-nr1", 1),
        ("p1-abs1-nr1-a", 2),
        ("p1-abs1-nr1-a-aa", 3),
        ("p1-abs1-nr2", 1),
    ]
    assert reading.nodes[5].citation == "§ 1 Absatz 1 Nummer 1 Buchstabe a Doppelbuchstabe aa"


def test_an_empty_item_gives_its_number_to_nobody() -> None:
    reading = reading_of("# A\n\n- \n\nText\n")
    assert lines(reading)[1:] == [("paragraph", "titel-abs1", "Text")]


def test_tables_quotes_and_pictures_become_nodes() -> None:
    reading = reading_of("# A\n\n|a|b|\n|-|-|\n|1|2|\n\n> Zitat\n\n![Karte *Ost*](karte.png)\n")
    assert [(node.kind, node.key) for node in reading.nodes[1:]] == [
        (Kind.TABLE, "titel-tabelle1"),
        (Kind.QUOTE, "titel-zitat1"),
        (Kind.IMAGE, "titel-bild1"),
    ]
    assert reading.nodes[1].text == "a b\n1 2"
    assert '<th scope="col">a</th>' in reading.nodes[1].html
    assert reading.nodes[2].html == "<p>Zitat</p>"
    assert reading.nodes[3].text == "Karte Ost"
    assert "<img" not in reading.nodes[3].html


def test_a_picture_of_this_installation_is_shown() -> None:
    reading = reading_of("# A\n\nSiehe ![Karte](/stadt/-/files/7.png) hier.\n")
    assert reading.nodes[1].text == "Siehe hier."
    assert reading.nodes[2].html == '<img src="/stadt/-/files/7.png" alt="Karte">'


def test_a_footnote_becomes_its_own_node() -> None:
    reading = reading_of("# A\n\n## B\n\nText[^x].\n\n## C\n\nEnde.\n\n[^x]: Erste Zeile\n\n    zweite Zeile\n")
    assert lines(reading)[2:4] == [
        ("paragraph", "b-abs1", "Text[1]."),
        ("footnote", "b-fn1", "Erste Zeile\nzweite Zeile"),
    ]
    assert 'href="#b-fn1"' in reading.nodes[2].html
    assert reading.counts()["footnote_references"] == 1


def test_what_could_not_be_placed_is_said_with_its_line() -> None:
    reading = reading_of("# A\n\nText <b>fett</b>[^9].\n\n![](x.png)\n\n##\n")
    assert remarks(reading) == [
        ("Zeile 3", "HTML in Markdown wird nicht ausgeführt und steht als Text da."),
        ("Zeile 5", "Ein Bild ohne Alternativtext konnte nicht übernommen werden."),
        ("Zeile 7", "Eine leere Überschrift wurde ausgelassen."),
        ("Zeile 3", "Zum Fußnotenzeichen „9“ fehlt die Fußnote."),
    ]
    assert reading.nodes[1].text == "Text <b>fett</b>[^9]."


def test_the_title_comes_from_the_head_then_from_the_file_name() -> None:
    assert reading_of("---\nTitle: Ein langer\n  Titel\nslug: x\n---\n\n## B\n\nText\n").title == "Ein langer Titel"
    assert reading_of("## B\n\nText\n", "plan_2026.md").title == "plan 2026"


def test_several_headings_of_the_first_level_become_sections() -> None:
    reading = reading_of("# A\n\nx\n\n# B\n\ny\n", "plan.md")
    assert [(n.key, n.level) for n in reading.nodes if n.kind is Kind.HEADING] == [
        ("titel", 1),
        ("a", 2),
        ("b", 2),
    ]


def test_a_text_without_headings_is_one_section_and_says_so() -> None:
    reading = reading_of("Nur Text.\n\nUnd mehr.\n", "brief.md")
    assert lines(reading) == [
        ("heading", "titel", "brief"),
        ("paragraph", "titel-abs1", "Nur Text."),
        ("paragraph", "titel-abs2", "Und mehr."),
    ]
    assert "keine Überschriften" in remarks(reading)[0][1]


def test_nothing_in_a_file_becomes_script() -> None:
    reading = reading_of('# <script>x</script>\n\n[a](javascript:x) <img src=x onerror=y> [b](https://b.de "[^1]")\n')
    html = "".join(node.html for node in reading.nodes)
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("<a ") == 1


def test_very_long_headings_make_short_keys() -> None:
    reading = reading_of(
        "# A\n\n" + "\n\n".join("#" * level + " " + "Wort " * 40 for level in (2, 3, 2)) + "\n\n" + "x"
    )
    keys = [node.key for node in reading.nodes]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= 80
