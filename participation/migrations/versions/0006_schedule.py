"""schedule: versions of activities and phases, resumable uploads

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
PERIOD = "2 Tage nach dem letzten Stück"


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    for table in ("activity", "phase"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("version", BIG, nullable=False, server_default="1"))
    op.create_table(
        "upload",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("offset", BIG, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_upload_tenant_id_id")),
        sa.UniqueConstraint("key", name=op.f("uq_upload_key")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_upload_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_upload_person_id_person"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_upload_person_id"), "upload", ["person_id"])
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"])
    declare(
        "upload",
        rule("person_id", "wer eine Datei hochlädt", basis=TASK, period=PERIOD, on_erase="delete"),
        rule("name", "Name der Datei", basis=TASK, period=PERIOD, in_export=True, on_erase="delete"),
        rule("*", "keine Angaben zu Personen"),
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(["upload"])
    op.drop_table("upload")
    for table in ("phase", "activity"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("version")
