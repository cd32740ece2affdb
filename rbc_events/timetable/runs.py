"""Making a timetable in the background: asking for it, doing it in a process of its own, applying what it found.

A run's row says everything: the queue only says that there is work. A run whose heartbeat has stopped is done again.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.durable import Claim, claim_run, dead_runs, queue_run
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.timetable.aims import Aims, usual_aims
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.queries import active_run

STALE_AFTER = timedelta(seconds=10)
"""A run whose process has not been heard of for so long is taken to be dead."""
LATE_AFTER = timedelta(seconds=20)
"""A run that nobody has begun for so long was lost by the queue."""
GRACE = 20.0
"""Seconds that the process gets beyond its time limit to write down what it found."""


class UnderWay(Conflict):
    message = _l("A timetable is being made already.")


class NothingToSchedule(Unacceptable):
    message = _l("A timetable needs slots, an open place and at least one agreed meeting.")


def ask_for_run(
    event: Event,
    *,
    actor: User,
    now: datetime,
    time_limit: int = 60,
    seed: int = 0,
    keep_published: bool = False,
    aims: Aims | None = None,
) -> ScheduleRun:
    """Have a timetable made in the background, for the usual aims of the event unless others are given.

    Raises:
        UnderWay: one is being made for this event.
        NothingToSchedule
    """
    run = make_run(
        event, actor=actor, now=now, time_limit=time_limit, seed=seed, keep_published=keep_published, aims=aims
    )
    queue_run(run, topic="timetable")
    return run


def make_run(
    event: Event,
    *,
    actor: User,
    now: datetime,
    time_limit: int = 60,
    seed: int = 0,
    keep_published: bool = False,
    aims: Aims | None = None,
) -> ScheduleRun:
    """A run that nobody is told of yet; raises what `ask_for_run` raises."""
    # Two coordinators at once: the second waits here and then finds the first one's run.
    lock(event)
    if active_run(event) is not None:
        raise UnderWay
    problem = problem_of_run(event, now=now, keep_published=keep_published)
    if not (problem.slots and problem.places and problem.requests):
        raise NothingToSchedule
    return ScheduleRun(
        event=event,
        revision=event.revision,
        time_limit=time_limit,
        seed=seed,
        keep_published=keep_published,
        aims=asdict(aims or usual_aims(event)),
        asked_by_id=actor.id,
        created_at=now,
    )


def runs_to_revive(*, now: datetime) -> Sequence[int]:
    """The runs that the queue lost, or whose worker was killed."""
    return dead_runs(ScheduleRun, now=now, lost_after=LATE_AFTER, stale_after=STALE_AFTER)


@dataclass(frozen=True)
class _Task:
    """What the solver's process is given."""

    problem: str
    time_limit: int
    seed: int


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it."""
    claim = claim_run(ScheduleRun, run_id, now=clock(), stale_after=STALE_AFTER, progress={})
    if claim is None:
        return
    task = _read_event(claim)
    process = subprocess.Popen(  # noqa: S603 - our own module, with two numbers
        [sys.executable, "-m", "rbc_events.timetable.solver", str(task.time_limit), str(task.seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _watch(process, claim, task, clock)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # what it was never given to read
                    stream.close()


def _read_event(claim: Claim) -> _Task:
    """Read the event as it is now, and commit the claim together with what was read."""
    run = db.session.get_one(ScheduleRun, claim.run_id, populate_existing=True)
    run.revision = run.event.revision
    problem = problem_to_json(
        problem_of_run(run.event, now=claim.since, keep_published=run.keep_published, aims=Aims.of(run.aims))
    )
    run.problem = json.loads(problem)
    task = _Task(problem, run.time_limit, run.seed)
    db.session.commit()
    return task


def _watch(process: "subprocess.Popen[str]", claim: Claim, task: _Task, clock: Callable[[], datetime]) -> None:
    """Write down what the process says, once a second, until it ends, is cancelled or takes too long."""
    lines = _Lines(process, task.problem)
    ends = clock() + timedelta(seconds=task.time_limit + GRACE)
    progress: dict[str, Any] = {}
    while True:
        ended = lines.wait(1.0)
        for content in lines.taken():
            if "progress" in content:
                progress = content["progress"]
            else:
                _finish(claim, clock(), **content)
                return
        if ended or clock() > ends:
            _finish(claim, clock(), fault={"code": "ended" if ended else "too_long"})
            return
        if not claim.note(heartbeat_at=clock(), progress=progress):
            return
        db.session.commit()


class _Lines:
    """What a process writes, read beside it, so that waiting for it never stops the heartbeat."""

    def __init__(self, process: "subprocess.Popen[str]", problem: str) -> None:
        self._process, self._problem = process, problem
        self._found: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return
        try:
            stdin.write(self._problem + "\n")
            stdin.flush()
        except BrokenPipeError:
            return
        for line in stdout:
            with self._lock:
                self._found.append(json.loads(line))

    def wait(self, seconds: float) -> bool:
        """Whether the process has said all it will say."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def taken(self) -> Iterator[dict[str, Any]]:
        with self._lock:
            found, self._found = self._found, []
        yield from found


def _finish(
    claim: Claim, now: datetime, *, plan: dict[str, Any] | None = None, fault: dict[str, Any] | None = None
) -> None:
    claim.note(
        state=RunState.DONE if plan is not None else RunState.FAILED,
        plan=plan,
        fault=json.dumps(fault) if fault else "",
        finished_at=now,
        heartbeat_at=now,
    )
    db.session.commit()
