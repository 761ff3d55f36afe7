"""steps and preview

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "step_taken",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ends_local", sa.Text(), nullable=False),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_step_taken_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_step_taken_actor_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_taken")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_step_taken_tenant_id_id")),
    )
    op.create_index(op.f("ix_step_taken_procedure_id_id"), "step_taken", ["procedure_id", "id"])
    declare(
        "step_taken",
        rule("*", "keine Angaben zu Personen"),
        rule("actor_id", "wer entschieden hat; geht mit der Person", basis=TASK, period=FILE),
        rule("reason", "Begründung der Entscheidung", basis=TASK, period=FILE),
        rule("at", "wann entschieden wurde", basis=TASK, period=FILE),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["step_taken"])
    op.drop_index(op.f("ix_step_taken_procedure_id_id"), table_name="step_taken")
    op.drop_table("step_taken")
