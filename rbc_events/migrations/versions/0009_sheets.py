"""Sheets: who brought a key, what words in headers mean, what left as a file; notes for staff."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "header_words",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_header_words")),
        sa.UniqueConstraint("office", "kind", "word", name=op.f("uq_header_words_office_kind_word")),
    )
    op.create_table(
        "external_keys",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_external_keys_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_keys")),
        sa.UniqueConstraint("owner", "key", name=op.f("uq_external_keys_owner_key")),
    )
    op.create_index("ix_external_keys_organisation_id", "external_keys", ["organisation_id"])
    op.create_table(
        "exports",
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_exports_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exports_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_event_id", "exports", ["event_id"])
    op.create_index("ix_exports_user_id", "exports", ["user_id"])
    with op.batch_alter_table("registrations") as table:
        table.add_column(sa.Column("staff_note", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("sheet_runs") as table:
        for name in ("layout", "found", "same"):
            table.add_column(sa.Column(name, sa.JSON(), server_default="{}", nullable=False))
    # Until now a key was the installation's: each event's sheets have named its organisations by it.
    op.execute(
        "INSERT INTO external_keys (organisation_id, owner, key)"
        " SELECT organisations.id, 'event:' || registrations.event_id, organisations.key"
        " FROM organisations JOIN registrations ON registrations.organisation_id = organisations.id"
        " WHERE organisations.key IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("sheet_runs") as table:
        for name in ("same", "found", "layout"):
            table.drop_column(name)
    op.drop_column("registrations", "staff_note")  # in place: a rebuilt table would break the triggers that read it
    op.drop_table("exports")
    op.drop_table("external_keys")
    op.drop_table("header_words")
