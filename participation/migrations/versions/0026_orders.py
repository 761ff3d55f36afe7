"""the orders of a whole activity have indexes of their own

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROOTS = sa.text("parent_id IS NULL")
ORDERS = {"ix_contribution_most_discussed": "replies", "ix_contribution_most_agreed": "score"}


def upgrade() -> None:
    """Index first comments by answers and by score."""
    for name, column in ORDERS.items():
        columns = ["activity_id", column, "id"]
        op.create_index(name, "contribution", columns, sqlite_where=ROOTS, postgresql_where=ROOTS)


def downgrade() -> None:
    """Take both indexes away again."""
    for name in ORDERS:
        op.drop_index(name, "contribution")
