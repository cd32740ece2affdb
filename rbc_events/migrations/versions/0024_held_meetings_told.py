"""What was recorded of a meeting that had never been published counts as told, so that both sides see and are asked of it.

Recording does so by itself since. Nothing is undone: what was published is published.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

COPIED = ("starts_at", "ends_at", "place_id", "interpreter_id", "own_place", "own_link")


def upgrade() -> None:
    copied = ", ".join(f"published_{name} = {name}" for name in COPIED)
    op.execute(
        f"UPDATE meetings SET published_at = coalesce(recorded_at, starts_at), {copied}"
        " WHERE state IN ('held', 'no_show') AND published_starts_at IS NULL AND starts_at IS NOT NULL"
    )


def downgrade() -> None:
    pass
