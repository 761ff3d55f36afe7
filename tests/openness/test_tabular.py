"""Files do not attack who opens them, and text survives them."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.openness.tabular import write_csv, write_json

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
OURS = re.compile(r"(^|[\r\n\t,;])'(?='*[ \u00a0]*[=+\-@\t＝＋－＠])|^'(?='*[ \u00a0]*[\t\r\n])")


def read(rows):
    text = "".join(write_csv(rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


@pytest.mark.parametrize("start", DANGEROUS)
def test_what_a_spreadsheet_would_calculate_becomes_text(start):
    for before in ("", " ", "\u00a0"):
        value = f'{before}{start}cmd|"/C calc"!A0'
        assert read([{"a": value}]) == [["a"], [f"'{value}"]]


def test_a_name_of_a_column_is_no_formula_either():
    assert read([{"=1+1": 1}])[0] == ["'=1+1"]


def test_numbers_stay_numbers_and_nothing_is_empty():
    row = {
        "n": -5,
        "f": 1.5,
        "b": True,
        "x": None,
        "d": date(2026, 1, 2),
        "t": datetime(2026, 1, 2, tzinfo=UTC),
        "l": ["ä"],
    }
    assert read([row])[1] == ["-5", "1.5", "true", "", "2026-01-02", "2026-01-02T00:00:00+00:00", '["ä"]']


@given(st.lists(st.builds(lambda a, b: {"a": a, "b": b}, st.text(), st.text()), min_size=1))
def test_text_survives_the_file(rows):
    back = [dict(zip(("a", "b"), cells, strict=True)) for cells in read(rows)[1:]]

    def undefused(text):
        return OURS.sub(lambda found: found[1] or "", text)

    assert [{key: undefused(value) for key, value in row.items()} for row in back] == rows
    assert json.loads("".join(write_json(rows, {}))) == {"rows": rows}


def test_no_rows_make_an_empty_file():
    assert "".join(write_csv([])) == "\ufeff"
    assert json.loads("".join(write_json([], {"a": 1}))) == {"a": 1, "rows": []}


@pytest.mark.parametrize("write", [write_csv, lambda rows: write_json(rows, {})])
def test_rows_are_asked_for_one_by_one(write):
    asked = []

    def endless():
        for number in count():
            asked.append(number)
            yield {"n": number}

    list(islice(write(endless()), 10))
    assert len(asked) <= 11


def test_a_row_that_fails_leaves_the_document_open():
    def failing():
        yield {"n": 1}
        raise RuntimeError("the database is gone")

    pieces = []
    with pytest.raises(RuntimeError):
        pieces.extend(write_json(failing(), {}))
    with pytest.raises(json.JSONDecodeError):
        json.loads("".join(pieces))
