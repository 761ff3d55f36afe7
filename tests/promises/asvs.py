"""The answers to OWASP ASVS 5.0, levels 1 and 2, in `docs/asvs.csv`; `python -m tests.promises.asvs` counts them."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
IDS = Path(__file__).parent / "data" / "asvs_ids.txt"
ANSWERS = ROOT / "docs" / "asvs.csv"
STATUS = ("met", "not applicable", "open")


class Answer(NamedTuple):
    """What we say to one item: `tests` are `path::test_name`, or a document of the project."""

    id: str
    status: str
    evidence: str
    tests: list[str]


def asked() -> list[str]:
    """The ids of the standard, in its order."""
    return [line for line in IDS.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def answers() -> list[Answer]:
    """Every row of our table."""
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        return [Answer(row["id"], row["status"], row["evidence"], row["tests"].split()) for row in csv.DictReader(file)]


def is_there(cited: str) -> bool:
    """Whether a cited test or document exists."""
    path, _, name = cited.partition("::")
    file = ROOT / path
    return file.is_file() and (name in tests_in(file) if name else not path.endswith(".py"))


@cache
def tests_in(file: Path) -> frozenset[str]:
    """The tests of a file, read from its source."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def named_files(evidence: str) -> list[str]:
    """The files a sentence names: below the root, or below `participation/`."""
    return re.findall(r"(?<![\w./-])[\w-]+(?:/[\w.-]+)+\.(?:py|example|yaml|md|toml|txt|json|html)\b", evidence)


def by_chapter(rows: list[Answer]) -> dict[str, Counter[str]]:
    """How many of each status a chapter has."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.id.partition(".")[0], Counter())[row.status] += 1
    return found


def summary(rows: list[Answer]) -> str:
    """The table of `docs/security.md`, and below it the ids that are open."""
    lines = [f"| {chapter} | {' | '.join(str(n[one]) for one in STATUS)} |" for chapter, n in by_chapter(rows).items()]
    whole = Counter(row.status for row in rows)
    head = ["| Chapter | met | not applicable | open |", "|---|---|---|---|"]
    total = f"| all | {' | '.join(str(whole[one]) for one in STATUS)} |"
    still = [f"| {row.id} | {row.evidence} |" for row in rows if row.status == "open"]
    return "\n".join([*head, *lines, total, "", "| Open | Why |", "|---|---|", *still])


if __name__ == "__main__":
    print(summary(answers()))  # noqa: T201
