"""A decision on a registration can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("registration_steps") as table:
        table.add_column(sa.Column("waiting_before", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undone_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(table.f("fk_registration_steps_undone_by_id"), "users", ["undone_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("registration_steps") as table:
        table.drop_constraint(table.f("fk_registration_steps_undone_by_id"), type_="foreignkey")
        for name in ("undone_by_id", "undone_at", "waiting_before"):
            table.drop_column(name)
