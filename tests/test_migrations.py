"""The migrations give the database that the models describe."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from rbc_events.database import db
from rbc_events.migrating import migrate
from rbc_events.registration import uploads
from rbc_events.registration.models import Upload, UploadKind
from tests.factories import NOW, make_organisation

OURS_OUTSIDE_THE_MODELS = ("search_",)  # full-text tables, which differ by database


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, db.metadata)
    return [change for change in found if not any(name in str(change) for name in OURS_OUTSIDE_THE_MODELS)]


def test_the_migrated_database_is_what_the_models_say(app: Any) -> None:
    assert differences() == []


@pytest.fixture(autouse=True)
def migrating(app: Any) -> None:
    migrate.init_app(app, db)


def test_there_is_one_line_of_migrations(app: Any) -> None:
    directory = app.extensions["migrate"].directory
    assert len(ScriptDirectory(directory).get_heads()) == 1


@pytest.mark.slow
def test_down_to_nothing_and_up_again(app: Any) -> None:
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    upgrade()
    assert differences() == []


@pytest.mark.slow
def test_files_that_were_kept_under_their_hash_are_found_where_they_are(app: Any) -> None:
    organisation = make_organisation()
    kept = uploads.keep(organisation, UploadKind.LOGO, b"\x89PNG\r\n\x1a\n", "logo.png", now=NOW)
    old = uploads.path_of(kept).parent.parent / kept.sha256[:2] / kept.sha256
    old.parent.mkdir(exist_ok=True)
    uploads.path_of(kept).rename(old)
    db.session.commit()
    downgrade(revision="0017")
    upgrade()
    db.session.expire_all()
    assert uploads.path_of(db.session.get_one(Upload, kept.id)) == old
