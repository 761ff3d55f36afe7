"""contents: notices, questions with answers, documents of a procedure

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "procedure_entry",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("position", BIG, nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by_id", BIG, nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_procedure_entry_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_procedure_entry_changed_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_entry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_procedure_entry_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_procedure_entry_procedure_id_kind_position"), "procedure_entry", ["procedure_id", "kind", "position"]
    )
    declare(
        "procedure_entry",
        rule(
            "changed_by_id",
            "wer den Eintrag geändert hat",
            basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            period="solange die Akte des Verfahrens aufbewahrt wird",
            on_erase="cut",
        ),
        rule("*", "keine Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["procedure_entry"])
    op.drop_table("procedure_entry")
