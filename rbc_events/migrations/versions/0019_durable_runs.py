"""Printing can be given up like making a timetable.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATES = ("queued", "running", "done", "failed")


def upgrade() -> None:
    with op.batch_alter_table("print_runs") as table:
        table.add_column(sa.Column("cancel_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    _states((*STATES, "cancelled"))
    with op.batch_alter_table("print_runs") as table:
        table.alter_column("cancel_asked", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM print_runs WHERE state = 'cancelled'")
    with op.batch_alter_table("print_runs") as table:
        table.drop_column("cancel_asked")
    _states(STATES)


def _states(allowed: tuple[str, ...]) -> None:
    with op.batch_alter_table("print_runs") as table:
        table.drop_constraint(op.f("ck_print_runs_printstate"), type_="check")
        words = ", ".join(f"'{word}'" for word in allowed)
        table.create_check_constraint(op.f("ck_print_runs_printstate"), f"state IN ({words})")
