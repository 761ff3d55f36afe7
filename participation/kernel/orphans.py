"""Bytes that nothing names any more: rows go by cascades and erasure, and the files they named are swept after them."""

from datetime import timedelta

from sqlalchemy import Text, column, inspect, select, table, union_all

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.files import file_store

COLUMN = "stored_name"  # whoever keeps a file in the store names it in a column of this name
UPLOADING = timedelta(hours=1)  # a file is stored a moment before the row that names it


def sweep_files() -> int:
    """Remove stored files older than an hour that no row names; doing it again changes nothing. Says how many."""
    before = now() - UPLOADING
    return file_store().sweep(named_files(), before)


def named_files() -> set[str]:
    """All names in use, read from the database itself: tables of modules whose folder is gone count too.

    One query, so that a file that moves from one table to another in between is not missed.
    """
    found = inspect(db.session.connection())
    columns = {name: [entry["name"] for entry in found.get_columns(name)] for name in found.get_table_names()}
    keeping = [table(name) for name, own in columns.items() if COLUMN in own]
    named = [select(column(COLUMN, Text)).select_from(keeper) for keeper in keeping]
    return set(db.session.scalars(union_all(*named)))
