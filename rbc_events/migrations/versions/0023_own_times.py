"""Meetings at times of their own, outside an event's slots, with their own place in words and link."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

TEXTS = ("own_place", "own_link", "published_own_place", "published_own_link")
CHECKS = {
    "own_place_of_own_time": "(own_place <> '') = (starts_at IS NOT NULL AND slot_id IS NULL)",
    "own_link_of_own_place": "own_link = '' OR own_place <> ''",
}


def upgrade() -> None:
    triggers = _put_triggers_aside()
    with op.batch_alter_table("meetings") as batch:
        for name in TEXTS:
            batch.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        for name, check in CHECKS.items():
            batch.create_check_constraint(batch.f(f"ck_meetings_{name}"), check)
    _put_back(triggers)


def downgrade() -> None:
    op.execute("DELETE FROM bookings WHERE meeting_id IN (SELECT id FROM meetings WHERE own_place <> '')")
    op.execute(
        "UPDATE meetings SET own_place = '', own_link = '', starts_at = NULL, ends_at = NULL,"
        " state = CASE WHEN state = 'scheduled' THEN 'agreed' ELSE state END WHERE own_place <> ''"
    )
    triggers = _put_triggers_aside()
    with op.batch_alter_table("meetings") as batch:
        for name in CHECKS:
            batch.drop_constraint(batch.f(f"ck_meetings_{name}"), type_="check")
        for name in TEXTS:
            batch.drop_column(name)
    _put_back(triggers)


def _put_triggers_aside() -> list[str]:
    """SQLite rebuilds the table, which it refuses while a trigger of another table reads it. Drops those; gives their
    words."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%meetings%'"
    found = connection.exec_driver_sql(wanted).all()
    for name, _words in found:
        op.execute(f'DROP TRIGGER "{name}"')
    return [words for _name, words in found]


def _put_back(triggers: list[str]) -> None:
    for words in triggers:
        op.execute(words)
