"""passkeys, when somebody last showed who they are, and the task a passkey has to answer

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SECURITY = "Art. 6 Abs. 1 Buchst. e, Art. 32 DSGVO"
COLUMNS = ("confirmed_at", "challenge", "challenged_at")


def upgrade() -> None:
    """Make the table and the columns; who is logged in and has shown a second factor counts as confirmed then."""
    op.create_table(
        "passkey",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("confirmed_at", Instant(), nullable=True))
        table.add_column(sa.Column("challenge", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("challenged_at", Instant(), nullable=True))
    op.execute("UPDATE login_session SET confirmed_at = proven_at")
    _declare()


def _declare() -> None:
    kept = {"basis": SECURITY, "period": "bis zur Löschung des Kontos oder des Passkeys", "on_erase": "delete"}
    declare(
        "passkey",
        rule("person_id", "wessen Passkey", **kept),
        rule("name", "wie die Person ihren Passkey nennt", in_export=True, **kept),
        rule("credential", "Kennung eines Passkeys", **kept),
        rule("public_key", "öffentlicher Schlüssel eines Passkeys", **kept),
        rule("created_at", "wann der Passkey angelegt wurde", in_export=True, **kept),
        rule("used_at", "wann der Passkey zuletzt benutzt wurde", in_export=True, **kept),
        rule("*", "keine Angaben zu Personen"),
    )
    ended = {"basis": SECURITY, "period": "Ende der Anmeldung", "on_erase": "delete"}
    declare(
        "login_session",
        rule("confirmed_at", "wann die Person zuletzt gezeigt hat, wer sie ist", in_export=True, **ended),
    )


def downgrade() -> None:
    """Take both away again. Who had passkeys only sets up the second factor anew."""
    op.execute("DELETE FROM personal_data WHERE table_name = 'login_session' AND column_name = 'confirmed_at'")
    withdraw(["passkey"])
    op.execute("DELETE FROM second_factor WHERE secret = '' AND set_at IS NOT NULL")
    with op.batch_alter_table("login_session") as table:
        for name in reversed(COLUMNS):
            table.drop_column(name)
    op.drop_table("passkey")
