"""A worker that is killed while it makes a timetable: another one takes over, and nothing is half done."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings.models import Booking, Meeting, MeetingState
from rbc_events.timetable import runs
from rbc_events.timetable.models import RunState, ScheduleRun
from tests.timetable.makers import make_conference

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("RBC_KILLS", "1"))


def start_worker(app: Flask, instance: Path) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "RBC_INSTANCE": str(instance),
        "RBC_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "RBC_JOBS_URL": f"sqlite:///{instance / 'jobs.db'}",
    }
    command = [sys.executable, "-m", "rbc_events", "worker"]
    return subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)


def wait_for(run: ScheduleRun, seconds: float, *states: RunState) -> float:
    """Wait until the run is in one of the states; returns how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        db.session.rollback()
        db.session.refresh(run)
        if run.state in states:
            db.session.rollback()
            return time.monotonic() - began
        db.session.rollback()
        time.sleep(0.2)
    raise AssertionError(f"{run.state} after {seconds} s: {run.fault}")


def test_a_killed_run_is_taken_up_by_the_next_worker(app: Flask, tmp_path: Path, figure: Any) -> None:
    """Killed with everything it started, as when a machine goes down; resumed within a minute of the restart."""
    conference = make_conference(organisations=24, slots=16, tables=12)
    for first in range(24):
        for second in range(first + 1, 24):
            conference.agree(first, second)
    run = runs.ask_for_run(conference.event, actor=conference.coordinator, now=now(), time_limit=15)
    db.session.commit()
    for _kill in range(KILLS):
        worker = start_worker(app, tmp_path)
        try:
            wait_for(run, 600, RunState.RUNNING)
            time.sleep(0.5)  # the solver is at it
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        assert nothing_is_placed()
    claimed = _started(run)
    worker = start_worker(app, tmp_path)
    try:
        resumed = wait_until(lambda: _started(run) > claimed, 90)
        assert resumed < 60
        wait_for(run, 600, RunState.DONE)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert nothing_is_placed()
    assert run.plan["certificate"]["levels"]
    figure(f"resumed after {resumed:.0f} s, 0 partial schedules in {KILLS} kills")


def wait_until(reached: Any, seconds: float) -> float:
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds
        time.sleep(0.2)
    return time.monotonic() - began


def _started(run: ScheduleRun) -> Any:
    """Read in a transaction that ends at once: an open one would hold the lock that the worker writes with."""
    db.session.rollback()
    db.session.refresh(run)
    started = run.started_at
    db.session.rollback()
    return started


def nothing_is_placed() -> bool:
    db.session.rollback()
    placed = db.session.scalar(select(Meeting.id).where(Meeting.state != MeetingState.AGREED).limit(1))
    taken = db.session.scalar(select(Booking.id).limit(1))
    db.session.rollback()
    return placed is None and taken is None
