"""The queue that web and workers share: whose messages it takes, and who does what comes round."""

import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

# One worker's look at the clock for each of the 300 minutes; tells which it took. The pause lets others in between.
WORKER = """
import json, sys, time
from datetime import datetime, timedelta
from huey import crontab
from rbc_events import jobs

due = jobs._in_turn(crontab(minute="*"), "reminders")
time.sleep(max(0, float(sys.argv[1]) - time.time()))
minutes = [datetime(2027, 2, 9) + timedelta(minutes=number) for number in range(300)]
print(json.dumps([number for number, minute in enumerate(minutes) if due(minute)]))
"""
OLD = """
from datetime import datetime, timedelta, UTC
from huey import crontab
from rbc_events import jobs

due = jobs._in_turn(crontab(minute="*"), "reminders")
print(due(datetime.now(UTC) - timedelta(days=400)), due(datetime.now(UTC)))
jobs.forget_turns.call_local()
print(len(jobs.huey.storage.result_items()))
"""
FORGED = """
import pathlib, pickle, sys
from rbc_events import jobs

class Harm:
    def __reduce__(self):
        return pathlib.Path.touch, (pathlib.Path(sys.argv[1]),)

jobs.huey.storage.enqueue(pickle.dumps(Harm()))
try:
    jobs.huey.dequeue()
except ValueError as refused:
    print("refused")
"""


@pytest.fixture(params=["sqlite", "redis", pytest.param("postgresql", marks=pytest.mark.postgres)])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    if request.param == "redis":
        return str(request.getfixturevalue("redis_url"))
    return str(request.getfixturevalue("postgres_url")).replace("+psycopg", "")


def start(program: str, queue_url: str, instance: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A process of its own, since a process knows one queue, by the settings that it was started with."""
    environment = {**os.environ, "RBC_JOBS_URL": queue_url, "RBC_INSTANCE": str(instance)}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def told(process: "subprocess.Popen[str]") -> str:
    output, _nothing = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


@pytest.mark.slow
def test_of_several_workers_each_minutes_turn_has_one_taker(queue_url: str, tmp_path: Path) -> None:
    together = str(time.time() + 3)
    workers = [start(WORKER, queue_url, tmp_path, together) for _each in range(3)]
    taken = [json.loads(told(worker)) for worker in workers]
    assert sorted(number for numbers in taken for number in numbers) == list(range(300))


@pytest.mark.slow
def test_old_turns_are_forgotten(queue_url: str, tmp_path: Path) -> None:
    assert told(start(OLD, queue_url, tmp_path)).split() == ["True", "True", "1"]


@pytest.mark.slow
def test_a_message_that_somebody_else_wrote_is_not_even_read(queue_url: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert told(start(FORGED, queue_url, tmp_path, str(made))).split() == ["refused"]
    assert not made.exists()


def test_unsigned_the_same_message_does_harm(tmp_path: Path) -> None:
    """Else the test above would pass for nothing."""
    made = tmp_path / "made"

    class Harm:
        def __reduce__(self) -> object:
            return Path.touch, (made,)

    pickle.loads(pickle.dumps(Harm()))
    assert made.exists()


@pytest.mark.slow
def test_a_queue_that_cannot_be_reached_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    assert json.loads(told(start(WORKER.replace("300", "2"), "redis://127.0.0.1:1/0", tmp_path, "0"))) == []
