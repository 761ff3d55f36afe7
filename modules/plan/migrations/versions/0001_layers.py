"""layers of plans

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

LAYER = "plan__layer"


def upgrade() -> None:
    """Make the table; nothing in it is about anybody."""
    op.create_table(
        LAYER,
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("legend", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("bounds", sa.JSON(), nullable=False),
        sa.Column("shapes", sa.JSON(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("layers", sa.Text(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "activity_id"],
            ["activity.tenant_id", "activity.id"],
            name=op.f("fk_plan__layer_tenant_id_activity_id_activity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan__layer")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_plan__layer_tenant_id_id")),
        sa.UniqueConstraint("activity_id", "key", name=op.f("uq_plan__layer_activity_id_key")),
    )
    declare(LAYER, rule("*", "keine Angaben zu Personen"))


def downgrade() -> None:
    """Take it away again."""
    withdraw([LAYER])
    op.drop_table(LAYER)
