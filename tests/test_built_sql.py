"""SQL is never built of strings: what varies is a bound value or an expression of SQLAlchemy.

Where a statement needs a name that the database takes only as text (a pragma, a table of ours), it stands below with
what makes it harmless.
"""

import ast
import re

from tests.test_house_rules import OURS, name_of, parsed, told

TAKES_SQL = set("text execute exec_driver_sql literal_column executemany executescript prefix_with DDL".split())
WORDS = "select|insert|update|delete|drop|create|alter|truncate|pragma|set|show|with|vacuum|attach|copy"
SQL = re.compile(rf"\s*({WORDS})\b", re.IGNORECASE)
HARMLESS = {
    "participation/kernel/db.py": "pragmas and the timeout are constants",
    "participation/kernel/gate.py": "names of pragmas and settings are constants",
    "participation/kernel/backup_checks.py": "names of two tables of ours",
    "participation/kernel/backup_copies.py": "names of tables, as the database lists and quotes them",
    "participation/testing/contract.py": "names of tables, in tests",
    "participation/testing/fixtures.py": "names of tables, in tests",
}


def built(node):
    """Whether a string is put together at run time."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        return any(_is_text(side) for side in (node.left, node.right))
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and node.func.attr in ("format", "join") and isinstance(node.func.value, ast.Constant)


def _is_text(node):
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _begins_like_sql(node):
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and bool(SQL.match(first.value))


def faults():
    """Where SQL is built, file by file."""
    for path in OURS:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in TAKES_SQL and any(built(argument) for argument in node.args):
                    yield name_of(path), node.lineno
            elif isinstance(node, ast.JoinedStr) and built(node) and _begins_like_sql(node):
                yield name_of(path), node.lineno


def test_no_sql_is_built_of_strings():
    found = sorted({f"{name}:{line}" for name, line in faults() if name not in HARMLESS})
    told(found, "Bind the value (`:name`, an expression of SQLAlchemy), or name the file above with its reason:")


def test_every_exception_is_still_needed():
    assert set(HARMLESS) <= {name for name, _line in faults()}


def test_the_lint_finds_what_it_should():
    lines = (
        'text(f"SELECT {x}")',
        'run.execute("SELECT " + x)',
        'execute("SELECT %s" % x)',
        'text("SELECT {}".format(x))',
    )
    for line in lines:
        call = ast.parse(line).body[0].value
        assert any(built(argument) for argument in call.args), line
    assert not built(ast.parse('text("SELECT 1")').body[0].value.args[0])
