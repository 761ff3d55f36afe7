"""where contributions belong on the ground, areas, names of places, sums of ratings taken over from elsewhere

Revision: 0025, after 0023
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG
from participation.kernel.retention import FILE, declare, registered, rule, withdraw

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"


def upgrade() -> None:
    """Make the tables and the column, and say in the registry what they are for."""
    op.create_table(
        "location",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        _owner("location", "contribution"),
        _owner("location", "activity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_location_tenant_id_id")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_location_contribution_id")),
    )
    columns = ["activity_id", "longitude", "latitude"]
    op.create_index(op.f("ix_location_activity_id_longitude_latitude"), "location", columns)
    op.create_table(
        "area",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        _owner("area", "activity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_area_tenant_id_id")),
        sa.UniqueConstraint("activity_id", "kind", "position", name=op.f("uq_area_activity_id_kind_position")),
    )
    op.create_table(
        "place_name",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_place_name_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_name")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_place_name_tenant_id_id")),
    )
    op.create_index(op.f("ix_place_name_tenant_id_search_key"), "place_name", ["tenant_id", "search_key"])
    op.add_column("contribution", sa.Column("imported", BIG, nullable=False, server_default="0"))
    op.create_index(op.f("ix_contribution_merged_into_id"), "contribution", ["merged_into_id"])
    _declare()


def _owner(table: str, owner: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_tenant_id_{owner}_id_{owner}")
    columns = ["tenant_id", f"{owner}_id"]
    return sa.ForeignKeyConstraint(columns, [f"{owner}.tenant_id", f"{owner}.id"], name=name, ondelete="CASCADE")


def _declare() -> None:
    declare("location", rule("*", "Zuordnung zu Beitrag und Beteiligungsformat", basis=TASK, period=FILE))
    for column in ("geometry", "longitude", "latitude", "words"):
        why = "welche Stelle im Gebiet der Beitrag meint"
        declare("location", rule(column, why, basis=TASK, period=FILE, in_export=True, on_erase="text"))
    for table in ("area", "place_name"):
        declare(table, rule("*", "keine Angaben zu Personen"))
    why = "Summe von Stimmen aus einem früheren Verfahren, ohne Personen"
    declare("contribution", rule("imported", why, basis=TASK, period=FILE, in_export=True))


def downgrade() -> None:
    """Take them away again."""
    rules = registered()
    mine = (rules.c.table_name == "contribution", rules.c.column_name == "imported")
    op.get_bind().execute(sa.delete(rules).where(*mine))
    op.drop_index("ix_contribution_merged_into_id", "contribution")
    op.drop_column("contribution", "imported")
    withdraw(["location", "area", "place_name"])
    for table in ("place_name", "area", "location"):
        op.drop_table(table)
