"""The registry of personal data is whole: no column is forgotten."""

import pytest
from sqlalchemy import inspect, select

from participation.accounts.belonging import Belonging, rules_by_table
from participation.kernel.db import Base, db
from participation.kernel.migrations import owner_of
from participation.kernel.retention import PersonalData

ON_ERASE = {"keep", "text", "clear", "delete", "cut", "rename"}
TELLING = ("email", "person_id", "named_by_id", "actor_id", "display_name", "pseudonym", "password_hash", "device")


def registry() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in db.session.execute(select(PersonalData.table_name, PersonalData.column_name)):
        found.setdefault(table, set()).add(column)
    return found


def tables() -> dict[str, set[str]]:
    """Every table in the database with its columns, but those of Alembic and of the full text index."""
    found = inspect(db.engine)
    names = [name for name in found.get_table_names() if "alembic" not in name and not name.startswith("fts_")]
    return {name: {column["name"] for column in found.get_columns(name)} for name in names}


def test_every_column_of_every_table_has_a_rule_or_its_table_says_the_rest_is_harmless(app):
    rules = registry()
    missing = [
        f"{table}.{column}"
        for table, columns in tables().items()
        for column in sorted(columns)
        if column not in rules.get(table, set()) and "*" not in rules.get(table, set())
    ]
    assert missing == []


def test_columns_that_tell_of_people_have_a_rule_of_their_own(app):
    rules = registry()
    person_keys = [
        (table.name, key.parent.name)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "person.id"
    ]
    telling = [(table, column) for table, columns in tables().items() for column in columns if column in TELLING]
    missing = [
        f"{table}.{column}" for table, column in {*person_keys, *telling} if column not in rules.get(table, set())
    ]
    assert missing == []


def test_no_rule_speaks_of_a_column_that_is_not_there(app):
    present = tables()
    wrong = [
        f"{table}.{column}"
        for table, columns in registry().items()
        for column in columns - {"*"}
        if column not in present.get(table, set())
    ]
    assert wrong == []


def test_every_rule_says_why_and_what_happens_on_erasure(app):
    rules = list(db.session.scalars(select(PersonalData).where(PersonalData.column_name != "*")))
    assert {rule.on_erase for rule in rules} <= ON_ERASE
    assert [f"{rule.table_name}.{rule.column_name}" for rule in rules if not rule.purpose or not rule.period] == []


def test_no_secret_is_in_the_download(app):
    query = select(PersonalData.table_name, PersonalData.column_name).where(PersonalData.in_export)
    shown = {column for _, column in db.session.execute(query)}
    assert shown & {"password_hash", "key_hash", "csrf", "cookie_hash", "token_hash", "data", "key"} == set()


@pytest.mark.parametrize("name", ["draft", "rating", "contribution_version", "subscription", "login_session", "anchor"])
def test_rows_are_found_through_whoever_owns_them(world, name):
    procedure, person = world.procedure(), world.person()
    world.contribution(procedure, person)
    mine = Belonging(person, rules_by_table())
    assert name in mine.tables
    assert owner_of(name) == "core"
    assert isinstance(mine.ids(name), list)
    assert len(mine.ids("contribution_version")) == 1
