"""Whatever is logged names nobody and opens nothing."""

import io
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from rbc_events.accounts import operations
from rbc_events.accounts.models import LinkPurpose
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.logs import hide_secrets
from tests.factories import make_user

PERSON = "canary@people.example"


@pytest.fixture
def lines(app: Flask) -> Iterator[io.StringIO]:
    """What the handlers of the program and of gunicorn would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    loggers = [logging.getLogger(name) for name in ("", "gunicorn.error", "gunicorn.access", "huey")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


def path_of(rule: Any, app: Flask, token: str) -> str:
    with app.test_request_context():
        return app.url_for(rule.endpoint, token=token)


def test_a_fault_on_the_page_of_any_link_is_logged_without_its_token(app: Flask, lines: io.StringIO) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    token = operations.issue_link(make_user(email=PERSON), LinkPurpose.SET_PASSWORD, now=the_time())
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments == {"token"}]
    assert len(rules) > 3

    def fail(**values: str) -> None:
        raise RuntimeError(f"nothing works for {PERSON} with {values['token']}")

    kept = dict(app.view_functions)
    try:
        for rule in rules:
            app.view_functions[rule.endpoint] = fail
            method = "GET" if "GET" in rule.methods else "POST"
            assert app.test_client().open(path_of(rule, app, token), method=method).status_code == 500
    finally:
        app.view_functions.update(kept)
    logged = lines.getvalue()
    assert logged.count("nothing works for … with …") >= len(rules), "the fault itself is there"
    assert "/password/…" in logged
    assert token not in logged
    assert "canary" not in logged


def test_what_the_database_was_asked_with_is_not_logged(app: Flask, lines: io.StringIO) -> None:
    token = operations.issue_link(make_user(email=PERSON), LinkPurpose.SET_PASSWORD, now=the_time())
    db.session.commit()
    for statement in ("SELECT :a, :b FROM nowhere", "INSERT INTO users (email, password_hash) VALUES (:a, :b)"):
        try:
            db.session.execute(text(statement), {"a": PERSON, "b": token})
        except Exception:
            logging.getLogger("rbc_events").exception("asking failed")
        db.session.rollback()
    logged = lines.getvalue()
    assert "no such table" in logged
    assert "hide_parameters" in logged
    assert token not in logged
    assert "canary" not in logged


@pytest.mark.parametrize("name", ["gunicorn.error", "gunicorn.access", "huey", "werkzeug", "rbc_events.outbox.tasks"])
def test_whoever_logs_it(app: Flask, lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("GET %s for %s", "/join/abc?next=%2Fconfirm%2Fdef&to=" + PERSON, PERSON)
    logging.getLogger(name).warning("%(r)s", {"r": "GET /calendars/abc.ics HTTP/1.1"})
    logged = lines.getvalue()
    assert "GET /join/…?next=%2Fconfirm%2F…&to=… for …" in logged
    assert "GET /calendars/… HTTP/1.1" in logged


@pytest.mark.parametrize(
    "words",
    [
        "1,200 mails sent in 3.5 s",
        "GET /events/rbc-2026/directory/17?q=heart",
        "Traceback: rbc_events/registration/routes/steps.py, line 42, in _save_attendance",
        "@blueprint.get('/sign-in')",
        "sqlalchemy.exc.OperationalError: database is locked",
        "2026-11-30T14:17:40.123456+00:00",
    ],
)
def test_what_is_needed_to_find_a_fault_stays(app: Flask, words: str) -> None:
    assert hide_secrets(words) == words


@pytest.mark.parametrize(
    "words",
    ["redis://:secret@10.0.0.1/0", "To: 山田 <taro@例え.jp>", "reply+k3j4h5@people.example", "a.b%c@people.example"],
)
def test_addresses_are_hidden_in_all_their_forms(app: Flask, words: str) -> None:
    hidden = hide_secrets(words)
    assert "@" not in hidden
    assert "…" in hidden


@pytest.mark.slow
def test_the_web_servers_own_line_about_a_request_that_failed_holds_no_token(tmp_path: Path) -> None:
    """With gunicorn's real logger, whose handlers are there before the application is."""
    code = """
import os
from gunicorn.config import Config
from gunicorn.glogging import Logger
log = Logger(Config())
import rbc_events.wsgi
try:
    raise RuntimeError("no canary@people.example")
except RuntimeError:
    log.exception("Error handling request %s", "/password/canary-token")
"""
    environment = {"RBC_INSTANCE": str(tmp_path), "PATH": "", "RBC_ENV": "development"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert "Error handling request /password/…" in done.stderr
    assert "RuntimeError: no …" in done.stderr
    assert "canary" not in done.stderr


def test_each_request_is_a_line_without_visitor_or_query(app: Flask, client: Any, caplog: Any) -> None:
    with caplog.at_level(logging.INFO, "rbc_events.access"):
        client.get(f"/sign-in?next=/{PERSON}", headers={"X-Forwarded-For": "192.0.2.7"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "rbc_events.access"]
    assert re.fullmatch(r"GET /sign-in 200 \d+ ms account=-", line)


def test_what_is_written_says_when_and_how_bad(tmp_path: Path) -> None:
    code = (
        "import logging; from rbc_events.logs import write_log; write_log('warning');"
        " logging.getLogger('huey').error('a task failed'); logging.getLogger('rbc_events').info('unsaid')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ERROR huey: a task failed\n", told)
