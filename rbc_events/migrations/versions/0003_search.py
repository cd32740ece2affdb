"""The full-text index of organisations: SQLite's FTS5 over words that the application cuts itself, or PostgreSQL's
tsvector with a GIN index. No model describes it; `rbc-events reindex` and whatever changes a profile fill it.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_organisations USING fts5"
            "(names, profile, offers, needs, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
        return
    # Documents lie in their rows, uncompressed: ranking reads every one that is found. In TOAST, compressed, a word that
    # half of 10,000 organisations hold took three times as long.
    op.execute(
        "CREATE TABLE search_organisations"
        " (rowid integer PRIMARY KEY REFERENCES organisations (id) ON DELETE CASCADE, document tsvector NOT NULL)"
        " WITH (toast_tuple_target = 8160)"
    )
    op.execute("ALTER TABLE search_organisations ALTER COLUMN document SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX search_organisations_document ON search_organisations USING gin (document)")


def downgrade() -> None:
    op.execute("DROP TABLE search_organisations")
