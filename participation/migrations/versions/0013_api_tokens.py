"""personal tokens of the interface

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
PERIOD = "bis zum Ablauf oder bis die Person ihn löscht"


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "api_token",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_api_token_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_token_key_hash")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_api_token_tenant_id_id")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"])
    declare(
        "api_token",
        rule("person_id", "wessen Schlüssel", basis=TASK, period=PERIOD, on_erase="delete"),
        rule("name", "wozu der Schlüssel dient", basis=TASK, period=PERIOD, in_export=True, on_erase="delete"),
        rule("key_hash", "Prüfwert des Schlüssels", basis=TASK, period=PERIOD, on_erase="delete"),
        rule("created_at", "seit wann", basis=TASK, period=PERIOD, in_export=True, on_erase="delete"),
        rule("expires_at", "bis wann", basis=TASK, period=PERIOD, in_export=True, on_erase="delete"),
        rule("*", "keine Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["api_token"])
    op.drop_table("api_token")
