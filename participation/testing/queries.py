"""Counting what a page asks of the database: budgets of queries are tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from participation.kernel.db import db


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the statements sent while the block runs, oldest first; needs an app context.

    Savepoints, PRAGMA and BEGIN are no statements here: the listener sees what a cursor executes.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
