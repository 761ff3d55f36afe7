"""outputs as jobs with visible state

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
TEXTS = ("kind", "format", "names", "reason", "state", "sentence", "hash")
NUMBERS = ("attempts", "done", "total", "size", "seen")


def upgrade() -> None:
    """Make the table and write the rules of its personal data."""
    op.create_table(
        "output",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        *(sa.Column(name, BIG, nullable=False) for name in NUMBERS),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("stored_name", sa.Text(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_output")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_output_tenant_id_id")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_output_stored_name")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_output_tenant_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_output_asked_by_id_person"), ondelete="SET NULL"
        ),
    )
    op.create_index(op.f("ix_output_procedure_id_id"), "output", ["procedure_id", "id"])
    op.create_index(op.f("ix_output_expires_at"), "output", ["expires_at"])
    declare(
        "output",
        rule("asked_by_id", "wer eine Ausgabe angefordert hat", basis=TASK, period=FILE, on_erase="cut"),
        rule("reason", "wozu Angaben zu Personen ausgegeben wurden", basis=TASK, period=FILE),
        rule("stored_name", "Datei, in der Angaben zu Personen stehen können", basis=TASK, period="7 Tage"),
        rule("*", "Stand einer Ausgabe, ohne Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["output"])
    op.drop_table("output")
