"""case work: keywords, arguments, departments, assignments, notes, intake; places in new versions of a text

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

from participation.contributions.text_keys import text_key
from participation.kernel.db import BIG, Instant
from participation.kernel.retention import declare, rule, withdraw

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    "answer_block",
    "department",
    "case_batch",
    "department_member",
    "keyword",
    "saved_view",
    "change_cause",
    "argument",
    "case_act",
    "intake",
    "note",
    "placement",
    "argument_version",
    "assignment",
    "recommendation",
    "tag",
)
TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
STAFF = "solange die Person mitarbeitet"


def upgrade() -> None:
    """Make the tables and columns, fill what follows from others, write the rules of personal data."""
    op.create_table(
        "answer_block",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_answer_block_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_block")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_answer_block_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "title", name=op.f("uq_answer_block_tenant_id_title")),
    )
    op.create_table(
        "department",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_department_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_department_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "title", name=op.f("uq_department_tenant_id_title")),
    )
    op.create_table(
        "case_batch",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("acts", BIG, nullable=False),
        sa.Column("left", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_case_batch_actor_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_case_batch_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_batch")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_case_batch_tenant_id_id")),
    )
    with op.batch_alter_table("case_batch") as batch:
        batch.create_index(batch.f("ix_case_batch_actor_id_id"), ["actor_id", "id"], unique=False)

    op.create_table(
        "department_member",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("department_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_department_member_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["department.tenant_id", "department.id"],
            name=op.f("fk_department_member_tenant_id_department_id_department"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_member")),
        sa.UniqueConstraint("department_id", "person_id", name=op.f("uq_department_member_department_id_person_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_department_member_tenant_id_id")),
    )
    with op.batch_alter_table("department_member") as batch:
        batch.create_index(batch.f("ix_department_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "keyword",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("block_id", BIG, nullable=True),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["answer_block.id"], name=op.f("fk_keyword_block_id_answer_block"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_keyword_department_id_department"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_keyword_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyword")),
        sa.UniqueConstraint("procedure_id", "title", name=op.f("uq_keyword_procedure_id_title")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_keyword_tenant_id_id")),
    )
    op.create_table(
        "saved_view",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_saved_view_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_saved_view_tenant_id_id")),
    )
    with op.batch_alter_table("saved_view") as batch:
        batch.create_index(batch.f("ix_saved_view_procedure_id_person_id"), ["procedure_id", "person_id"], unique=False)

    op.create_table(
        "change_cause",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("node_key", sa.Text(), nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "response_id"],
            ["response.tenant_id", "response.id"],
            name=op.f("fk_change_cause_tenant_id_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["document_version.tenant_id", "document_version.id"],
            name=op.f("fk_change_cause_tenant_id_version_id_document_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_cause")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_change_cause_tenant_id_id")),
        sa.UniqueConstraint(
            "version_id", "node_key", "response_id", name=op.f("uq_change_cause_version_id_node_key_response_id")
        ),
    )
    with op.batch_alter_table("change_cause") as batch:
        batch.create_index(batch.f("ix_change_cause_response_id"), ["response_id"], unique=False)

    op.create_table(
        "argument",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("procedure_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("start", BIG, nullable=False),
        sa.Column("end", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("versions", BIG, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_argument_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "procedure_id"],
            ["procedure.tenant_id", "procedure.id"],
            name=op.f("fk_argument_tenant_id_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_argument")),
        sa.UniqueConstraint("contribution_id", "number", name=op.f("uq_argument_contribution_id_number")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_argument_tenant_id_id")),
    )
    with op.batch_alter_table("argument") as batch:
        batch.create_index(batch.f("ix_argument_procedure_id_text_key"), ["procedure_id", "text_key"], unique=False)

    op.create_table(
        "case_act",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["case_batch.tenant_id", "case_batch.id"],
            name=op.f("fk_case_act_tenant_id_batch_id_case_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_case_act_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_act")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_case_act_tenant_id_id")),
    )
    with op.batch_alter_table("case_act") as batch:
        batch.create_index(batch.f("ix_case_act_batch_id"), ["batch_id"], unique=False)
        batch.create_index(batch.f("ix_case_act_contribution_id"), ["contribution_id"], unique=False)

    op.create_table(
        "intake",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("sender_email", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("file_reference", sa.Text(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("answered_on_paper_on", sa.Date(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_intake_recorded_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_intake_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_intake_contribution_id")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_intake_stored_name")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_intake_tenant_id_id")),
    )
    op.create_table(
        "note",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_note_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_note_department_id_department"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_note_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_note_tenant_id_id")),
    )
    with op.batch_alter_table("note") as batch:
        batch.create_index(batch.f("ix_note_contribution_id_id"), ["contribution_id", "id"], unique=False)

    op.create_table(
        "placement",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("place_before", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("passage", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_placement_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["document_version.tenant_id", "document_version.id"],
            name=op.f("fk_placement_tenant_id_version_id_document_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("contribution_id", "version_id", name=op.f("uq_placement_contribution_id_version_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_placement_tenant_id_id")),
    )
    with op.batch_alter_table("placement") as batch:
        batch.create_index(batch.f("ix_placement_version_id_fate"), ["version_id", "fate"], unique=False)

    op.create_table(
        "argument_version",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("argument_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_argument_version_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "argument_id"],
            ["argument.tenant_id", "argument.id"],
            name=op.f("fk_argument_version_tenant_id_argument_id_argument"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_argument_version")),
        sa.UniqueConstraint("argument_id", "number", name=op.f("uq_argument_version_argument_id_number")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_argument_version_tenant_id_id")),
    )
    op.create_table(
        "assignment",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("argument_id", BIG, nullable=True),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_by_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["person.id"], name=op.f("fk_assignment_assigned_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["department.tenant_id", "department.id"],
            name=op.f("fk_assignment_tenant_id_department_id_department"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "argument_id"],
            ["argument.tenant_id", "argument.id"],
            name=op.f("fk_assignment_tenant_id_argument_id_argument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_assignment_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("argument_id", name=op.f("uq_assignment_argument_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_assignment_tenant_id_id")),
    )
    with op.batch_alter_table("assignment") as batch:
        batch.create_index(batch.f("ix_assignment_contribution_id"), ["contribution_id"], unique=False)
        batch.create_index(
            batch.f("ix_assignment_department_id_done_at_due_on"), ["department_id", "done_at", "due_on"], unique=False
        )
        batch.create_index(
            batch.f("ix_assignment_person_id_done_at_due_on"), ["person_id", "done_at", "due_on"], unique=False
        )
        batch.create_index(
            "uq_assignment_whole",
            ["contribution_id"],
            unique=True,
            sqlite_where=sa.text("argument_id IS NULL"),
            postgresql_where=sa.text("argument_id IS NULL"),
        )

    op.create_table(
        "recommendation",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("argument_id", BIG, nullable=True),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_recommendation_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_recommendation_department_id_department"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "argument_id"],
            ["argument.tenant_id", "argument.id"],
            name=op.f("fk_recommendation_tenant_id_argument_id_argument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_recommendation_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_recommendation_tenant_id_id")),
    )
    with op.batch_alter_table("recommendation") as batch:
        batch.create_index(batch.f("ix_recommendation_contribution_id_id"), ["contribution_id", "id"], unique=False)

    op.create_table(
        "tag",
        sa.Column("tenant_id", BIG, nullable=False),
        sa.Column("contribution_id", BIG, nullable=False),
        sa.Column("argument_id", BIG, nullable=True),
        sa.Column("keyword_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "argument_id"],
            ["argument.tenant_id", "argument.id"],
            name=op.f("fk_tag_tenant_id_argument_id_argument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contribution_id"],
            ["contribution.tenant_id", "contribution.id"],
            name=op.f("fk_tag_tenant_id_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "keyword_id"],
            ["keyword.tenant_id", "keyword.id"],
            name=op.f("fk_tag_tenant_id_keyword_id_keyword"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("argument_id", "keyword_id", name=op.f("uq_tag_argument_id_keyword_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_tag_tenant_id_id")),
    )
    with op.batch_alter_table("tag") as batch:
        batch.create_index(
            batch.f("ix_tag_keyword_id_contribution_id"), ["keyword_id", "contribution_id"], unique=False
        )
        batch.create_index(batch.f("ix_tag_contribution_id"), ["contribution_id"], unique=False)
        batch.create_index(
            "uq_tag_whole",
            ["contribution_id", "keyword_id"],
            unique=True,
            sqlite_where=sa.text("argument_id IS NULL"),
            postgresql_where=sa.text("argument_id IS NULL"),
        )

    with op.batch_alter_table("contribution") as batch:
        batch.add_column(sa.Column("text_key", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("district", sa.Text(), server_default="", nullable=False))
        batch.create_index(batch.f("ix_contribution_procedure_id_text_key"), ["procedure_id", "text_key"], unique=False)
        batch.create_index(batch.f("ix_contribution_procedure_id_place"), ["procedure_id", "place"], unique=False)
        batch.create_index(batch.f("ix_contribution_procedure_id_district"), ["procedure_id", "district"], unique=False)

    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("draft_version_id", BIG, nullable=True))

    with op.batch_alter_table("document_version") as batch:
        batch.add_column(sa.Column("summary", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("published_at", Instant(), nullable=True))
        batch.add_column(sa.Column("before_id", BIG, nullable=True))
        batch.add_column(sa.Column("revision", BIG, server_default="1", nullable=False))

    with op.batch_alter_table("node") as batch:
        batch.add_column(sa.Column("before", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("response") as batch:
        batch.add_column(sa.Column("publish_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("released_number", BIG, nullable=True))
        batch.add_column(sa.Column("released_by_id", BIG, nullable=True))
        batch.create_foreign_key(
            batch.f("fk_response_released_by_id_person"), "person", ["released_by_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("response_to") as batch:
        batch.add_column(sa.Column("argument_id", BIG, nullable=True))
        batch.drop_constraint(batch.f("uq_response_to_contribution_id"), type_="unique")
        batch.create_index(batch.f("ix_response_to_contribution_id"), ["contribution_id"], unique=False)
        batch.create_unique_constraint(batch.f("uq_response_to_argument_id"), ["argument_id"])
        batch.create_index(
            "uq_response_to_whole",
            ["contribution_id"],
            unique=True,
            sqlite_where=sa.text("argument_id IS NULL"),
            postgresql_where=sa.text("argument_id IS NULL"),
        )
        batch.create_foreign_key(
            batch.f("fk_response_to_tenant_id_argument_id_argument"),
            "argument",
            ["tenant_id", "argument_id"],
            ["tenant_id", "id"],
            ondelete="CASCADE",
        )

    _fill()
    _declare()


def _fill() -> None:
    """What is public was published when it was made; equal words get equal keys."""
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE document_version SET published_at = created_at"))
    found = bind.execute(sa.text("SELECT id, source FROM contribution ORDER BY id")).all()
    for start in range(0, len(found), 1000):
        keys = [{"id": id_, "key": text_key(source)} for id_, source in found[start : start + 1000]]
        bind.execute(sa.text("UPDATE contribution SET text_key = :key WHERE id = :id"), keys)


def _declare() -> None:
    declare("department", rule("*", "keine Angaben zu Personen"))
    declare(
        "department_member",
        rule("person_id", "wer für eine Stelle arbeitet", basis=TASK, period=STAFF, on_erase="delete"),
        rule("*", "Zuordnung von Mitarbeitenden zu Stellen"),
    )
    declare("answer_block", rule("*", "keine Angaben zu Personen"))
    declare("keyword", rule("*", "keine Angaben zu Personen"))
    declare("argument", rule("*", "Abschnitte aus Beiträgen, Arbeitsfassung"))
    declare(
        "argument_version", _person("author_id", "wer die Arbeitsfassung geändert hat"), rule("*", "Arbeitsfassungen")
    )
    declare("tag", rule("*", "Schlagwörter an Beiträgen"))
    declare(
        "assignment",
        _person("person_id", "wer einen Beitrag bearbeitet"),
        _person("assigned_by_id", "wer einen Beitrag zugewiesen hat"),
        rule("*", "wer bis wann woran arbeitet"),
    )
    declare("recommendation", _person("author_id", "wer eine Antwort empfohlen hat"), rule("*", "Empfehlungen"))
    declare("note", _person("author_id", "wer eine interne Notiz geschrieben hat"), rule("*", "interne Notizen"))
    declare("case_batch", _person("actor_id", "wer Beiträge bearbeitet hat"), rule("*", "Bearbeitung von Beiträgen"))
    declare("case_act", rule("*", "Bearbeitung von Beiträgen, vorher und nachher"))
    declare(
        "saved_view",
        rule("person_id", "wem eine Ansicht gehört", basis=TASK, period=STAFF, on_erase="delete"),
        rule("*", "gespeicherte Filter"),
    )
    declare("change_cause", rule("*", "welche Antwort welche Änderung am Text bewirkt hat"))
    declare(
        "intake",
        _person("recorded_by_id", "wer einen Eingang erfasst hat"),
        rule("sender_name", "von wem ein Brief kam", basis=TASK, period=FILE),
        rule("organisation", "für welche Organisation ein Brief kam", basis=TASK, period=FILE),
        rule("sender_address", "wohin die Antwort auf Papier geht", basis=TASK, period=FILE),
        rule("sender_email", "wohin die Antwort per E-Mail geht", basis=TASK, period=FILE),
        rule("stored_name", "das Original, eingescannt", basis=TASK, period=FILE),
        rule("*", "Eingänge auf anderen Wegen"),
    )
    declare("placement", rule("*", "wo Beiträge in einer neuen Fassung stehen"))
    declare("response", _person("released_by_id", "wer die Antwort freigegeben hat"))


def _person(column: str, purpose: str) -> dict[str, object]:
    return rule(column, purpose, basis=TASK, period=FILE, on_erase="cut")


def downgrade() -> None:
    """Take all of it away again."""
    withdraw(TABLES)
    _forget_released()
    with op.batch_alter_table("response_to") as batch:
        batch.drop_constraint(batch.f("fk_response_to_tenant_id_argument_id_argument"), type_="foreignkey")
        batch.drop_index(
            "uq_response_to_whole",
            sqlite_where=sa.text("argument_id IS NULL"),
            postgresql_where=sa.text("argument_id IS NULL"),
        )
        batch.drop_constraint(batch.f("uq_response_to_argument_id"), type_="unique")
        batch.drop_index(batch.f("ix_response_to_contribution_id"))
        batch.create_unique_constraint(batch.f("uq_response_to_contribution_id"), ["contribution_id"])
        batch.drop_column("argument_id")

    with op.batch_alter_table("response") as batch:
        batch.drop_constraint(batch.f("fk_response_released_by_id_person"), type_="foreignkey")
        batch.drop_column("released_by_id")
        batch.drop_column("released_number")
        batch.drop_column("publish_on")

    with op.batch_alter_table("node") as batch:
        batch.drop_column("before")

    with op.batch_alter_table("document_version") as batch:
        batch.drop_column("revision")
        batch.drop_column("before_id")
        batch.drop_column("published_at")
        batch.drop_column("summary")

    with op.batch_alter_table("document") as batch:
        batch.drop_column("draft_version_id")

    with op.batch_alter_table("contribution") as batch:
        batch.drop_index(batch.f("ix_contribution_procedure_id_district"))
        batch.drop_index(batch.f("ix_contribution_procedure_id_place"))
        batch.drop_index(batch.f("ix_contribution_procedure_id_text_key"))
        batch.drop_column("district")
        batch.drop_column("text_key")

    for table in reversed(TABLES):
        op.drop_table(table)


def _forget_released() -> None:
    op.execute("DELETE FROM personal_data WHERE table_name = 'response' AND column_name = 'released_by_id'")
