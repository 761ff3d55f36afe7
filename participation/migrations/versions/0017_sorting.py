"""merging, moving, asking back, marking as answered, a digest a day

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("inquiry", "answered_mark", "work_digest")
TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
STAFF = "solange die Person mitarbeitet"


def upgrade() -> None:
    """Make the tables, give acts room for what they changed, write the rules of personal data."""
    op.add_column("moderation_act", sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
    _make_inquiries()
    _make_marks()
    _make_digests()
    _declare()


def _make_inquiries() -> None:
    op.create_table(
        "inquiry",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by_id", BIG, nullable=True),
        sa.Column("id", BIG, nullable=False),
        _of_contribution("inquiry"),
        _person("inquiry", "asked_by_id"),
        _person("inquiry", "closed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_inquiry_tenant_id_id")),
    )
    op.create_index(op.f("ix_inquiry_contribution_id_id"), "inquiry", ["contribution_id", "id"])
    op.create_index(op.f("ix_inquiry_tenant_id_closed_at_id"), "inquiry", ["tenant_id", "closed_at", "id"])


def _make_marks() -> None:
    op.create_table(
        "answered_mark",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("act_id", BIG, nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        _of_contribution("answered_mark"),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["moderation_act.id"],
            name=op.f("fk_answered_mark_act_id_moderation_act"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_mark")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_answered_mark_tenant_id_id")),
    )
    op.create_index(op.f("ix_answered_mark_contribution_id_id"), "answered_mark", ["contribution_id", "id"])


def _make_digests() -> None:
    op.create_table(
        "work_digest",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_work_digest_tenant_id_tenant"), ondelete="CASCADE"
        ),
        _person("work_digest", "person_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_digest")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_work_digest_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_work_digest_tenant_id_person_id")),
    )


def _of_contribution(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "contribution_id"],
        ["contribution.tenant_id", "contribution.id"],
        name=op.f(f"fk_{table}_tenant_id_contribution_id_contribution"),
        ondelete="CASCADE",
    )


def _person(table: str, column: str, ondelete: str = "SET NULL") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"), ondelete=ondelete)


def _declare() -> None:
    def kept(column: str, purpose: str, *, shown: bool = False) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period=FILE, in_export=shown)

    declare(
        "inquiry",
        kept("question", "Rückfrage der Behörde", shown=True),
        kept("asked_at", "wann gefragt wurde", shown=True),
        kept("answer", "Antwort auf die Rückfrage", shown=True),
        kept("answered_at", "wann geantwortet wurde", shown=True),
        kept("asked_by_id", "wer gefragt hat; geht mit der Person"),
        kept("closed_by_id", "wer die Rückfrage abgeschlossen hat; geht mit der Person"),
        rule("*", "keine Angaben zu Personen"),
    )
    declare(
        "answered_mark",
        kept("sentence", "Hinweis, wo ein Beitrag beantwortet ist", shown=True),
        rule("*", "keine Angaben zu Personen"),
    )
    declare(
        "work_digest",
        rule("person_id", "wer eine tägliche Übersicht bekommt", basis=TASK, period=STAFF, on_erase="delete"),
        rule("*", "keine Angaben zu Personen"),
    )
    declare("moderation_act", kept("details", "was sich dabei geändert hat: Nummern, Stellen, zitierte Worte"))


def downgrade() -> None:
    """Take all of it away again."""
    withdraw(TABLES)
    op.execute("DELETE FROM personal_data WHERE table_name = 'moderation_act' AND column_name = 'details'")
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("moderation_act") as batch:
        batch.drop_column("details")
