"""The catalogue of requirements, and the marks that name its rows."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from participation.commands.requirements import (
    Requirement,
    catalogue,
    marks,
    requirements_command,
    summary,
    with_tests,
)

ROW = Requirement("RA-1", "Scope", "Alle", "Something works.", "must (V)")


def planted(root: Path, source: str, folder: str = "tests") -> list[tuple[str, str]]:
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "test_planted.py").write_text(source, encoding="utf-8")
    return list(marks(root))


def test_every_mark_names_a_row_of_the_catalogue() -> None:
    known = {row.id for row in catalogue()}
    unknown = [f"{test} is marked with {name!r}" for name, test in marks() if name not in known]
    assert not unknown, "no such row in participation/requirements.toml:\n" + "\n".join(unknown)


def test_every_row_has_an_id_of_its_own_a_text_and_a_level() -> None:
    rows = catalogue()
    assert len({row.id for row in rows}) == len(rows) == 142
    for row in rows:
        assert re.fullmatch(r"(RA|OG|LP|BX)-[0-9.]+(-\d\d)?", row.id), row.id
        assert all((row.section, row.readers, row.text)), row.id
        assert row.level.split()[0] in ("must", "should", "may"), row.id


def test_a_mark_on_a_function_a_class_and_a_module_is_found(tmp_path: Path) -> None:
    found = planted(
        tmp_path,
        "import pytest\n"
        "pytestmark = [pytest.mark.slow, pytest.mark.requirement('RA-1')]\n"
        "@pytest.mark.requirement('RA-2', 'RA-3')\n"
        "def test_a(): ...\n"
        "@pytest.mark.requirement('RA-4')\n"
        "class TestB:\n"
        "    pytestmark = pytest.mark.requirement('RA-5')\n"
        "    async def test_c(self): ...\n"
        "def helper(): ...\n",
    )
    a, c = "tests/test_planted.py::test_a", "tests/test_planted.py::TestB::test_c"
    assert sorted(found) == [("RA-1", c), ("RA-1", a), ("RA-2", a), ("RA-3", a), ("RA-4", c), ("RA-5", c)]


def test_the_tests_of_a_module_count_too(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.requirement('RA-1')\ndef test_a(): ...\n"
    assert planted(tmp_path, source, "modules/ideas/tests/deep") == [
        ("RA-1", "modules/ideas/tests/deep/test_planted.py::test_a")
    ]


def test_words_about_a_mark_are_no_mark(tmp_path: Path) -> None:
    assert planted(tmp_path, "def test_a():\n    '@pytest.mark.requirement(\"RA-1\")'\n") == []


def test_a_row_is_open_until_a_test_names_it() -> None:
    assert with_tests([ROW], [])[0].state == "open"
    assert with_tests([ROW], [("RA-1", "a")])[0].state == "proved by 1 test"
    assert with_tests([ROW], [("RA-1", "a"), ("RA-1", "b"), ("RA-1", "a")])[0].state == "proved by 2 tests"


def test_the_summary_counts_each_level_and_calls_a_mark_a_claim() -> None:
    text = summary(with_tests([ROW, Requirement("RA-2", "", "", "", "must")], [("RA-2", "a")]))
    assert "must: 1 of 2 rows have a test" in text
    assert "should: 0 of 0" in text
    assert "A mark is a claim" in text


def test_the_command_prints_every_row() -> None:
    printed = CliRunner().invoke(requirements_command, [])
    assert printed.exit_code == 0, printed.output
    for row in catalogue():
        assert re.search(rf"^{re.escape(row.id)} .*(open|proved by)", printed.output, re.MULTILINE), row.id


def test_the_command_prints_json() -> None:
    rows = json.loads(CliRunner().invoke(requirements_command, ["--json"]).output)
    assert [row["id"] for row in rows] == [row.id for row in catalogue()]
    assert set(rows[0]) == {"id", "section", "for", "text", "level", "tests", "state"}
