"""Alembic's environment: migrations run on the application's own engine."""

from typing import Literal

from alembic import context
from flask import current_app

from rbc_events.database import UTCDateTime, db


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our instants as the plain type that they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def is_model(_item: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """The full-text index is a table of the database's own kind, which no model describes."""
    return not (kind == "table" and name and name.startswith("search_organisations"))


def run_migrations() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # batch mode rebuilds tables
            connection.rollback()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            include_object=is_model,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database to run on.")
run_migrations()
