"""Version numbers of what pages show: a cached page is true as long as the number of its scope is the same."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, db, is_sqlite, last


class ScopeVersion(Base):
    """installation, tenant:<id> or procedure:<id>, and how often what it shows has changed."""

    __tablename__ = "scope_version"

    scope: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(default=1)


def raise_version(scope: str) -> None:
    """Say that what a scope shows has changed; the row is written last in the transaction."""
    last(f"version:{scope}", lambda: _raise(scope))


def _raise(scope: str) -> None:
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(ScopeVersion).values(scope=scope, number=1)
    statement = statement.on_conflict_do_update(
        index_elements=["scope"], set_={"number": ScopeVersion.__table__.c.number + 1}
    )
    db.session.execute(statement)


def version_of(scope: str) -> int:
    """How often what this scope shows has changed; 0 when never."""
    return db.session.scalar(select(ScopeVersion.number).where(ScopeVersion.scope == scope)) or 0
