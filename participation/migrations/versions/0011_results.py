"""results: versions with their words, figures and frozen packages

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
TEXTS = ("state", "reason", "decision", "changed", "changed_html", "annex", "annex_url", "press")


def upgrade() -> None:
    """Make the table and write the rules of its personal data."""
    op.create_table(
        "result",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("next_steps", sa.JSON(), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=True),
        sa.Column("size", BIG, nullable=False),
        sa.Column("package_hash", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("computed_at", Instant(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("submitted_by_id", BIG, nullable=True),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_result_tenant_id_id")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_result_procedure_id_number")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_result_tenant_id_procedure"),
            ondelete="CASCADE",
        ),
        *(_person(column) for column in ("submitted_by_id", "approved_by_id")),
    )
    op.create_index(op.f("ix_result_state_publish_on"), "result", ["state", "publish_on"])
    declare(
        "result",
        rule("submitted_by_id", "wer das Ergebnis vorgelegt hat", basis=TASK, period=FILE, on_erase="cut"),
        rule("approved_by_id", "wer das Ergebnis veröffentlicht hat", basis=TASK, period=FILE, on_erase="cut"),
        rule("*", "Ergebnis eines Verfahrens, ohne Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["result"])
    op.drop_table("result")


def _person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["person.id"], name=op.f(f"fk_result_{column}_person"), ondelete="SET NULL"
    )
