"""making procedures: templates, and where a procedure came from

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ORIGIN = ("origin_title", "origin_tenant")


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "procedure_template",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("origin_title", sa.Text(), nullable=False),
        sa.Column("origin_tenant", sa.Text(), nullable=False),
        sa.Column("origin_id", BIG, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_procedure_template_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["procedure_template.id"],
            name=op.f("fk_procedure_template_origin_id_procedure_template"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_template")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_procedure_template_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "origin_id", name=op.f("uq_procedure_template_tenant_id_origin_id")),
    )
    with op.batch_alter_table("procedure_template", schema=None) as batch:
        batch.create_index(batch.f("ix_procedure_template_shared"), ["shared"], unique=False)
    with op.batch_alter_table("procedure", schema=None) as batch:
        for name in ORIGIN:
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    declare("procedure_template", rule("*", "keine Angaben zu Personen"))


def downgrade() -> None:
    """Take both away again."""
    withdraw(["procedure_template"])
    with op.batch_alter_table("procedure", schema=None) as batch:
        for name in reversed(ORIGIN):
            batch.drop_column(name)
    op.drop_table("procedure_template")
