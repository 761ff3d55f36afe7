"""Paging and outline of a text, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from modules.text import reading
from participation.documents.outlines import Line


@st.composite
def texts(draw):
    total = draw(st.integers(1, 1_500))
    headings = draw(st.sets(st.integers(0, total - 1), max_size=60)) | {0}
    levels = {index: draw(st.integers(1, 6)) for index in sorted(headings)}
    return [
        Line(
            1, f"k{index}", index, "heading" if index in headings else "paragraph", levels.get(index, 0), "", "", "Wort"
        )
        for index in range(total)
    ]


@given(texts())
def test_the_pages_hold_every_node_once_and_none_is_too_long(lines):
    parts = reading.parts(lines)
    assert [part.first for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == len(lines)
    assert all(0 < part.end - part.first <= reading.WHOLE_UP_TO for part in parts)


@given(texts(), st.integers(0, 10**6))
def test_the_section_around_a_node_holds_it(lines, number):
    index = number % len(lines)
    part = reading.section_around(lines, lines[index].key)
    assert part.first <= index < part.end
    assert part.end - part.first <= 2 * reading.AROUND + 1


@given(texts())
def test_the_outline_counts_every_comment_below_a_heading_and_headings_skip_no_level(lines):
    counts = {line.key: 1 for line in lines}
    levels = list(reading.heading_levels(lines).values())
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False))
    first = next((line.position for line in lines if line.kind == "heading" and line.position > 0), len(lines))
    assert sum(entry.count for entry in reading.outline(lines, counts)) == len(lines) - first


@given(texts(), st.integers(0, 10**6))
def test_reading_on_leads_forth_and_back(lines, number):
    before, after = reading.neighbours(lines, lines[number % len(lines)].key)
    assert before is None or before.position < number % len(lines)
    if after:
        assert after.position > number % len(lines)
        assert after.kind == "heading"
