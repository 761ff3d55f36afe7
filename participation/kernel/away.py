"""The database away for a moment: restarted, killed, full, too busy. What is to be said then, and after how long."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

DISK_FULL = "53100"  # as PostgreSQL names it
RETRY_AFTER = 5  # seconds: a database that was killed is back by then
_RESTS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def is_away(error: BaseException) -> bool:
    """Whether nothing is wrong with the request: the database cannot be reached or is too busy. Nothing was saved."""
    if isinstance(error, NoConnection):
        return True  # every connection is in use
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return (_code(error.orig) & 0xFF) in _RESTS
    return isinstance(error, OperationalError) or error.connection_invalidated


def is_full(error: BaseException) -> bool:
    """Whether the disk has no room left. Nothing was saved."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return _code(error.orig) & 0xFF == sqlite3.SQLITE_FULL
    return getattr(error.orig, "sqlstate", None) == DISK_FULL


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) or 0
