"""How often something may be done: counters in the database, so that they hold over all processes."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import Index, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now, today
from participation.kernel.db import Base, db, is_sqlite, ledger

ROUNDING = timedelta(milliseconds=1)


class LimitBucket(Base):
    """A bucket of uses that refills with time and is full again at `ends_at`; of guesses, how many were `used`.

    Keys are hashed: no address is stored.
    """

    __tablename__ = "limit_bucket"
    __table_args__ = (Index(None, "ends_at"),)

    key: Mapped[str] = mapped_column(unique=True)
    ends_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=1)


NO_WAIT = timedelta(0)


def allow(what: str, who: str, limit: int, per: timedelta) -> bool:
    """Whether one use could be taken out of a bucket, see `wait_for`."""
    return not wait_for(what, who, limit, per)


def wait_for(what: str, who: str, limit: int, per: timedelta) -> timedelta:
    """Take one use out of a bucket that holds `limit` and refills evenly within `per`; no time, or how long to wait.

    So never more than the limit at once, whatever the clock says. What is refused takes nothing. One of the three
    books: written in a transaction of its own.
    """
    key, at, one = _bucket_key(what, who, per), now(), per / limit
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    fresh = insert(LimitBucket).values(key=key, ends_at=at, used=0).on_conflict_do_nothing(index_elements=["key"])
    mine = LimitBucket.key == key
    with ledger() as connection:
        connection.execute(fresh)
        full_at = connection.scalar(select(LimitBucket.ends_at).where(mine).with_for_update()) or at
        if full_at > at + per + ROUNDING:  # no use made it so: the clock was set back
            full_at = at
        full_at = max(full_at, at) + one
        if full_at > at + per + ROUNDING:
            return full_at - at - per
        connection.execute(update(LimitBucket).where(mine).values(ends_at=full_at))
    return NO_WAIT


def wait_to_guess(what: str, who: str, limit: int, per: timedelta) -> timedelta:
    """Like `wait_for`, for what must not be guessed: never more than the limit in any stretch of this length.

    In a bucket of `wait_for` some refill while others are taken. Here the count ends after a pause as long as `per`;
    a try that was refused does not make the pause longer. What was right is given back.
    """
    key, at = _guess_key(what, who), now()
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    table = LimitBucket.__table__
    over, full = table.c.ends_at <= at, table.c.used >= limit
    values = {
        "used": case((over, 1), (full, limit + 1), else_=table.c.used + 1),
        "ends_at": case((over, at + per), (full, table.c.ends_at), else_=at + per),
    }
    statement = insert(LimitBucket).values(key=key, ends_at=at + per, used=1)
    statement = statement.on_conflict_do_update(index_elements=["key"], set_=values)
    with ledger() as connection:
        used, ends_at = connection.execute(statement.returning(LimitBucket.used, LimitBucket.ends_at)).one()
    return NO_WAIT if used <= limit else max(ends_at - at, ROUNDING)


def give_back(what: str, who: str) -> None:
    """The last guess was right: it does not count, with what the caller commits; the wrong ones before do."""
    mine = (LimitBucket.key == _guess_key(what, who), LimitBucket.used > 0)
    db.session.execute(update(LimitBucket).where(*mine).values(used=LimitBucket.used - 1))


def forgive(what: str, who: str) -> None:
    """Begin to count guesses anew, with what the caller commits: they led to the right end."""
    db.session.execute(delete(LimitBucket).where(LimitBucket.key == _guess_key(what, who)))


def _guess_key(what: str, who: str) -> str:
    return hashlib.sha256(f"{what}|{who}".encode()).hexdigest()


def _bucket_key(what: str, who: str, per: timedelta) -> str:
    return hashlib.sha256(f"{what}|{who}|{per.total_seconds()}".encode()).hexdigest()


def network(address: str, secret: str) -> str:
    """A keyed hash of the /24 or /56 an address lies in, another one each day: enough to count, useless to keep."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 56
    net = ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)
    key = f"{secret}|{today().isoformat()}".encode()
    return hmac.new(key, str(net).encode(), "sha256").hexdigest()[:32]
