"""Badges, and who has come on which day."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
GOOD = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "badges",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_badges_delegate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
    )
    op.create_index(op.f("ix_badges_delegate_id"), "badges", ["delegate_id"])
    op.create_index("uq_badges_good", "badges", ["delegate_id"], unique=True, sqlite_where=GOOD, postgresql_where=GOOD)
    op.create_table(
        "check_ins",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_check_ins_by_id")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_check_ins_delegate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("delegate_id", "day", name=op.f("uq_check_ins_delegate_id_day")),
    )


def downgrade() -> None:
    op.drop_table("check_ins")
    op.drop_table("badges")
