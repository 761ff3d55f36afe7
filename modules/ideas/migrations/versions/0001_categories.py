"""categories of ideas

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG
from participation.kernel.retention import declare, rule, withdraw

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CATEGORY = "ideas__category"


def upgrade() -> None:
    """Make the table; nothing in it is about anybody."""
    op.create_table(
        CATEGORY,
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "activity_id"],
            ["activity.tenant_id", "activity.id"],
            name=op.f("fk_ideas__category_tenant_id_activity_id_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_ideas__category_department_id_department"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas__category")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_ideas__category_tenant_id_id")),
        sa.UniqueConstraint("activity_id", "key", name=op.f("uq_ideas__category_activity_id_key")),
    )
    declare(CATEGORY, rule("*", "keine Angaben zu Personen"))


def downgrade() -> None:
    """Take it away again."""
    withdraw([CATEGORY])
    op.drop_table(CATEGORY)
