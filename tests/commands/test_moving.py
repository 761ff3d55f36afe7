"""`flask tenant export`, `import`, `delete`: every row and file of one authority, and nothing of the others."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from participation.contributions.models import Attachment
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.files import file_store
from participation.kernel.seal import seal_events, verify
from participation.kernel.uploads import begin_upload
from participation.notices.models import Subscription
from participation.tenants.deleting import TenantDeleted, moved_out
from participation.tenants.models import Tenant
from participation.tenants.rows import Rows, all_tables, kind_of
from participation.tenants.services import write_legal_page
from participation.testing import World
from tests.promises.backups import installation, refusal, run

TRACES = {"event", "event_seal", "event_delivery", "scope_version"}  # that it happened is told


@pytest.fixture
def town(world: World) -> Tenant:
    """An authority with a bit of everything, beside another one."""
    for slug in ("musterau", "nebenan"):
        tenant = world.tenant(slug)
        procedure = world.procedure(tenant)
        person = world.staff(tenant, Role.TENANT_ADMIN)
        guest = world.person(account=False)
        thing = world.contribution(procedure, guest)
        world.contribution(procedure, person)
        with transaction():
            write_legal_page(tenant, "imprint", "Musterau")
            stored = file_store().put(f"a plan of {slug}".encode())
            db.session.add(Attachment(
                tenant_id=tenant.id, contribution_id=thing.id, stored_name=stored, name="plan.txt",
                media_type="text/plain", size=17,
            ))  # fmt: skip
            begin_upload(tenant.id, person.id, "gross.pdf", 100)
    seal_events()
    return db.session.scalars(select(Tenant).where(Tenant.slug == "musterau")).one()


def contents(tenant_id: int) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The rows of an authority, and all others, table by table."""
    with db.engine.connect() as connection:
        rows = Rows(connection, tenant_id)
        own, others = {}, {}
        for name, table in rows.tables.items():
            every = [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]
            mine = rows.conditions.get(name)
            own[name] = [] if mine is None else [
                tuple(row) for row in connection.execute(select(table).where(mine).order_by(table.c.id))
            ]  # fmt: skip
            others[name] = [row for row in every if row not in own[name]]
    return own, others


def test_of_every_table_it_is_known_whose_its_rows_are(app: Flask) -> None:
    tables = {table.name: table for table in all_tables(db.session.connection())}
    unclear = [name for name, table in tables.items() if kind_of(table, tables) is None]
    assert unclear == [], "Give the table a tenant_id, a key to its owner, or name it in tenants/rows.py."


def test_deleting_takes_every_row_and_file_of_the_authority_and_nothing_else(app: Flask, town: Tenant) -> None:
    tenant_id, (own, before) = town.id, contents(town.id)
    own_file = next(row for row in own["attachment"] if row)
    assert sum(bool(rows) for rows in own.values()) >= 15
    assert "--yes-delete-musterau" in refusal(app, "tenant", "delete", "musterau")
    assert "--yes-delete-musterau" in refusal(app, "tenant", "delete", "musterau", "--yes-delete-nebenan")
    assert contents(tenant_id)[0] == own
    run(app, "tenant", "delete", "musterau", "--yes-delete-musterau")
    left, after = contents(tenant_id)
    assert [name for name, rows in left.items() if rows] == []
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= TRACES | {"person"}
    assert len(before["person"]) - len(after["person"]) == 1, "the address without an account that only came here"
    assert after["attachment"] == before["attachment"]
    assert [path.name for path in file_store().root.glob("??/??/*") if path.name in own_file] == []
    assert moved_out() == {tenant_id}
    told = db.session.scalars(select(EventRow).where(EventRow.name == TenantDeleted.name)).one()
    assert (told.tenant_id, told.data["gone_id"]) == (0, tenant_id)
    assert told.data["links"] == len(own["event_seal"])


def test_an_export_holds_every_row_and_file_and_no_secret(app: Flask, town: Tenant, tmp_path: Path) -> None:
    own, _ = contents(town.id)
    run(app, "tenant", "export", "musterau", tmp_path / "out")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    expected = {name: len(rows) for name, rows in own.items() if rows and name != "upload"}
    assert {name: manifest["rows"][name] for name in expected} == expected
    assert set(manifest["rows"]) - set(expected) == {"person"}
    people = (tmp_path / "out/rows/person.jsonl").read_text()
    assert '"password_hash": null' in people
    assert "argon2" not in people
    assert len([name for name in manifest["files"] if name.startswith("files/")]) == 1
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    assert "is there already" in refusal(app, "tenant", "export", "musterau", tmp_path / "out")


def test_another_installation_takes_the_authority_in(app: Flask, database: str, town: Tenant, tmp_path: Path) -> None:
    tenant_id, (own, _) = town.id, contents(town.id)
    run(app, "tenant", "export", "musterau", tmp_path / "out")
    assert "is there already" in refusal(app, "tenant", "import", tmp_path / "out")
    with installation(database, tmp_path / "other") as other:
        run(other, "tenant", "import", tmp_path / "out")
        taken, _ = contents(tenant_id)
        differing = {name for name in own if own[name] != taken[name] and name != "upload"}
        assert differing == set()
        assert verify(tenant_id).broken_at is None
        assert len(list(file_store().root.glob("??/??/*"))) == 1
        world = World(other)
        world.contribution(world.procedure(world.tenant("neu")))  # new rows get numbers behind those that came
        assert other.test_client().get("/musterau/").status_code == 200
        (tmp_path / "out/rows/tenant.jsonl").write_text("{}")
        assert "changed" in refusal(other, "tenant", "import", tmp_path / "out")
    assert db.session.scalar(select(Subscription.id)) is None
