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
        # SQLite changes a table by building it anew: its old rows go, and would take along those that refer to them. It
        # hears this outside a transaction alone, and SQLAlchemy begins one before whatever it is asked to execute.
        sqlite = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
        if sqlite is not None:
            sqlite.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            include_object=is_model,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite is not None and (lost := sqlite.execute("PRAGMA foreign_key_check").fetchall()):
                raise SystemExit(f"Migrations would leave rows that refer to nothing: {lost[:5]}")
        connection.commit()
        if sqlite is not None:
            sqlite.execute("PRAGMA foreign_keys = ON")


if context.is_offline_mode():
    raise SystemExit("Migrations need a database to run on.")
run_migrations()
