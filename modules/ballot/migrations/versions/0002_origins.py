"""where options come from

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPTION, KEY, INDEX = "ballot__option", "fk_ballot__option_origin_id_contribution", "ix_ballot__option_origin_id"


def upgrade() -> None:
    """An option may come from a contribution of the same procedure."""
    with op.batch_alter_table(OPTION) as table:
        table.add_column(sa.Column("origin_id", BIG, nullable=True))
        table.create_foreign_key(op.f(KEY), "contribution", ["origin_id"], ["id"], ondelete="SET NULL")
        table.create_index(op.f(INDEX), ["origin_id"])


def downgrade() -> None:
    """Options no longer say where they come from."""
    with op.batch_alter_table(OPTION) as table:
        table.drop_index(op.f(INDEX))
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.drop_column("origin_id")
