"""responses: what the authority answers

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
TABLES = ("response_to", "response_version", "response")


def upgrade() -> None:
    with op.batch_alter_table("contribution") as batch:
        batch.add_column(sa.Column("decision", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "response",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("published_number", BIG, nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by_id", BIG, nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_response_tenant_id_id")),
        _owned("response", "procedure"),
        _person("response", "published_by_id"),
    )
    op.create_index(
        op.f("ix_response_procedure_id_published_number_id"), "response", ["procedure_id", "published_number", "id"]
    )
    op.create_table(
        "response_version",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_version")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_response_version_tenant_id_id")),
        sa.UniqueConstraint("response_id", "number", name=op.f("uq_response_version_response_id_number")),
        _owned("response_version", "response"),
        _person("response_version", "author_id"),
    )
    op.create_table(
        "response_to",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_to")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_response_to_tenant_id_id")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_response_to_contribution_id")),
        _owned("response_to", "response"),
        _owned("response_to", "contribution"),
    )
    op.create_index(op.f("ix_response_to_response_id"), "response_to", ["response_id"])
    declare(
        "response",
        rule("published_by_id", "wer die Antwort veröffentlicht hat", basis=TASK, period=FILE, on_erase="cut"),
        rule("*", "Antworten der Verwaltung"),
    )
    declare(
        "response_version",
        rule("author_id", "wer die Antwort geschrieben hat", basis=TASK, period=FILE, on_erase="cut"),
        rule("*", "Antworten der Verwaltung"),
    )
    declare("response_to", rule("*", "welche Beiträge eine Antwort beantwortet"))


def downgrade() -> None:
    withdraw(TABLES)
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("contribution") as batch:
        batch.drop_column("decision")


def _owned(table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", f"{owner}_id"],
        [f"{owner}.tenant_id", f"{owner}.id"],
        name=op.f(f"fk_{table}_tenant_id_{owner}_id_{owner}"),
        ondelete="CASCADE",
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"), ondelete="SET NULL"
    )
