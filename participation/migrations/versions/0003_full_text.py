"""full text: an FTS5 table over search_entry on SQLite, a GIN index on PostgreSQL

Revision: 0003, after 0002

The FTS5 table keeps no text of its own (external content); three triggers keep it right, also when a row goes by a
cascade. A later batch change of `search_entry` on SQLite drops the triggers with the old table: call `upgrade` of this
file's statements again there.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FORGET = "INSERT INTO fts_search(fts_search, rowid, stems) VALUES ('delete', old.id, old.stems);"
KEEP = "INSERT INTO fts_search(rowid, stems) VALUES (new.id, new.stems);"
SQLITE = (
    "CREATE VIRTUAL TABLE fts_search USING fts5(stems, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER fts_search_insert AFTER INSERT ON search_entry BEGIN {KEEP} END",
    f"CREATE TRIGGER fts_search_delete AFTER DELETE ON search_entry BEGIN {FORGET} END",
    f"CREATE TRIGGER fts_search_update AFTER UPDATE OF id, stems ON search_entry BEGIN {FORGET} {KEEP} END",
    "INSERT INTO fts_search(fts_search) VALUES ('rebuild')",
)
POSTGRES = ("CREATE INDEX fts_search_stems ON search_entry USING gin (to_tsvector('simple'::regconfig, stems))",)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.get_bind().exec_driver_sql(f"DROP TRIGGER fts_search_{name}")
        op.get_bind().exec_driver_sql("DROP TABLE fts_search")
    else:
        op.get_bind().exec_driver_sql("DROP INDEX fts_search_stems")
