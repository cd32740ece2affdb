"""Making a timetable in the background: asking for it, doing it in a process of its own, applying what it found.

A run's row says everything: the queue only says that there is work. A run whose heartbeat has stopped is done again.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.scheduling.json_form import problem_to_json
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.problem import USUAL, Aims, build_problem
from rbc_events.timetable.queries import active_run

STALE_AFTER = timedelta(seconds=10)
"""A run whose process has not been heard of for so long is taken to be dead."""
LATE_AFTER = timedelta(seconds=20)
"""A run that nobody has begun for so long was lost by the queue."""
GRACE = 20.0
"""Seconds that the process gets beyond its time limit to write down what it found."""

WANTED = "rbc_events.wanted_runs"


class UnderWay(Conflict):
    message = _l("A timetable is being made already.")


class Ended(Conflict):
    message = _l("This search has ended already.")


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
    aims: Aims = USUAL,
) -> ScheduleRun:
    """Have a timetable made in the background.

    Raises:
        UnderWay: one is being made for this event.
        NothingToSchedule
    """
    # Two coordinators at once: the second waits here and then finds the first one's run.
    lock(event)
    if active_run(event) is not None:
        raise UnderWay
    problem = build_problem(event, now=now, keep_published=keep_published)
    if not (problem.slots and problem.places and problem.requests):
        raise NothingToSchedule
    run = ScheduleRun(
        event=event,
        revision=event.revision,
        time_limit=time_limit,
        seed=seed,
        keep_published=keep_published,
        aims=asdict(aims),
        asked_by_id=actor.id,
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    db.session.info.setdefault(WANTED, []).append(run.id)
    return run


def ask_to_stop(run: ScheduleRun, *, now: datetime) -> None:
    """Give a run up; its process is ended within a second or so.

    Raises:
        Ended: there is nothing to stop any more.
    """
    lock(run)
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        raise Ended
    if run.state == RunState.QUEUED:
        run.state, run.finished_at = RunState.CANCELLED, now
    run.cancel_asked = True
    db.session.flush()


def dead_runs(now: datetime) -> list[int]:
    """The runs whose worker was killed, or that the queue lost."""
    lost = (ScheduleRun.state == RunState.QUEUED) & (ScheduleRun.created_at < now - LATE_AFTER)
    dead = (ScheduleRun.state == RunState.RUNNING) & (ScheduleRun.heartbeat_at < now - STALE_AFTER)
    return list(db.session.scalars(select(ScheduleRun.id).where(or_(lost, dead))))


@dataclass(frozen=True)
class _Claim:
    """A run as one worker has taken it. `since` tells it from the same run in another worker's hands later on."""

    run_id: int
    since: datetime
    problem: str
    time_limit: int
    seed: int


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it."""
    claim = _claim(run_id, clock())
    if claim is None:
        return
    process = subprocess.Popen(  # noqa: S603 - our own module, with two numbers
        [sys.executable, "-m", "rbc_events.timetable.solver", str(claim.time_limit), str(claim.seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _watch(process, claim, clock)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # what it was never given to read
                    stream.close()


def _claim(run_id: int, now: datetime) -> _Claim | None:
    """Take a run that waits, or whose heartbeat has stopped, and read the event as it is now."""
    free = or_(ScheduleRun.state == RunState.QUEUED, ScheduleRun.heartbeat_at < now - STALE_AFTER)
    active = ScheduleRun.state.in_((RunState.QUEUED, RunState.RUNNING))
    taken = db.session.scalar(
        update(ScheduleRun)
        .where(ScheduleRun.id == run_id, active, free)
        .values(state=RunState.RUNNING, started_at=now, heartbeat_at=now, progress={})
        .returning(ScheduleRun.id)
    )
    run = db.session.get(ScheduleRun, run_id) if taken else None
    if run is None:
        db.session.rollback()
        return None
    run.revision = run.event.revision
    problem = problem_to_json(
        build_problem(run.event, now=now, keep_published=run.keep_published, aims=Aims.of(run.aims))
    )
    run.problem = json.loads(problem)
    claim = _Claim(run.id, now, problem, run.time_limit, run.seed)
    db.session.commit()
    return claim


def _watch(process: "subprocess.Popen[str]", claim: _Claim, clock: Callable[[], datetime]) -> None:
    """Write down what the process says, once a second, until it ends, is cancelled or takes too long."""
    lines = _Lines(process, claim.problem)
    ends = clock() + timedelta(seconds=claim.time_limit + GRACE)
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
        if not _beat(claim, clock(), progress):
            return


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


def _held(claim: _Claim) -> ScheduleRun | None:
    """The run, if it is still this worker's."""
    run = db.session.get(ScheduleRun, claim.run_id, populate_existing=True)
    if run is None or run.state != RunState.RUNNING or run.started_at != claim.since:
        db.session.rollback()
        return None
    return run


def _beat(claim: _Claim, now: datetime, progress: dict[str, Any]) -> bool:
    """Say that the run is alive and how far it is; False where it was cancelled or belongs to somebody else."""
    run = _held(claim)
    if run is None:
        return False
    if run.cancel_asked:
        run.state, run.finished_at = RunState.CANCELLED, now
    else:
        run.heartbeat_at, run.progress = now, progress
    going_on = run.state == RunState.RUNNING
    db.session.commit()
    return going_on


def _finish(
    claim: _Claim, now: datetime, *, plan: dict[str, Any] | None = None, fault: dict[str, Any] | None = None
) -> None:
    run = _held(claim)
    if run is None:
        return
    run.state = RunState.DONE if plan is not None else RunState.FAILED
    run.plan, run.fault = plan, json.dumps(fault) if fault else ""
    run.finished_at = run.heartbeat_at = now
    db.session.commit()
