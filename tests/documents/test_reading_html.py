"""HTML becomes nodes as a browser would show it."""

import pytest

from participation.documents.reading import Kind, Reading, UnreadableFile, read


def reading_of(source: str) -> Reading:
    return read(source.encode(), "seite.html")


def test_a_page_becomes_nodes() -> None:
    reading = reading_of(
        "<title>Fenster</title><h1>Satzung</h1><div>Lose Worte <b>fett</b><p>Absatz<br>zwei</div>"
        "<h2>§ 1 Zweck</h2><p>(1) Es gilt:<ol><li>eins<ol type=a><li><p>x<p>noch</li></ol><li value=7>"
        "sieben</ol>Schluss<dl><dt>Amt<dd>die Stelle</dl><blockquote><p>q<p>r</blockquote><ul><li>z</ul>"
    )
    assert [(node.kind.value, node.key, node.text) for node in reading.nodes] == [
        ("heading", "titel", "Satzung"),
        ("paragraph", "titel-abs1", "Lose Worte fett"),
        ("paragraph", "titel-abs2", "Absatz\nzwei"),
        ("heading", "p1", "§ 1 Zweck"),
        ("paragraph", "p1-abs1", "(1) Es gilt:"),
        ("item", "p1-abs1-nr1", "eins"),
        ("item", "p1-abs1-nr1-a", "x"),
        ("paragraph", "p1-abs1-nr1-a-text", "noch"),
        ("item", "p1-abs1-nr7", "sieben"),
        ("paragraph", "p1-abs1-nach-nr7", "Schluss"),
        ("paragraph", "p1-abs1-nach-nr7-2", "Amt: die Stelle"),
        ("quote", "p1-zitat1", "q\nr"),
        ("item", "p1-abs1-pkt1", "z"),
    ]
    assert reading.nodes[1].html == "Lose Worte <strong>fett</strong>"


def test_tables_keep_rows_heads_and_widths() -> None:
    reading = reading_of("<h1>A</h1><table><thead><tr><th>a<th>b<tbody><tr><td colspan=2>c</table>")
    assert reading.nodes[1].kind is Kind.TABLE
    assert reading.nodes[1].text == "a b\nc"
    assert '<th scope="col">a</th>' in reading.nodes[1].html
    assert '<td colspan="2">c</td>' in reading.nodes[1].html


def test_a_footnote_in_sup_becomes_a_node_and_a_link() -> None:
    reading = reading_of(
        '<h1>A</h1><p>Text<sup><a href="#n1" id="r1">1</a></sup>.</p><h2>Noten</h2>'
        '<ol><li id="n1"><p>Die Note <a href="#r1">↩</a></p></li></ol>'
    )
    assert [(node.kind.value, node.text) for node in reading.nodes] == [
        ("heading", "A"),
        ("paragraph", "Text[1]."),
        ("footnote", "Die Note"),
        ("heading", "Noten"),
    ]
    assert 'href="#titel-fn1"' in reading.nodes[1].html
    assert reading.counts()["footnote_references"] == 1


def test_what_is_no_text_is_left_out_and_said() -> None:
    reading = reading_of("<h1>A</h1><script>x</script><style>y</style><iframe></iframe><p>b<img src=q><img alt=Foto>")
    assert [str(remark.what) for remark in reading.remarks] == [
        "Das Element „iframe“ konnte nicht übernommen werden.",
        "Ein Bild ohne Alternativtext konnte nicht übernommen werden.",
    ]
    assert [node.text for node in reading.nodes] == ["A", "Foto", "b"]


def test_the_window_title_is_used_without_a_heading() -> None:
    assert reading_of("<title>Der  Plan</title><p>Text").title == "Der Plan"


def test_only_allowed_html_is_left() -> None:
    html = "".join(
        node.html
        for node in reading_of(
            "<h1 onclick=x>A</h1><p style=x>a "
            "<a href='javascript:x'>b</a> <a href='https://c.de' target=_blank>c</a>"
            "<p>[^<b>1</b>] &lt;script&gt;"
        ).nodes
    )
    assert html.count("href") == 1
    assert "onclick" not in html
    assert "<script" not in html


def test_a_page_nested_without_end_is_refused() -> None:
    with pytest.raises(UnreadableFile) as raised:
        reading_of("<div>" * 1_000 + "x")
    assert "verschachtelt" in str(raised.value.sentence)
