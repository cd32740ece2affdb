"""Keep in the ledger what each recipient was told last.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("written_at", "starts_at", "ends_at", "place_id", "interpreter_id")


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM calendar_entries"))  # nothing has written to it before this version
    with op.batch_alter_table("calendar_entries") as batch:
        for name in ("written_at", "starts_at", "ends_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=False))
        batch.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("interpreter_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_calendar_entries_place_id"), "places", ["place_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_foreign_key(
            op.f("fk_calendar_entries_interpreter_id"), "interpreters", ["interpreter_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("calendar_entries") as batch:
        batch.drop_constraint(op.f("fk_calendar_entries_interpreter_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_calendar_entries_place_id"), type_="foreignkey")
        for name in reversed(COLUMNS):
            batch.drop_column(name)
