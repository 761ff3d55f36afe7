"""How often something may be done: counters in the database, so that they hold over all processes."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import Index, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now, today
from participation.kernel.db import Base, db, is_sqlite, ledger, transaction


class LimitBucket(Base):
    """How often a key was used in the window that began then. Keys are hashed: no address is stored."""

    __tablename__ = "limit_bucket"
    __table_args__ = (Index(None, "ends_at"),)

    key: Mapped[str] = mapped_column(unique=True)
    ends_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=1)


def allow(what: str, who: str, limit: int, per: timedelta) -> bool:
    """Count one use; False when it is over the limit. One of the three books: written in a transaction of its own."""
    key, ends_at = _key(what, who, per), now() + per
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(LimitBucket).values(key=key, ends_at=ends_at, used=1)
    statement = statement.on_conflict_do_update(index_elements=["key"], set_={"used": LimitBucket.__table__.c.used + 1})
    with ledger() as connection:
        used: int = connection.execute(statement.returning(LimitBucket.used)).scalar_one()
    return used <= limit


def forgive(what: str, who: str, per: timedelta) -> None:
    """Begin to count anew, with what the caller commits: the tries led to the right end."""
    db.session.execute(delete(LimitBucket).where(LimitBucket.key == _key(what, who, per)))


def _key(what: str, who: str, per: timedelta) -> str:
    window = int(now().timestamp() // per.total_seconds())
    return hashlib.sha256(f"{what}|{who}|{window}".encode()).hexdigest()


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


def forget_old_limits() -> None:
    """Periodic: remove windows that are over."""
    with transaction():
        db.session.execute(delete(LimitBucket).where(LimitBucket.ends_at < now()))
