"""The full-text index of organisations, one row of vectors a statement, and what a saved search has found.

The index is SQLite's FTS5 over words that the application cuts itself, or PostgreSQL's tsvector with a GIN index; neither
is a model's table. It is filled by `rbc-events reindex` and by whatever changes a profile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_table("statement_vectors")
    op.create_table(
        "statement_vectors",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("concepts", sa.LargeBinary(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_statement_vectors_statement_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name="pk_statement_vectors"),
    )
    op.create_index("ix_statement_vectors_revision", "statement_vectors", ["revision"])
    op.add_column("saved_searches", sa.Column("seen", sa.JSON(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_organisations USING fts5"
            "(names, profile, offers, needs, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
        return
    op.execute(
        "CREATE TABLE search_organisations"
        " (rowid integer PRIMARY KEY REFERENCES organisations (id) ON DELETE CASCADE, document tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX search_organisations_document ON search_organisations USING gin (document)")


def downgrade() -> None:
    op.execute("DROP TABLE search_organisations")
    op.drop_column("saved_searches", "seen")
    op.drop_table("statement_vectors")
    op.create_table(
        "statement_vectors",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_statement_vectors_statement_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "language", name="pk_statement_vectors"),
    )
