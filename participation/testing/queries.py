"""Counting what a page asks of the database: budgets of queries are tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from participation.kernel.db import db

FRAME = ("BEGIN", "PRAGMA", "SET ", "SAVEPOINT", "RELEASE")


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the statements sent while the block runs, oldest first; needs an app context.

    What opens a transaction or sets a connection up (BEGIN, PRAGMA, SET) is not counted: it asks for nothing.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(FRAME):
            statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
