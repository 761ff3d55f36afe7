"""voting

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "voting_ballot"
TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"


def upgrade() -> None:
    """The urn, and the rules of its columns: a ballot that was cast stays cast, under a pseudonym."""
    op.create_table(
        TABLE,
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("phase_id", BIG, nullable=False),
        sa.Column("participant_id", BIG, nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("cast_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        *(_owner(name) for name in ("activity", "phase", "participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voting_ballot")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_voting_ballot_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "receipt", name=op.f("uq_voting_ballot_tenant_id_receipt")),
        sa.UniqueConstraint("activity_id", "participant_id", name=op.f("uq_voting_ballot_activity_id_participant_id")),
    )
    op.create_index(op.f("ix_voting_ballot_participant_id"), TABLE, ["participant_id"])
    op.create_index(op.f("ix_voting_ballot_phase_id"), TABLE, ["phase_id"])
    declare(
        TABLE,
        _kept("participant_id", "wer abgestimmt hat, als Pseudonym", shown=False),
        _kept("choices", "Auswahl in der Abstimmung"),
        _kept("receipt", "Nummer der Teilnahmebestätigung"),
        _kept("identity", "verwendeter Nachweis"),
        _kept("cast_at", "Zeit der Abgabe"),
        _kept("changed_at", "letzte Änderung der Auswahl"),
        rule("*", "keine Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw([TABLE])
    op.drop_table(TABLE)


def _owner(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", f"{name}_id"],
        [f"{name}.tenant_id", f"{name}.id"],
        name=op.f(f"fk_voting_ballot_tenant_id_{name}_id_{name}"),
        ondelete="CASCADE",
    )


def _kept(column: str, purpose: str, *, shown: bool = True) -> dict[str, object]:
    return rule(column, purpose, basis=TASK, period=FILE, in_export=shown)
