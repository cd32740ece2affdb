"""Alembic on the application's own database. Apart from `app.py`: a web worker has no use for Alembic's 20 MB.

`flask --app rbc_events.migrating:create_app db …` is Flask-Migrate's command, for whoever writes a migration.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import create_engine, func, select

from rbc_events import app as factory
from rbc_events.config import Config, ConfigurationError
from rbc_events.database import db, refresh_statistics
from rbc_events.directory import indexing

migrate = Migrate(directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)


def create_app(config: Config | None = None) -> Flask:
    """The web application, ready for migrations."""
    app = factory.create_app(config)
    migrate.init_app(app, db)
    return app


def migrate_database(config: Config) -> Flask:
    """Create the database if it is missing, apply the migrations that it lacks, and write the search index anew where
    the taxonomy has changed; gives the application on it. Each start also learns how large the tables have become.

    Raises:
        ConfigurationError: another version's migrations have been there.
    """
    config.instance.mkdir(parents=True, exist_ok=True)
    app = create_app(config)
    with app.app_context():
        _refuse_another_versions()
        upgrade()
        indexing.reindex_if_outdated()
        db.session.commit()
        db.session.remove()
        refresh_statistics()
        db.engine.dispose()
    return app


def _refuse_another_versions() -> None:
    """An older version would otherwise be started on a newer one's database, and find columns that it doesn't fill."""
    known = {script.revision for script in ScriptDirectory(migrate.directory).walk_revisions()}
    with db.engine.connect() as connection:
        unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise ConfigurationError(
            f"RBC_DATABASE_URL: this database has migration {', '.join(unknown)}, which this version doesn't know. It"
            " is a newer version's, or one's from before the first release. Start that version, or use another"
            " database."
        )


TURN = 1_380_139_858  # PostgreSQL's locks of this kind have numbers: this one is nobody else's


@contextmanager
def taking_turns(config: Config) -> Iterator[None]:
    """Let whoever else brings the same database up to date finish first. A process that is killed lets go too."""
    config.instance.mkdir(parents=True, exist_ok=True)
    with (config.instance / "migrating.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not config.database_url.startswith("postgresql"):
            yield
            return
        engine = create_engine(config.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:  # other machines have other files
            connection.execute(select(func.pg_advisory_lock(TURN)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(TURN)))
        engine.dispose()
