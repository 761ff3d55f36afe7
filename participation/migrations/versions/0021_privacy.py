"""privacy: rows that go by the clock, accounts nobody uses, contact data of a procedure

Revision: 0021, after 0020
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import CONTACT, FILE, declare, keep_for, registered, rule, withdraw

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
ACCOUNT = "bis zur Löschung des Kontos"

# table, column of the moment, days after it, columns that are emptied (none: the row goes)
RULES: tuple[tuple[str, str, int, str], ...] = (
    ("api_token", "expires_at", 0, ""),
    ("barrier_report", "at", 365, "email"),
    ("digest", "until", 90, ""),
    ("draft", "expires_at", 0, ""),
    ("event_delivery", "done_at", 90, ""),
    ("form_key", "at", 90, ""),
    ("guest_session", "ends_at", 0, ""),
    ("limit_bucket", "ends_at", 0, ""),
    ("login_session", "ends_at", 0, ""),
    ("mailing", "tried_at", 90, ""),
    ("token", "expires_at", 1, ""),
    ("upload", "expires_at", 0, ""),
)
# table, column (none: all of the table): the period in words, now and before
PERIODS: tuple[tuple[str, str | None, str, str], ...] = (
    ("barrier_report", "email", "365 Tage", FILE),
    ("digest", None, "90 Tage", "bis zum Widerruf"),
    ("event_delivery", "target", "90 Tage nach der Zustellung", "bis zur Zustellung"),
    ("limit_bucket", "key", "höchstens 1 Tag", "1 Stunde"),
    ("intake", "sender_address", CONTACT, FILE),
    ("intake", "sender_email", CONTACT, FILE),
    ("list_entry", None, CONTACT, FILE),
    ("report", "email", CONTACT, FILE),
    ("output", "stored_name", "7 Tage nach der Ausgabe", "7 Tage"),
)
# what somebody wrote: it stays without a name, or is emptied where the person has the contribution removed
TEXTS: dict[str, tuple[str, ...]] = {
    "anchor": ("exact",),
    "appeal": ("text",),
    "contribution": ("title", "source", "html"),
    "contribution_version": ("title", "source", "salt"),
    "inquiry": ("answer",),
    "moderation_act": ("details",),
    "redaction": ("title_before", "source_before", "source_after", "passages"),
}
NAMES = {"intake": ("sender_name", "organisation", "sender_address", "sender_email")}
SEEN = ("seen_at", "told_inactive_at")
WRITTEN = (  # not yet in the registry: copies of what somebody wrote
    ("argument", "source", "Abschnitt aus einem Beitrag"),
    ("argument", "text_key", "Prüfwert, um gleiche Abschnitte zu erkennen"),
    ("argument_version", "source", "Abschnitt aus einem Beitrag, frühere Arbeitsfassung"),
    ("contribution", "text_key", "Prüfwert, um gleiche Beiträge zu erkennen"),
)


def upgrade() -> None:
    """Add what the clock needs, and say in the registry how long everything is kept."""
    op.create_table(
        "retention_rule",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("counted_from", sa.Text(), nullable=False),
        sa.Column("days", BIG, nullable=False),
        sa.Column("clears", sa.Text(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("table_name", name=op.f("uq_retention_rule_table_name")),
    )
    declare("retention_rule", rule("*", "Fristen; keine Angaben zu Personen"))
    for table, counted_from, days, clears in RULES:
        keep_for(table, counted_from=counted_from, days=days, clears=clears)
    op.add_column("person", sa.Column("seen_at", Instant(), nullable=True))
    op.add_column("person", sa.Column("told_inactive_at", Instant(), nullable=True))
    op.get_bind().execute(sa.text("UPDATE person SET seen_at = CURRENT_TIMESTAMP"))  # two years begin for everybody
    op.add_column("procedure", sa.Column("contact_days", BIG, nullable=False, server_default="365"))
    declare(
        "person",
        *(
            rule(column, purpose, basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete")
            for column, purpose in (
                ("seen_at", "letzte Anmeldung; danach richtet sich, wann ein ungenutztes Konto gelöscht wird"),
                ("told_inactive_at", "wann die Löschung eines ungenutzten Kontos angekündigt wurde"),
            )
        ),
    )
    for table, column, purpose in WRITTEN:
        declare(table, rule(column, purpose, basis=TASK, period=FILE, on_erase="text"))
    _set_periods(new=True)
    _set_erasing(new=True)


def downgrade() -> None:
    """Take it away again."""
    _set_erasing(new=False)
    _set_periods(new=False)
    registry = registered()
    for table, column, *_ in (*(("person", name) for name in SEEN), *WRITTEN):
        gone = (registry.c.table_name == table, registry.c.column_name == column)
        op.get_bind().execute(registry.delete().where(*gone))
    op.drop_column("procedure", "contact_days")
    op.drop_column("person", "told_inactive_at")
    op.drop_column("person", "seen_at")
    withdraw(["retention_rule"])
    op.drop_table("retention_rule")


def _set_erasing(*, new: bool) -> None:
    registry: Any = registered()
    for act, tables in {"text": TEXTS, "clear": NAMES}.items():
        for table, columns in tables.items():
            of = (registry.c.table_name == table, registry.c.column_name.in_(columns))
            op.get_bind().execute(registry.update().where(*of).values(on_erase=act if new else "keep"))


def _set_periods(*, new: bool) -> None:
    registry: Any = registered()
    for table, column, after, before in PERIODS:
        of = [registry.c.table_name == table, registry.c.column_name != "*"]
        of += [registry.c.column_name == column] if column else []
        op.get_bind().execute(registry.update().where(*of).values(period=after if new else before))
