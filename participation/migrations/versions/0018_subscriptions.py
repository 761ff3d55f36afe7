"""subscriptions by activity and contribution, digests, state of deliveries

Revision: 0018, after 0017
"""

import secrets

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.parking import park, unpark
from participation.kernel.retention import declare, rule, withdraw

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("mail_key", "digest", "mailing")
WHOLE = sa.text("activity_id IS NULL AND contribution_id IS NULL")
CONSENT = "Art. 6 Abs. 1 Buchst. a DSGVO"
TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"


def upgrade() -> None:
    """Widen subscriptions, make the tables, write the rules of their personal data."""
    _widen_subscriptions()
    _make_tables()
    with op.batch_alter_table("procedure_entry") as batch:
        batch.add_column(sa.Column("public_from", Instant(), nullable=True))
        batch.add_column(sa.Column("by_mail", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("mailed_at", Instant(), nullable=True))
    _fill()
    _declare()


def _widen_subscriptions() -> None:
    with op.batch_alter_table("subscription") as batch:
        batch.add_column(sa.Column("activity_id", BIG, nullable=True))
        batch.add_column(sa.Column("contribution_id", BIG, nullable=True))
        batch.add_column(sa.Column("rhythm", sa.Text(), server_default="at_once", nullable=False))
        batch.add_column(sa.Column("told_at", Instant(), nullable=True))
    op.execute("UPDATE subscription SET told_at = created_at")
    with op.batch_alter_table("subscription") as batch:
        batch.alter_column("told_at", existing_type=Instant(), nullable=False)
        batch.drop_constraint(batch.f("uq_subscription_procedure_id_person_id"), type_="unique")
        batch.create_unique_constraint(batch.f("uq_subscription_activity_id_person_id"), ["activity_id", "person_id"])
        batch.create_unique_constraint(
            batch.f("uq_subscription_contribution_id_person_id"), ["contribution_id", "person_id"]
        )
        for owner in ("activity", "contribution"):
            batch.create_foreign_key(
                batch.f(f"fk_subscription_tenant_id_{owner}_id_{owner}"),
                owner,
                ["tenant_id", f"{owner}_id"],
                ["tenant_id", "id"],
                ondelete="CASCADE",
            )
        batch.create_index(batch.f("ix_subscription_procedure_id_id"), ["procedure_id", "id"])
        batch.create_index(
            "uq_subscription_whole",
            ["procedure_id", "person_id"],
            unique=True,
            sqlite_where=WHOLE,
            postgresql_where=WHOLE,
        )
    unpark("subscription")


def _make_tables() -> None:
    op.create_table(
        "mail_key",
        *_owned("mail_key"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key_key")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_mail_key_tenant_id_person_id")),
    )
    op.create_table(
        "digest",
        *_owned("digest"),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.UniqueConstraint(
            "tenant_id", "rhythm", "day", "person_id", name=op.f("uq_digest_tenant_id_rhythm_day_person_id")
        ),
    )
    op.create_index(op.f("ix_digest_person_id"), "digest", ["person_id"])
    op.create_table(
        "mailing",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("contribution_id", BIG, nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("tried_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{owner}_id"],
                [f"{owner}.tenant_id", f"{owner}.id"],
                name=op.f(f"fk_mailing_tenant_id_{owner}_id_{owner}"),
                ondelete="CASCADE",
            )
            for owner in ("procedure", "contribution")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["event_delivery.id"],
            name=op.f("fk_mailing_delivery_id_event_delivery"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mailing_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_mailing_tenant_id_id")),
        sa.UniqueConstraint("delivery_id", "procedure_id", name=op.f("uq_mailing_delivery_id_procedure_id")),
    )
    for columns in (["procedure_id", "state", "id"], ["contribution_id", "purpose"], ["person_id"], ["tried_at"]):
        op.create_index(op.f(f"ix_mailing_{'_'.join(columns)}"), "mailing", columns)


def _owned(table: str) -> list[object]:
    return [
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f(f"uq_{table}_tenant_id_id")),
    ]


def _fill() -> None:
    """Whoever is told today gets the key to everything they follow; what is public was so since it was changed."""
    bind = op.get_bind()
    found = bind.execute(sa.text("SELECT DISTINCT tenant_id, person_id FROM subscription")).all()
    keys = [{"tenant": tenant, "person": person, "key": secrets.token_urlsafe(24)} for tenant, person in found]
    for start in range(0, len(keys), 1000):
        insert = "INSERT INTO mail_key (tenant_id, person_id, key) VALUES (:tenant, :person, :key)"
        bind.execute(sa.text(insert), keys[start : start + 1000])
    bind.execute(sa.text("UPDATE procedure_entry SET public_from = changed_at WHERE publish_on IS NOT NULL"))


def _declare() -> None:
    def ordered(column: str, purpose: str, *, shown: bool = False) -> dict[str, object]:
        return rule(column, purpose, basis=CONSENT, period="bis zum Widerruf", in_export=shown, on_erase="delete")

    def sent(column: str, purpose: str, *, shown: bool = False) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period="90 Tage", in_export=shown, on_erase="delete")

    declare(
        "subscription",
        ordered("rhythm", "wie oft Nachrichten kommen", shown=True),
        ordered("told_at", "bis wann schon berichtet ist"),
    )
    declare(
        "mail_key",
        ordered("person_id", "wer Nachrichten bestellt hat"),
        ordered("key", "Schlüssel zum Ändern und Abbestellen"),
        rule("*", "keine Angaben zu Personen"),
    )
    declare(
        "digest",
        ordered("person_id", "wer eine Zusammenfassung bekommt"),
        ordered("day", "für welchen Tag", shown=True),
        rule("*", "keine Angaben zu Personen"),
    )
    declare(
        "mailing",
        sent("person_id", "an wen eine E-Mail ging"),
        sent("recipient", "gekürzte Adresse", shown=True),
        sent("purpose", "worum es in der E-Mail ging", shown=True),
        sent("tried_at", "wann gesendet", shown=True),
        sent("answer", "Antwort des Mailservers"),
        rule("*", "Zustellung von E-Mails"),
    )


def downgrade() -> None:
    """Take all of it away again; what was ordered for less than a procedure waits."""
    withdraw(TABLES)
    op.execute("DELETE FROM personal_data WHERE table_name = 'subscription' AND column_name IN ('rhythm', 'told_at')")
    with op.batch_alter_table("procedure_entry") as batch:
        for column in ("mailed_at", "by_mail", "public_from"):
            batch.drop_column(column)
    for table in reversed(TABLES):
        op.drop_table(table)
    park("subscription", "activity_id IS NOT NULL OR contribution_id IS NOT NULL")
    with op.batch_alter_table("subscription") as batch:
        batch.drop_index("uq_subscription_whole", sqlite_where=WHOLE, postgresql_where=WHOLE)
        batch.drop_index(batch.f("ix_subscription_procedure_id_id"))
        for owner in ("contribution", "activity"):
            batch.drop_constraint(batch.f(f"fk_subscription_tenant_id_{owner}_id_{owner}"), type_="foreignkey")
            batch.drop_constraint(batch.f(f"uq_subscription_{owner}_id_person_id"), type_="unique")
        batch.create_unique_constraint(batch.f("uq_subscription_procedure_id_person_id"), ["procedure_id", "person_id"])
        for column in ("told_at", "rhythm", "contribution_id", "activity_id"):
            batch.drop_column(column)
