"""members of organisations: some draft, some coordinate and submit

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"


def upgrade() -> None:
    """Make the table, let drafts be handed over."""
    op.create_table(
        "organisation_member",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("coordinates", sa.Boolean(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_member_tenant_id_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_member")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_organisation_member_tenant_id_id")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_organisation_member_organisation_id_email")),
    )
    op.create_index(op.f("ix_organisation_member_email"), "organisation_member", ["email"])
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("organisation_id", BIG, nullable=True))
        batch.add_column(sa.Column("handed_over_at", Instant(), nullable=True))
        batch.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
        batch.create_foreign_key(
            batch.f("fk_draft_organisation_id_organisation"),
            "organisation",
            ["organisation_id"],
            ["id"],
            ondelete="SET NULL",
        )
    declare(
        "organisation_member",
        rule(
            "email",
            "wer für eine Organisation schreibt",
            basis=TASK,
            period="bis die Organisation jemanden streicht",
            in_export=True,
            on_erase="delete",
        ),
        rule("*", "Mitglieder von Organisationen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["organisation_member"])
    with op.batch_alter_table("draft") as batch:
        batch.drop_constraint(batch.f("fk_draft_organisation_id_organisation"), type_="foreignkey")
        batch.drop_column("note")
        batch.drop_column("handed_over_at")
        batch.drop_column("organisation_id")
    op.drop_table("organisation_member")
