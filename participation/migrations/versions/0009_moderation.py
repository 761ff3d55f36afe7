"""moderation: decisions in one go and their undo, redactions, escalations, appeals, text blocks, deputies

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
ACCOUNT = "bis zur Löschung des Kontos"
TABLES = ("appeal", "escalation", "redaction", "reason_template", "deputy", "moderation_batch")


def upgrade() -> None:
    """Make the tables and write the rules of their personal data."""
    _make_batches()
    _change_acts()
    _make("reason_template", _text("reason"), _text("title"), _text("text"))
    _make_deputies()
    _make_redactions()
    _make_escalations()
    _make_appeals()
    _declare()


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of a tenant."""
    op.create_table(
        table,
        _number("tenant_id"),
        *columns,
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id_tenant"), ondelete="CASCADE"
        )
        if table in ("reason_template", "deputy", "moderation_batch")
        else _owned(table, "contribution", "contribution_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f(f"uq_{table}_tenant_id_id")),
    )


def _number(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=optional)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _at(name: str, *, optional: bool = False) -> sa.schema.SchemaItem:
    return sa.Column(name, Instant(), nullable=optional)


def _owned(table: str, owner: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{owner}.tenant_id", f"{owner}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}_{owner}"),
        ondelete="CASCADE",
    )


def _points(table: str, column: str, owner: str, ondelete: str = "SET NULL") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{owner}")
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _make_batches() -> None:
    _make(
        "moderation_batch", _text("act"), _number("acts"), _number("left"), _number("actor_id", optional=True),
        _at("at"), _at("until"), _at("undone_at", optional=True), _points("moderation_batch", "actor_id", "person"),
    )  # fmt: skip
    _index("moderation_batch", "actor_id", "id")


def _change_acts() -> None:
    with op.batch_alter_table("moderation_act") as batch:
        batch.add_column(sa.Column("before", sa.Text(), nullable=False, server_default=""))
        batch.add_column(_number("waited", optional=True))
        batch.add_column(_number("batch_id", optional=True))
        batch.add_column(_at("undone_at", optional=True))
        batch.create_foreign_key(
            batch.f("fk_moderation_act_batch_id_moderation_batch"), "moderation_batch", ["batch_id"], ["id"],
            ondelete="SET NULL",
        )  # fmt: skip
        batch.create_index(batch.f("ix_moderation_act_batch_id"), ["batch_id"], unique=False)
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("reporter", sa.Text(), nullable=False, server_default=""))
        batch.add_column(_number("batch_id", optional=True))
        batch.create_foreign_key(
            batch.f("fk_report_batch_id_moderation_batch"), "moderation_batch", ["batch_id"], ["id"],
            ondelete="SET NULL",
        )  # fmt: skip


def _make_deputies() -> None:
    _make(
        "deputy", _number("person_id"), _number("deputy_id"), sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False), _points("deputy", "person_id", "person", "CASCADE"),
        _points("deputy", "deputy_id", "person", "CASCADE"),
    )  # fmt: skip
    _index("deputy", "deputy_id")
    _index("deputy", "tenant_id", "ends_on")


def _make_redactions() -> None:
    _make(
        "redaction", _number("contribution_id"), _number("act_id", optional=True), _number("version"),
        _text("title_before"), _text("source_before"), _text("source_after"),
        sa.Column("passages", sa.JSON(), nullable=False), _at("lifted_at", optional=True),
        _points("redaction", "act_id", "moderation_act"),
    )  # fmt: skip
    _index("redaction", "contribution_id", "id")


def _make_escalations() -> None:
    _make(
        "escalation", _number("contribution_id"), _text("kind"), _text("note"),
        sa.Column("copy", sa.JSON(), nullable=False), _at("at"), _number("opened_by_id", optional=True),
        _at("closed_at", optional=True), _number("closed_by_id", optional=True), _text("closing_note"),
        _points("escalation", "opened_by_id", "person"), _points("escalation", "closed_by_id", "person"),
    )  # fmt: skip
    _index("escalation", "tenant_id", "closed_at", "id")
    _index("escalation", "contribution_id")


def _make_appeals() -> None:
    _make(
        "appeal", _number("contribution_id"), _number("act_id"), _text("text"), _at("at"),
        _at("decided_at", optional=True), _number("decided_by_id", optional=True), _text("outcome"), _text("sentence"),
        _owned("appeal", "moderation_act", "act_id"), _points("appeal", "decided_by_id", "person"),
        sa.UniqueConstraint("act_id", name=op.f("uq_appeal_act_id")),
    )  # fmt: skip
    _index("appeal", "contribution_id")
    _index("appeal", "tenant_id", "decided_at", "id")


def _declare() -> None:
    def kept(column: str, purpose: str, *, shown: bool = False) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period=FILE, in_export=shown)

    rest = rule("*", "keine Angaben zu Personen")
    declare("reason_template", rest)
    declare("report", kept("reporter", "Prüfwert, damit niemand denselben Beitrag mehrfach meldet"))
    declare("moderation_batch", kept("actor_id", "wer gehandelt hat; geht mit der Person"), rest)
    declare(
        "deputy",
        rule("person_id", "wer vertreten wird", basis=TASK, period=ACCOUNT, on_erase="delete"),
        rule("deputy_id", "wer vertritt; geht mit der Person", basis=TASK, period=ACCOUNT),
        rest,
    )
    declare(
        "redaction",
        kept("title_before", "Titel vor der Schwärzung"),
        kept("source_before", "Text vor der Schwärzung"),
        kept("source_after", "Text nach der Schwärzung", shown=True),
        kept("passages", "geschwärzte Stellen"),
        rest,
    )
    declare(
        "escalation",
        kept("kind", "Anlass einer dringenden Weitergabe"),
        kept("note", "Vermerk dazu"),
        kept("copy", "gesicherter Text und sein Umfeld"),
        kept("opened_by_id", "wer weitergegeben hat; geht mit der Person"),
        kept("closed_by_id", "wer abgeschlossen hat; geht mit der Person"),
        kept("closing_note", "Vermerk zum Abschluss"),
        rest,
    )
    declare(
        "appeal",
        kept("text", "warum jemand eine Überprüfung verlangt", shown=True),
        kept("at", "wann sie verlangt wurde", shown=True),
        kept("outcome", "Ergebnis der Überprüfung", shown=True),
        kept("sentence", "Begründung der Überprüfung", shown=True),
        kept("decided_at", "wann entschieden wurde", shown=True),
        kept("decided_by_id", "wer entschieden hat; geht mit der Person"),
        rest,
    )


def downgrade() -> None:
    """Take both away again."""
    withdraw(TABLES)
    op.execute("DELETE FROM personal_data WHERE table_name = 'report' AND column_name = 'reporter'")
    for table in TABLES[:-1]:
        op.drop_table(table)
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint(batch.f("fk_report_batch_id_moderation_batch"), type_="foreignkey")
        batch.drop_column("batch_id")
        batch.drop_column("reporter")
    with op.batch_alter_table("moderation_act") as batch:
        batch.drop_index(batch.f("ix_moderation_act_batch_id"))
        batch.drop_constraint(batch.f("fk_moderation_act_batch_id_moderation_batch"), type_="foreignkey")
        for column in ("undone_at", "batch_id", "waited", "before"):
            batch.drop_column(column)
    op.drop_table("moderation_batch")
