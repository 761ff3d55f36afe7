"""Migrations are the only way a schema comes into being: up, down, up again, on both databases, and no row is lost."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text

from app import create_app
from participation.contributions.models import Contribution
from participation.kernel.db import Base, db, ledger
from participation.kernel.migrations import (
    CORE,
    CORE_FOLDER,
    current,
    downgrade,
    drift,
    heads,
    known_owners,
    owners,
    upgrade,
)
from participation.kernel.retention import PersonalData
from participation.testing.fixtures import _postgres_database
from participation.testing.probe import PROBE
from participation.testing.world import World

RULES = {"keep", "clear", "delete", "cut", "rename", "text"}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An app on a database with nothing in it."""
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    else:
        with _postgres_database("migrations") as url:
            yield from opened(url, tmp_path)


def opened(url, folder):
    made = create_app({"database_url": url, "data_folder": str(folder)}, more_modules=[PROBE])
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def histories(app):
    return owners(app.extensions["registry"].folders())


def tables():
    return {name for name in inspect(db.engine).get_table_names() if "alembic_version" not in name}


def test_from_nothing_to_the_newest_and_back_and_up_again(empty):
    found = histories(empty)
    upgrade(db.engine, found)
    first = tables()
    assert current(db.engine, found) == heads(found)
    assert {owner: drift(db.engine, owner) for owner in found} == {owner: [] for owner in found}
    for owner, folder in reversed(found.items()):
        downgrade(db.engine, owner, folder, "base")
    assert tables() == set()
    assert current(db.engine, found) == dict.fromkeys(found)
    upgrade(db.engine, found)
    assert tables() == first
    assert {owner: drift(db.engine, owner) for owner in found} == {owner: [] for owner in found}


def test_upgrading_twice_changes_nothing(empty):
    upgrade(db.engine, histories(empty))
    before = tables()
    upgrade(db.engine, histories(empty))
    assert tables() == before


CHANGES = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade():
    with op.batch_alter_table("contribution") as batch:
        batch.{up}


def downgrade():
    with op.batch_alter_table("contribution") as batch:
        batch.{down}
"""
ADD = 'add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))'
DROP = 'drop_column("weight")'
NOTEBOOK = """
import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table(
        "notebook__page",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("ink", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["contribution.tenant_id", "contribution.id"],
            ondelete="CASCADE",
            name="fk_notebook__page_contribution",
        ),
    )


def downgrade():
    op.drop_table("notebook__page")
"""


@pytest.fixture
def notebook(empty, tmp_path):
    """Histories with a module that has a row for a contribution, and a core whose next step can be added."""
    found = histories(empty)
    core, module = tmp_path / "core", tmp_path / "notebook"
    shutil.copytree(CORE_FOLDER, core, ignore=shutil.ignore_patterns("__pycache__"))
    module.mkdir()
    (module / "0001_pages.py").write_text(NOTEBOOK)
    found = found | {CORE: core, "notebook": module}
    upgrade(db.engine, found)
    contribution = World(empty).contribution(World(empty).procedure())
    number, tenant = contribution.id, contribution.tenant_id
    db.session.rollback()
    with ledger() as connection:
        connection.execute(
            text("INSERT INTO notebook__page (id, tenant_id, ink) VALUES (:id, :tenant, 'blue')"),
            {"id": number, "tenant": tenant},
        )
    return found


def write_step(folder: Path, revision, before, up, down):
    (folder / f"{revision}_step.py").write_text(CHANGES.format(revision=revision, before=before, up=up, down=down))


def rows():
    db.session.rollback()
    names = ("contribution", "contribution_version", "participant", "notebook__page")
    found = {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}
    db.session.rollback()  # a reader would hold the migration up
    return found


@pytest.mark.requirement("RA-5.3-04")
def test_altering_a_core_table_loses_no_row_of_a_module(empty, notebook):
    before, head = rows(), heads(notebook)[CORE]
    assert set(before.values()) == {1}
    write_step(notebook[CORE], "9001", head, ADD, DROP)
    upgrade(db.engine, notebook)
    assert rows() == before
    write_step(notebook[CORE], "9002", "9001", DROP, ADD)
    upgrade(db.engine, notebook)
    assert rows() == before
    downgrade(db.engine, CORE, notebook[CORE], head)
    assert rows() == before
    with db.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Contribution)).scalar() == 1


def test_the_key_between_them_still_holds_after_it(empty, notebook):
    write_step(notebook[CORE], "9001", heads(notebook)[CORE], ADD, DROP)
    upgrade(db.engine, notebook)
    with ledger() as connection:
        connection.execute(text("DELETE FROM contribution"))
    assert rows()["notebook__page"] == 0


def test_a_step_that_leaves_a_row_without_its_owner_is_taken_back(empty, notebook):
    step = CHANGES.format(revision="9001", before=heads(notebook)[CORE], up=ADD, down=DROP)
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL checks each statement
    step = step.replace("def downgrade", '    op.execute("DELETE FROM participant")\n\n\ndef downgrade', 1)
    (notebook[CORE] / "9001_step.py").write_text(step)
    with pytest.raises(RuntimeError, match="without its owner"):
        upgrade(db.engine, notebook)
    assert set(rows().values()) == {1}


def test_the_tables_of_a_module_that_is_gone_are_not_offered_for_dropping(empty, notebook):
    assert known_owners(db.engine) >= {CORE, "notebook"}
    assert drift(db.engine, CORE) == []
    assert heads(histories(empty)).keys() == histories(empty).keys()


@pytest.mark.requirement("RA-5.1.7-02")
def test_every_column_of_every_table_has_a_rule_for_personal_data(app):
    rules = {}
    for row in db.session.scalars(select(PersonalData)):
        rules.setdefault(row.table_name, {})[row.column_name] = row
    missing = []
    for table in Base.metadata.tables.values():
        own = rules.get(table.name, {})
        covered = {column.name for column in table.columns} if "*" in own else set(own)
        missing += [f"{table.name}.{column.name}" for column in table.columns if column.name not in covered | {"id"}]
    assert not missing, f"Add `declare(…)` to the migration that makes them: {', '.join(missing)}"
    stated = {row.on_erase for table in rules.values() for row in table.values()}
    assert stated <= RULES


def test_what_names_a_person_has_a_rule_of_its_own_with_purpose_and_basis(app):
    rules = {(row.table_name, row.column_name): row for row in db.session.scalars(select(PersonalData))}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            names_person = column.name == "email" or any(
                key.column.table.name == "person" for key in column.foreign_keys
            )
            if names_person:
                rule = rules.get((table.name, column.name))
                assert rule, f"{table.name}.{column.name} names a person and has no rule of its own"
                assert rule.purpose, f"{table.name}.{column.name}: say what for"
                assert rule.legal_basis, f"{table.name}.{column.name}: say on what legal basis"
                assert rule.period, f"{table.name}.{column.name}: say for how long"


def test_rules_name_only_tables_and_columns_that_are_there(app):
    found = {name: {column["name"] for column in inspect(db.engine).get_columns(name)} for name in tables()}
    for row in db.session.scalars(select(PersonalData)):
        assert row.table_name in found, row.table_name
        assert row.column_name == "*" or row.column_name in found[row.table_name], f"{row.table_name}.{row.column_name}"


def test_every_history_says_what_it_did_in_the_name_of_its_file():
    for path in sorted(CORE_FOLDER.glob("*.py")):
        number, _, words = path.stem.partition("_")
        assert number.isdigit(), f"{path.name}: begin with a number"
        assert words, f"{path.name}: call it 0007_what_it_does.py"
