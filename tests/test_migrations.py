"""The migrations give the database that the models describe."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Engine, Enum, NullPool, create_engine, func, inspect, select, text

from rbc_events.database import db
from rbc_events.migrating import migrate
from tests.world import World

OURS_OUTSIDE_THE_MODELS = ("search_",)  # full-text tables, which differ by database


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, db.metadata)
    return [change for change in found if not any(name in str(change) for name in OURS_OUTSIDE_THE_MODELS)]


def test_the_migrated_database_is_what_the_models_say(app: Any) -> None:
    assert differences() == []


def check_constraints(engine: Engine) -> dict[str, str]:
    """The condition of each check in the database, by the check's name."""
    inspector = inspect(engine)
    checks = [check for table in inspector.get_table_names() for check in inspector.get_check_constraints(table)]
    return {str(check["name"]): check["sqltext"] for check in checks}


def choices_by_check() -> dict[str, list[str]]:
    """The values of the enum behind each `choice(…)` column, by the name of its check."""
    columns = [column for table in db.metadata.tables.values() for column in table.columns]
    return {
        f"ck_{column.table.name}_{column.type.name}": sorted(column.type.enums)
        for column in columns
        if isinstance(column.type, Enum)
    }


def words_in(condition: str) -> list[str]:
    return sorted(re.findall(r"'([^']*)'", condition))


def assert_checks_allow_what_the_enums_have(engine: Engine) -> None:
    in_database, choices = check_constraints(engine), choices_by_check()
    assert {name: words_in(in_database[name]) for name in choices if name in in_database} == choices


def test_checks_allow_what_the_enums_have(app: Any) -> None:
    assert_checks_allow_what_the_enums_have(db.engine)


@pytest.mark.postgres
def test_checks_allow_what_the_enums_have_on_postgres(app: Any, postgres_url: str) -> None:
    engine = create_engine(postgres_url, poolclass=NullPool)
    assert_checks_allow_what_the_enums_have(engine)
    assert check_constraints(engine).keys() == check_constraints(db.engine).keys()


def test_checks_in_the_database_are_those_of_the_models(app: Any) -> None:
    """Alembic's comparison leaves them out. Those of choices, whose values may stand in another order, are above."""
    checks = [
        check
        for table in db.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    ]
    ours = {str(check.name): str(check.sqltext) for check in checks}
    in_database = check_constraints(db.engine)
    assert in_database.keys() == ours.keys()
    rules = ours.keys() - choices_by_check().keys()
    assert {name: "".join(in_database[name].split()) for name in rules} == {
        name: "".join(ours[name].split()) for name in rules
    }


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


def rows_by_table() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) for name, table in db.metadata.tables.items()
    }


REBUILD = """
from alembic import op
revision, down_revision = "rebuilding", {head!r}


def upgrade():
    for table in {tables!r}:
        with op.batch_alter_table(table, recreate="always"):
            pass


def downgrade():
    pass
"""


@pytest.mark.slow
def test_a_table_is_built_anew_without_its_rows_or_those_that_hang_on_it_going(
    app: Any, world: World, tmp_path: Path
) -> None:
    before = rows_by_table()
    assert all(before[name] for name in ("programmes", "events", "registrations", "delegates", "memberships", "grants"))
    db.session.remove()
    directory = Path(app.extensions["migrate"].directory)
    shutil.copytree(directory, tmp_path / "migrations")
    [head] = ScriptDirectory(str(directory)).get_heads()
    tables = ["programmes", "users", "sectors"]
    script = REBUILD.format(head=head, tables=tables)
    (tmp_path / "migrations" / "versions" / "9999_rebuilding.py").write_text(script, encoding="utf-8")
    upgrade(directory=str(tmp_path / "migrations"))
    assert rows_by_table() == before
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
