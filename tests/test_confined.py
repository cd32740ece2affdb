import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text

from rbc_events import confined
from rbc_events.confined import Budget, Busy, Exceeded, run
from rbc_events.database import db
from tests import confined_work as work

SECOND = Budget(seconds=1)
PLENTY = Budget(seconds=60)


def processes() -> list[psutil.Process]:
    """What the server of confined processes has running, and what it has not cleared away."""
    server = forkserver._forkserver._forkserver_pid
    return psutil.Process(server).children(recursive=True) if server else []


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Any:
    run(PLENTY, work.double, 1)
    files = psutil.Process().num_fds()
    yield
    assert psutil.wait_procs(processes(), timeout=60)[1] == []
    assert psutil.Process().num_fds() == files


def test_what_keeps_to_its_budget_gives_its_result_or_its_error() -> None:
    assert run(PLENTY, work.double, 21) == 42
    with pytest.raises(LookupError, match="no such thing"):
        run(PLENTY, work.refuse, words="no such thing")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("budget", "function", "arguments"),
    [
        (SECOND, work.never_end, ()),
        (SECOND, work.never_end_in_c, ()),
        (Budget(60, megabytes=256), work.take_memory, (512,)),
        (PLENTY, work.die, ()),
    ],
    ids=["no end", "no end in C", "memory", "crash"],
)
def test_what_takes_too_much_or_dies_is_ended(budget: Budget, function: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(Exceeded):
        run(budget, function, *arguments)


@pytest.mark.slow
def test_as_much_memory_as_the_budget_has_may_be_taken() -> None:
    assert run(Budget(60, megabytes=1024), work.take_memory, 512) == 512 * 1024 * 1024


def test_nothing_runs_while_a_transaction_holds_up_others(app: Any) -> None:
    db.session.execute(text("SELECT 1"))
    with pytest.raises(RuntimeError):
        run(PLENTY, work.double, 1)
    db.session.rollback()
    assert run(PLENTY, work.double, 1) == 2


def started(target: Callable[[], Any], number: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=target) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.slow
def test_only_a_few_run_at_once_and_who_comes_beyond_them_is_told_so(tmp_path: Path) -> None:
    go, results = tmp_path / "go", []
    threads = started(lambda: results.append(run(PLENTY, work.wait_for, go)), confined.AT_ONCE)
    while len(processes()) < confined.AT_ONCE:
        time.sleep(0.01)
    with pytest.raises(Busy):
        run(PLENTY, work.double, 1)
    go.touch()
    for thread in threads:
        thread.join()
    assert results == ["done"] * confined.AT_ONCE
    assert run(PLENTY, work.double, 1) == 2


def test_who_waits_in_vain_never_holds_the_last_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "LONGEST_WAIT", 60.0)
    go, results = tmp_path / "go", []
    threads = started(lambda: results.append(run(PLENTY, work.wait_for, go)), confined.AT_ONCE + confined.WAITING)
    while confined._inside._value:  # type: ignore[attr-defined]
        time.sleep(0.01)
    with pytest.raises(Busy):
        run(PLENTY, work.double, 1)
    go.touch()
    for thread in threads:
        thread.join()
    assert results == ["done"] * (confined.AT_ONCE + confined.WAITING)


ORPHAN = """
import os, threading
from pathlib import Path
from multiprocessing import forkserver
from rbc_events.confined import Budget, run
from tests import confined_work as work

run(Budget(60), work.double, 1)
threading.Thread(target=run, args=(Budget(4), work.wait_for, Path("never")), daemon=True).start()
print(forkserver._forkserver._forkserver_pid, flush=True)
os.read(0, 1)
os.kill(os.getpid(), 9)
"""


@pytest.mark.slow
def test_a_process_ends_by_itself_when_the_one_that_asked_for_it_was_killed() -> None:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", ORPHAN], cwd=Path(__file__).parents[1], **pipes) as asking:
        server = psutil.Process(int(asking.stdout.readline()))  # type: ignore[union-attr]
        while not (working := server.children()):
            time.sleep(0.01)
        asking.communicate(b"x")
    assert psutil.wait_procs([server, *working], timeout=60)[1] == []
