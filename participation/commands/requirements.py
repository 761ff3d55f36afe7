"""`flask requirements`: the catalogue of what the platform must do, and the tests that prove it."""

import ast
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "participation" / "requirements.toml"
TESTS = ("tests/**/*.py", "modules/*/tests/**/*.py")
LEVELS = ("must", "should", "may")


@dataclass(frozen=True)
class Requirement:
    """A row of the catalogue; `tests` are "file::name" of those that say they prove it."""

    id: str
    section: str
    readers: str
    text: str
    level: str
    tests: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        count = len(self.tests)
        return f"proved by {count} {'test' if count == 1 else 'tests'}" if count else "open"


def catalogue(path: Path = CATALOGUE) -> list[Requirement]:
    """The rows in the order of the catalogue, without their tests."""
    rows = tomllib.loads(path.read_text("utf-8"))["requirement"]
    return [Requirement(row["id"], row["section"], row["for"], row["text"], row["level"]) for row in rows]


def marks(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Pairs of requirement id and "file::test", read from the source of the tests without running it.

    A mark on a class or as `pytestmark` of a module or class counts once for each test in it.
    """
    for pattern in TESTS:
        for path in sorted(root.glob(pattern)):
            tree = ast.parse(path.read_text("utf-8"), filename=str(path))
            yield from _marks_in(tree, path.relative_to(root).as_posix(), [])


def with_tests(rows: list[Requirement], found: list[tuple[str, str]]) -> list[Requirement]:
    """The rows with the tests that are marked with their id."""
    proofs: dict[str, list[str]] = {row.id: [] for row in rows}
    for requirement_id, test in found:
        proofs.setdefault(requirement_id, []).append(test)
    return [
        Requirement(row.id, row.section, row.readers, row.text, row.level, tuple(sorted(set(proofs[row.id]))))
        for row in rows
    ]


def _marks_in(node: ast.Module | ast.ClassDef, place: str, outer: list[str]) -> Iterator[tuple[str, str]]:
    inherited = outer + [found for line in node.body if _is_pytestmark(line) for found in _ids(line)]
    for part in node.body:
        if isinstance(part, ast.ClassDef):
            yield from _marks_in(part, f"{place}::{part.name}", inherited + _decorated(part))
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.name.startswith("test"):
            yield from ((found, f"{place}::{part.name}") for found in inherited + _decorated(part))


def _is_pytestmark(line: ast.stmt) -> bool:
    targets = line.targets if isinstance(line, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in targets)


def _decorated(part: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [found for decorator in part.decorator_list for found in _ids(decorator)]


def _ids(node: ast.AST) -> list[str]:
    calls = (call for call in ast.walk(node) if isinstance(call, ast.Call) and _is_mark(call))
    return [str(word.value) for call in calls for word in call.args if isinstance(word, ast.Constant)]


def _is_mark(call: ast.Call) -> bool:
    return ast.unparse(call.func) == "pytest.mark.requirement"


def as_data(row: Requirement) -> dict[str, object]:
    """A row for JSON, with the names that the catalogue uses."""
    fields = asdict(row)
    return {"for": fields.pop("readers"), **fields, "state": row.state}


def summary(rows: list[Requirement]) -> str:
    """How many rows of each level have a test; a level with conditions counts by its first word."""
    total = Counter(row.level.split()[0] for row in rows)
    proved = Counter(row.level.split()[0] for row in rows if row.tests)
    counts = [f"{level}: {proved[level]} of {total[level]} rows have a test" for level in LEVELS]
    return "\n".join([*counts, "A mark is a claim: the test says it proves the row, or a part of it."])


@click.command("requirements")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def requirements_command(as_json: bool) -> None:
    """Print what the platform must do, and which tests prove it."""
    rows = with_tests(catalogue(), list(marks()))
    if as_json:
        click.echo(json.dumps([as_data(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row.id:<12} {row.level:<8} {row.state:<19} {row.text}")
        for test in row.tests:
            click.echo(f"{'':<12} {test}")
    click.echo(f"\n{summary(rows)}")
