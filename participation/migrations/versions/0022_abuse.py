"""why a contribution is looked at first, and how much a report weighs

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG
from participation.kernel.retention import declare, registered, rule

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"


def upgrade() -> None:
    """Add both columns and say in the registry what they are for."""
    op.add_column("contribution", sa.Column("held_for", sa.Text(), nullable=False, server_default=""))
    op.add_column("report", sa.Column("weight", BIG, nullable=False, server_default="1"))
    why = "weshalb der Beitrag vor der Veröffentlichung geprüft wird"
    declare("contribution", rule("held_for", why, basis=TASK, period=FILE, in_export=True))
    declare("report", rule("weight", "wie bekannt ist, wer meldet: neu, bekannt oder geprüft", basis=TASK, period=FILE))


def downgrade() -> None:
    """Take both away again."""
    for table, column in (("contribution", "held_for"), ("report", "weight")):
        rules = registered()
        mine = (rules.c.table_name == table, rules.c.column_name == column)
        op.get_bind().execute(sa.delete(rules).where(*mine))
        op.drop_column(table, column)
