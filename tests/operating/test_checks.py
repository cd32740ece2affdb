"""What is wrong with an installation is seen, said with what to do, and hides nothing else that is wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from rbc_events import jobs
from rbc_events.cli import main
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.kept_files import keep, path_of
from rbc_events.operating import checks
from rbc_events.operating.checks import State
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration.models import Upload, UploadKind
from tests.conftest import NOW
from tests.factories import make_organisation


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A queue of the test's own, as of an installation whose worker has never run."""
    made = jobs.make_huey(f"sqlite:///{tmp_path / 'queue' / 'jobs.db'}", "a secret of thirty-two characters")
    monkeypatch.setattr(jobs, "huey", made)
    return made


def state_of(check: checks.Check, now: datetime | None = None) -> State:
    [finding] = checks.look([("It", check)], now=now or the_time())
    return finding.found.state


def add_mail(state: Delivery, due_at: datetime) -> None:
    number = db.session.query(OutboxMessage).count()
    db.session.add(
        OutboxMessage(
            occasion=f"occasion {number}",
            message_id=f"<{number}@site.example>",
            kind="confirm",
            recipient="somebody@people.example",
            subject="A mail",
            content=b"",
            state=state,
            created_at=due_at,
            due_at=due_at,
        )
    )
    db.session.commit()


def test_ready_means_this_versions_database_and_alive_means_no_more_than_that(app: Flask, queue: Any) -> None:
    visitor = app.test_client()
    assert visitor.get("/readyz").status_code == 200
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    refused = visitor.get("/readyz")
    assert (refused.status_code, refused.text) == (503, "Database: not ready\n")
    assert visitor.get("/healthz").status_code == 200


def test_without_a_queue_no_visitors_are_sent_here_and_the_reason_is_told_to_the_operator_alone(
    app: Flask, queue: Any, tmp_path: Path
) -> None:
    for path in (tmp_path / "queue").iterdir():
        path.write_text("no database at all, but a file of many words")
    queue.storage.close()
    assert app.test_client().get("/readyz").text == "Job queue: not ready\n"
    findings = checks.look(checks.HEALTH, now=the_time())
    wrong = {str(finding.subject): finding.found.words for finding in findings if finding.found.state == State.WRONG}
    assert "file is not a database" in wrong["Job queue"]
    assert "Database" not in wrong


def test_a_worker_that_has_been_silent_for_minutes_is_missed(app: Flask, queue: Any) -> None:
    assert state_of(checks.worker) == State.WRONG
    present = datetime.now(UTC)
    assert jobs._in_turn(jobs.crontab(minute="*"), "mail")(present)
    assert state_of(checks.worker, present) == State.FINE
    assert state_of(checks.worker, present + timedelta(minutes=5)) == State.WRONG


def test_mail_that_waits_or_failed_is_told(app: Flask) -> None:
    present = the_time()
    assert state_of(checks.mail, present) == State.FINE
    add_mail(Delivery.QUEUED, present - timedelta(minutes=2))
    add_mail(Delivery.FAILED, present - timedelta(days=30))
    assert state_of(checks.mail, present) == State.FINE
    add_mail(Delivery.FAILED, present - timedelta(days=1))
    assert state_of(checks.mail, present) == State.WATCH
    assert state_of(checks.mail, present + timedelta(hours=1)) == State.WRONG


def test_a_row_whose_file_is_gone_is_told(app: Flask) -> None:
    assert state_of(checks.files) == State.FINE
    mill = make_organisation("Sample Mill")
    upload = Upload(organisation_id=mill.id, kind=UploadKind.DECK, file_name="a.pdf", media_type="", created_at=NOW)
    keep(upload, b"%PDF-1.7")
    db.session.commit()
    assert state_of(checks.files) == State.FINE
    path_of(upload).unlink()
    assert state_of(checks.files) == State.WRONG


def test_rows_that_refer_to_nothing_are_told(app: Flask) -> None:
    assert state_of(checks.rows) == State.FINE
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            text(
                "INSERT INTO regions (code, kind, parent_code, name_ja, name_en, name_kana)"
                " VALUES ('999999', 'municipality', '888888', '', '', '')"
            )
        )
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")
    assert state_of(checks.rows) == State.WRONG


def test_data_that_others_may_read_and_a_full_disk_are_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = checks.settings().instance
    instance.chmod(0o700)
    assert state_of(checks.rights) == State.FINE
    instance.chmod(0o755)
    assert state_of(checks.rights) == State.WRONG
    monkeypatch.setattr(checks, "LEFT_FREE", 1024**5)
    assert state_of(checks.disk) == State.WRONG


def test_a_production_without_trusted_proxy_is_watched(app: Flask) -> None:
    assert state_of(checks.proxy) == State.FINE
    app.config["RBC"] = replace(app.config["RBC"], environment="production")
    assert state_of(checks.proxy) == State.WATCH


@pytest.mark.postgres
def test_the_clock_of_another_machine_is_compared(shared: Flask) -> None:
    present = datetime.now(UTC)  # the machine's, which the tests' own clock isn't
    assert state_of(checks.clock, present) == State.FINE
    if db.engine.dialect.name == "postgresql":
        assert state_of(checks.clock, present + timedelta(minutes=1)) == State.WRONG


@pytest.mark.postgres
def test_a_restart_of_the_database_costs_no_visitor_a_fault(shared: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite doesn't restart")
    visitor = shared.test_client()
    assert visitor.get("/").status_code == 200
    db.session.remove()
    assert db.engine.pool.checkedin()  # a connection that the next visitor gets
    with db.engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        own = connection.connection.driver_connection
    own.close()
    assert visitor.get("/").status_code == 200


def test_doctor_says_what_to_do_and_ends_with_a_status(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = app.config["RBC"]
    monkeypatch.setenv("RBC_INSTANCE", str(config.instance))
    monkeypatch.setenv("RBC_DATABASE_URL", config.database_url)
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    told = CliRunner().invoke(main, ["doctor"])
    assert told.exit_code == 1
    assert f"wrong  Database: It has migration 0001 of {checks.LATEST_MIGRATION}." in told.output
    assert "→ Run: rbc-events init" in told.output
    assert "fine   Stored data: They are whole." in told.output
