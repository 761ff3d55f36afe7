"""second factors: one key and ten recovery codes for a person, and whether a log-in has shown one

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SECURITY = "Art. 6 Abs. 1 Buchst. e, Art. 32 DSGVO"
ACCOUNT = "bis zur Löschung des Kontos"
PERSON = ["person.id"]


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    op.create_table(
        "second_factor",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.Column("last_counter", BIG, nullable=False),
        sa.Column("set_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], PERSON, name=op.f("fk_second_factor_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_second_factor_person_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], PERSON, name=op.f("fk_recovery_code_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")),
    )
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("proven_at", Instant(), nullable=True))
        table.add_column(sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    _declare()


def _declare() -> None:
    kept = {"basis": SECURITY, "period": ACCOUNT, "on_erase": "delete"}
    rest = rule("*", "keine Angaben zu Personen")
    declare(
        "second_factor",
        rule("person_id", "wessen zweiter Faktor", **kept),
        rule("secret", "Schlüssel für Einmalcodes, verschlüsselt", **kept),
        rule("offered", "noch nicht bestätigter Schlüssel, verschlüsselt", **kept),
        rule("set_at", "seit wann der zweite Faktor gilt", in_export=True, **kept),
        rest,
    )
    declare(
        "recovery_code",
        rule("person_id", "wessen Wiederherstellungscode", **kept),
        rule("code_hash", "Prüfwert eines Wiederherstellungscodes", **kept),
        rule("used_at", "wann ein Wiederherstellungscode benutzt wurde", in_export=True, **kept),
        rest,
    )
    ended = {"basis": SECURITY, "period": "Ende der Anmeldung", "on_erase": "delete"}
    declare("login_session", rule("proven_at", "wann der zweite Faktor gezeigt wurde", in_export=True, **ended))


def downgrade() -> None:
    """Take both away again."""
    op.execute("DELETE FROM personal_data WHERE table_name = 'login_session' AND column_name = 'proven_at'")
    withdraw(["second_factor", "recovery_code"])
    with op.batch_alter_table("login_session") as table:
        table.drop_column("awaits_code")
        table.drop_column("proven_at")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
