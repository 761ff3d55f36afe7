"""questions and options

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG
from participation.kernel.retention import declare, rule, withdraw

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

QUESTION, OPTION = "ballot__question", "ballot__option"


def upgrade() -> None:
    """Make the tables; nothing in them is about anybody."""
    op.create_table(
        QUESTION,
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("activity_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("most", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        _owner(QUESTION, "activity_id", "activity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot__question")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_ballot__question_tenant_id_id")),
        sa.UniqueConstraint("activity_id", "key", name=op.f("uq_ballot__question_activity_id_key")),
    )
    op.create_table(
        OPTION,
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        _owner(OPTION, "question_id", QUESTION),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot__option")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_ballot__option_tenant_id_id")),
        sa.UniqueConstraint("question_id", "key", name=op.f("uq_ballot__option_question_id_key")),
    )
    for table in (QUESTION, OPTION):
        declare(table, rule("*", "keine Angaben zu Personen"))


def downgrade() -> None:
    """Take them away again."""
    withdraw([QUESTION, OPTION])
    op.drop_table(OPTION)
    op.drop_table(QUESTION)


def _owner(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{owner}.tenant_id", f"{owner}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}_{owner}"),
        ondelete="CASCADE",
    )
