"""One session, one place that begins, one place that commits."""

import pytest
from sqlalchemy import delete, event, func, select, text, update

from participation.accounts.models import Person
from participation.kernel import db as database
from participation.kernel.clock import now
from participation.kernel.db import WriteOutsideError, db, last, ledger, transaction, writing
from participation.kernel.versions import ScopeVersion, raise_version, version_of
from participation.tenants.models import Tenant
from participation.web.guard import public


def a_tenant(slug="ort"):
    return Tenant(slug=slug, name="Ort", contact_email="kontakt@ort.example")


def number_of_tenants():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Tenant))


def test_a_flush_outside_writing_raises(app):
    db.session.add(a_tenant())
    with pytest.raises(WriteOutsideError):
        db.session.flush()
    assert number_of_tenants() == 0


@pytest.mark.parametrize(
    "statement", [update(Tenant).values(name="x"), delete(Tenant).where(Tenant.id == 1)], ids=["update", "delete"]
)
def test_a_statement_that_writes_outside_writing_raises(app, statement):
    with pytest.raises(WriteOutsideError):
        db.session.execute(statement)


def test_writing_does_not_nest(app):
    with pytest.raises(RuntimeError, match="does not nest"), writing(), writing():
        pass
    with transaction():
        db.session.add(a_tenant())
    assert number_of_tenants() == 1, "after the refusal writing works again"


def test_writing_leaves_the_commit_to_the_app(app):
    with writing():
        db.session.add(a_tenant())
    assert number_of_tenants() == 0, "a rollback before the commit takes it back"


def test_an_error_inside_writing_rolls_back(app):
    def fail():
        with transaction():
            db.session.add(a_tenant())
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert number_of_tenants() == 0


def test_writing_ends_the_read_transaction_so_objects_reload(app, world):
    tenant = world.tenant("ort")
    assert tenant.name
    with ledger() as connection:
        connection.execute(text("UPDATE tenant SET name = 'Umbenannt'"))
    with transaction():
        assert tenant.name == "Umbenannt"


@pytest.mark.requirement("RA-5.1.6-01")
def test_four_threads_with_fifty_increments_lose_none(app, in_threads):
    with transaction():
        db.session.add(ScopeVersion(scope="counted", number=0))

    def count_up():
        for _ in range(50):
            with transaction():
                row = db.session.scalar(select(ScopeVersion).where(ScopeVersion.scope == "counted").with_for_update())
                row.number += 1

    in_threads(4, count_up)
    assert version_of("counted") == 200


def test_kept_counters_lose_nothing_between_threads(app, in_threads):
    def raise_both():
        for _ in range(10):
            with transaction():
                raise_version("b")
                raise_version("a")

    in_threads(4, raise_both)
    assert (version_of("a"), version_of("b")) == (40, 40)


def test_what_is_put_off_runs_last_once_and_in_a_fixed_order(app):
    done = []
    with transaction():
        last("b", lambda: done.append("b"))
        last("a", lambda: done.append("a"))
        last("b", lambda: done.append("b again"))
        assert done == []
    assert done == ["a", "b"]


def test_what_was_put_off_is_forgotten_when_the_transaction_fails(app):
    done = []

    def fail():
        with transaction():
            last("a", lambda: done.append("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction():
        pass
    assert done == []


def test_the_ledger_is_a_transaction_of_its_own(app):
    with ledger() as connection:
        connection.execute(text("INSERT INTO scope_version (scope, number) VALUES ('kept', 7)"))
    db.session.rollback()
    assert version_of("kept") == 7


def test_a_ledger_that_fails_keeps_nothing(app):
    def fail():
        with ledger() as connection:
            connection.execute(text("INSERT INTO scope_version (scope, number) VALUES ('lost', 7)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert version_of("lost") == 0


def test_sqlite_takes_the_write_lock_when_writing_begins(app):
    if db.engine.dialect.name != "sqlite":
        assert db.session.scalar(text("SHOW statement_timeout")) == "5s"
        return
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with writing():
        pass
    event.remove(db.engine, "before_cursor_execute", note)
    db.session.rollback()
    assert statements[0] == "BEGIN IMMEDIATE"
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: db.session.scalar(text(f"PRAGMA {name}")) for name in pragmas} == pragmas


def test_an_instant_without_a_zone_is_refused(app):
    def write():
        with writing():
            db.session.add(Person(email="a@b.example", created_at=now().replace(tzinfo=None)))

    with pytest.raises(Exception, match="time zone"):
        write()


def test_a_view_that_returns_has_committed_and_one_that_raises_has_rolled_back(make_app):
    other = make_app()

    @public
    def write(name):
        with writing():
            db.session.add(a_tenant(name))
        if name == "broken":
            raise ZeroDivisionError
        return "done"

    other.add_url_rule("/-/write/<name>", view_func=write)
    client = other.test_client()
    assert client.get("/-/write/kept").status_code == 200
    with pytest.raises(ZeroDivisionError):
        client.get("/-/write/broken")
    db.session.rollback()
    assert list(db.session.scalars(select(Tenant.slug))) == ["kept"]


def test_a_view_that_forgets_writing_changes_nothing(make_app, world):
    world.tenant("ort")
    other = make_app()

    @public
    def careless():
        db.session.scalar(select(Tenant)).name = "Anders"
        return "done"

    other.add_url_rule("/-/careless", view_func=careless)
    with pytest.raises(WriteOutsideError):
        other.test_client().get("/-/careless")
    db.session.rollback()
    assert db.session.scalar(select(Tenant.name)) != "Anders"


def test_tests_and_pages_share_no_half_open_writing(app):
    assert database._writing.get() is False
