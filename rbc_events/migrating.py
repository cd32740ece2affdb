"""Alembic on the application's own database. Apart from `app.py`: a web worker has no use for Alembic's 20 MB.

`flask --app rbc_events.migrating:create_app db …` is Flask-Migrate's command, for whoever writes a migration.
"""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate, upgrade

from rbc_events import app as factory
from rbc_events.config import Config
from rbc_events.database import db
from rbc_events.directory import indexing

migrate = Migrate(directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)


def create_app(config: Config | None = None) -> Flask:
    """The web application, ready for migrations."""
    app = factory.create_app(config)
    migrate.init_app(app, db)
    return app


def migrate_database(config: Config) -> Flask:
    """Create the database if it is missing, apply the migrations that it lacks, and write the search index anew where
    the taxonomy has changed; gives the application on it."""
    config.instance.mkdir(parents=True, exist_ok=True)
    app = create_app(config)
    with app.app_context():
        upgrade()
        indexing.reindex_if_outdated()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return app
