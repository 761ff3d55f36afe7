"""identities: lists of people, access codes, taking part without an account

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
SESSION = "Ende der Sitzung"
TABLES = ("spent_challenge", "guest_session", "access_code", "list_entry", "person_list")  # as they go


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "person_list",
        *_own(),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        *_keys("person_list", "procedure", ("procedure_id", "name")),
    )
    op.create_table(
        "list_entry",
        *_own(),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        *_keys("list_entry", "person_list", ("list_id", "email"), column="list_id"),
    )
    op.create_index(op.f("ix_list_entry_email"), "list_entry", ["email"])
    op.create_table(
        "access_code",
        *_own(),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("participant_id", BIG, nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        *_keys("access_code", "person_list", ("tenant_id", "code_hash"), ("list_id", "number"), column="list_id"),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_access_code_participant_id_participant"),
            ondelete="SET NULL",
        ),
    )
    op.create_table(
        "guest_session",
        *_own(),
        sa.Column("participant_id", BIG, nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        *_keys("guest_session", "participant", ("key_hash",)),
    )
    op.create_index(op.f("ix_guest_session_participant_id"), "guest_session", ["participant_id"])
    op.create_table(
        "spent_challenge",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_challenge")),
        sa.UniqueConstraint("key", name=op.f("uq_spent_challenge_key")),
    )
    op.create_index(op.f("ix_spent_challenge_ends_at"), "spent_challenge", ["ends_at"])
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("identity", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("phase") as batch:
        batch.add_column(sa.Column("list_id", BIG, nullable=True))
        batch.create_foreign_key(
            op.f("fk_phase_list_id_person_list"), "person_list", ["list_id"], ["id"], ondelete="SET NULL"
        )
    _declare()


def _own() -> tuple[sa.Column, ...]:
    return sa.Column("tenant_id", BIG, nullable=False), sa.Column("id", BIG, nullable=False)


def _keys(table: str, owner: str, *unique: tuple[str, ...], column: str = "") -> tuple[sa.Constraint, ...]:
    """The keys every table of a tenant has, and its own unique ones."""
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
            for columns in (("tenant_id", "id"), *unique)
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", column or f"{owner}_id"],
            [f"{owner}.tenant_id", f"{owner}.id"],
            name=op.f(f"fk_{table}_tenant_id_{owner}"),
            ondelete="CASCADE",
        ),
    )


def _declare() -> None:
    def listed(column: str, purpose: str, *, shown: bool = True) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period=FILE, in_export=shown, on_erase="delete")

    def passing(column: str, purpose: str) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period=SESSION, on_erase="delete")

    rest = rule("*", "keine Angaben zu Personen")
    declare("person_list", rest)
    declare(
        "list_entry",
        listed("email", "Adresse auf einer Liste, nach der teilnehmen darf, wer eingeladen ist"),
        listed("name", "Name auf dieser Liste"),
        listed("added_at", "seit wann auf dieser Liste"),
        rest,
    )
    declare(
        "access_code",
        rule("code_hash", "Prüfwert eines Zugangscodes", basis=TASK, period=FILE),
        rule("participant_id", "wer mit dem Code teilnimmt, als Pseudonym", basis=TASK, period=FILE),
        rule("used_at", "wann der Code zuerst benutzt wurde", basis=TASK, period=FILE),
        rest,
    )
    declare(
        "guest_session",
        passing("participant_id", "wer ohne Konto weiterarbeitet, als Pseudonym"),
        passing("key_hash", "Prüfwert des Schlüssels im Cookie"),
        passing("created_at", "Beginn der Sitzung"),
        rest,
    )
    declare("spent_challenge", rest)


def downgrade() -> None:
    """Take both away again."""
    with op.batch_alter_table("phase") as batch:
        batch.drop_constraint(op.f("fk_phase_list_id_person_list"), type_="foreignkey")
        batch.drop_column("list_id")
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("identity")
    withdraw(TABLES)
    for table in TABLES:
        op.drop_table(table)
