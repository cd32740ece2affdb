"""Which registration another one became part of."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    triggers = _put_triggers_aside()
    with op.batch_alter_table("registrations") as table:
        table.add_column(sa.Column("joined_into_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            table.f("fk_registrations_joined_into_id"), "registrations", ["joined_into_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(table.f("ix_registrations_joined_into_id"), ["joined_into_id"])
    _put_back(triggers)


def downgrade() -> None:
    triggers = _put_triggers_aside()
    with op.batch_alter_table("registrations") as table:
        table.drop_index(table.f("ix_registrations_joined_into_id"))
        table.drop_constraint(table.f("fk_registrations_joined_into_id"), type_="foreignkey")
        table.drop_column("joined_into_id")
    _put_back(triggers)


def _put_back(triggers: list[str]) -> None:
    for words in triggers:
        op.execute(words)


def _put_triggers_aside() -> list[str]:
    """SQLite rebuilds the table, which it refuses while a trigger reads it. Drops those; gives their words."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%registrations%'"
    found = connection.exec_driver_sql(wanted).all()
    for name, _words in found:
        op.execute(f'DROP TRIGGER "{name}"')
    return [words for _name, words in found]
