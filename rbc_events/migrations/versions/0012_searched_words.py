"""What the worker has made of words that were searched for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "searched_words",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("as_need", sa.LargeBinary(), nullable=False),
        sa.Column("as_offer", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_searched_words")),
    )
    op.create_index("ix_searched_words_made_at", "searched_words", ["made_at"])


def downgrade() -> None:
    op.drop_table("searched_words")
