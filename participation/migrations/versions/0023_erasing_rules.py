"""erasure goes further, urgent cases end; a form key without a contribution

Revision: 0023, after 0022
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from participation.kernel.parking import park, unpark
from participation.kernel.retention import FILE, declare, keep_for, registered, rule, withdraw_clock

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
CLOSED = "365 Tage nach dem Abschluss"

# table, column: the act from now on, and before
ERASING: Mapping[tuple[str, str], tuple[str, str]] = {
    ("barrier_report", "note"): ("clear", "keep"),  # may say which aids somebody needs
    ("report", "note"): ("clear", "keep"),
    ("intake", "stored_name"): ("cut", "keep"),  # the scan shows name and signature; its bytes are swept
}
NEW: tuple[tuple[str, str, str, str], ...] = (  # what stood under "*" until now: table, column, what for, act
    ("anchor", "prefix", "Wortlaut vor der Stelle", "text"),
    ("anchor", "suffix", "Wortlaut nach der Stelle", "text"),
    ("contribution", "district", "Ortsteil", "text"),
    ("intake", "file_name", "Dateiname des Originals", "clear"),
    ("intake", "media_type", "Art der Datei", "clear"),
    ("intake", "file_reference", "Aktenzeichen des Papiers; es führt zum Namen", "clear"),
    ("note", "text", "interne Notiz zu einem Beitrag", "text"),
    ("recommendation", "source", "empfohlene Antwort auf einen Beitrag", "text"),
)
ENDING = ("copy", "note", "closing_note")


def upgrade() -> None:
    """Say in the registry what goes now, end urgent cases, and let a form key stand for something else."""
    for (table, column), (act, _before) in ERASING.items():
        _change(table, column, on_erase=act)
    for table, column, purpose, act in NEW:
        declare(table, rule(column, purpose, basis=TASK, period=FILE, on_erase=act))
    for column in ENDING:
        _change("escalation", column, period=CLOSED)
    keep_for("escalation", counted_from="closed_at", days=365, clears=",".join(ENDING))
    with op.batch_alter_table("form_key") as batch:
        batch.alter_column("contribution_id", existing_type=sa.BigInteger(), nullable=True)
    unpark("form_key")


def downgrade() -> None:
    """Take it back; keys of forms that made no contribution wait."""
    park("form_key", "contribution_id IS NULL")
    with op.batch_alter_table("form_key") as batch:
        batch.alter_column("contribution_id", existing_type=sa.BigInteger(), nullable=False)
    withdraw_clock("escalation")
    for column in ENDING:
        _change("escalation", column, period=FILE)
    rules: Any = registered()
    for table, column, *_ in NEW:
        op.get_bind().execute(rules.delete().where(rules.c.table_name == table, rules.c.column_name == column))
    for (table, column), (_act, before) in ERASING.items():
        _change(table, column, on_erase=before)


def _change(table: str, column: str, **values: str) -> None:
    rules: Any = registered()
    mine = (rules.c.table_name == table, rules.c.column_name == column)
    op.get_bind().execute(rules.update().where(*mine).values(**values))
