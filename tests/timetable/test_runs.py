"""Making a timetable in the background, in a process of its own, and taking it over."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.durable import cancel_run, claim_run
from rbc_events.meetings.models import Booking, MeetingState
from rbc_events.meetings.recording import cancel_meeting
from rbc_events.timetable import applying, runs
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.operations import pin_meeting, place_meeting
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference

pytestmark = pytest.mark.slow


@pytest.fixture
def conference(app: Any) -> Conference:
    conference = make_conference()
    for first, second in ((0, 1), (2, 3), (0, 2), (1, 3)):
        conference.agree(first, second)
    db.session.commit()
    return conference


def ask(conference: Conference, **more: Any) -> ScheduleRun:
    run = runs.ask_for_run(conference.event, actor=conference.coordinator, now=now(), time_limit=5, **more)
    db.session.commit()
    return run


def work(run: ScheduleRun) -> ScheduleRun:
    runs.work(run.id, clock=now)
    db.session.expire_all()
    return run


def meetings(conference: Conference) -> list[Any]:
    return list(applying._movable(conference.event))


def test_a_run_gives_a_plan_with_its_certificate_and_changes_nothing(conference: Conference) -> None:
    run = work(ask(conference))
    assert run.state == RunState.DONE, run.fault
    assert len(run.plan["meetings"]) == 4
    assert run.plan["certificate"]["status"] in {"optimal", "feasible"}
    assert {meeting.state for meeting in meetings(conference)} == {MeetingState.AGREED}


def test_an_applied_plan_is_the_working_timetable(conference: Conference) -> None:
    run = work(ask(conference))
    applying.apply_run(run, actor=run.asked_by, now=NOW)
    assert run.state == RunState.APPLIED
    assert {meeting.state for meeting in meetings(conference)} == {MeetingState.SCHEDULED}
    assert len(db.session.query(Booking).all()) == 12
    with pytest.raises(applying.NotReady):
        applying.apply_run(run, actor=run.asked_by, now=NOW)


def test_a_plan_made_before_a_change_is_not_applied(conference: Conference) -> None:
    run = work(ask(conference))
    cancel_meeting(meetings(conference)[0], actor=conference.coordinator, now=NOW, reason="ill")
    with pytest.raises(applying.Stale):
        applying.apply_run(run, actor=run.asked_by, now=NOW)
    db.session.rollback()
    assert db.session.query(Booking).all() == []


def test_a_second_timetable_keeps_pins(conference: Conference) -> None:
    applying.apply_run(work(ask(conference)), actor=conference.coordinator, now=NOW)
    first = meetings(conference)[0]
    place_meeting(first, slot=conference.event.slots[3], place=conference.event.places[1], now=NOW)
    pin_meeting(first, pinned=True)
    db.session.commit()
    applying.apply_run(work(ask(conference)), actor=conference.coordinator, now=NOW)
    assert (first.slot, first.place, first.pinned) == (conference.event.slots[3], conference.event.places[1], True)


def test_one_timetable_is_made_at_a_time(conference: Conference) -> None:
    ask(conference)
    with pytest.raises(runs.UnderWay):
        ask(conference)


def test_nothing_to_schedule_is_said_at_once(app: Any) -> None:
    with pytest.raises(runs.NothingToSchedule):
        ask(make_conference())


def test_a_run_is_done_by_one_worker_alone(conference: Conference) -> None:
    run = ask(conference)
    run.state, run.started_at, run.heartbeat_at = RunState.RUNNING, now(), now()
    db.session.commit()
    assert work(run).state == RunState.RUNNING
    assert run.plan is None


def test_a_run_whose_worker_died_is_found_and_done_again(conference: Conference) -> None:
    run = ask(conference)
    run.state, run.started_at = RunState.RUNNING, now() - timedelta(minutes=1)
    run.heartbeat_at = now() - timedelta(seconds=11)
    db.session.commit()
    assert runs.runs_to_revive(now=now()) == [run.id]
    assert work(run).state == RunState.DONE


def test_a_run_that_the_queue_lost_is_found(conference: Conference) -> None:
    run = ask(conference)
    assert runs.runs_to_revive(now=now()) == []
    assert runs.runs_to_revive(now=now() + timedelta(seconds=21)) == [run.id]


def test_a_run_that_waits_is_cancelled_at_once(conference: Conference) -> None:
    run = ask(conference)
    cancel_run(run, now=NOW)
    db.session.commit()
    assert work(run).state == RunState.CANCELLED


def test_a_cancelled_run_ends_its_process(conference: Conference, monkeypatch: Any) -> None:
    run = ask(conference)
    started: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def sleeping(*_command: Any, **more: Any) -> Any:
        """A process that takes its time, in place of the solver, which has these four meetings done at once."""
        process = popen(["sleep", "60"], **more)
        started.append(process)
        return process

    monkeypatch.setattr(runs.subprocess, "Popen", sleeping)

    def clock() -> datetime:
        if started and db.session.get(ScheduleRun, run.id, populate_existing=True).state == RunState.RUNNING:
            cancel_run(run, now=now())
            db.session.commit()
        return datetime.now(UTC)

    runs.work(run.id, clock=clock)
    assert db.session.get(ScheduleRun, run.id, populate_existing=True).state == RunState.CANCELLED
    assert started[0].poll() is not None


def test_a_fault_of_the_process_is_written_down(conference: Conference, monkeypatch: Any) -> None:
    run = ask(conference)
    popen = subprocess.Popen
    monkeypatch.setattr(runs.subprocess, "Popen", lambda *_command, **more: popen(["false"], **more))
    assert work(run).state == RunState.FAILED
    assert json.loads(run.fault) == {"code": "ended"}


def test_the_solver_ends_when_its_worker_is_gone(conference: Conference) -> None:
    """A worker is killed while it optimises: its process is not left behind, computing for nobody."""
    run = ask(conference, seed=1)
    claim = claim_run(ScheduleRun, run.id, now=now(), stale_after=runs.STALE_AFTER)
    assert claim is not None
    code = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'rbc_events.timetable.solver', '60', '0']\n"
        "p = subprocess.Popen(command, stdin=subprocess.PIPE)\n"
        "print(p.pid, flush=True)\n"
        "p.stdin.write(sys.stdin.buffer.readline()); p.stdin.flush()\n"
        "time.sleep(60)\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write((big_problem() + "\n").encode())
    worker.stdin.flush()
    solver = int(worker.stdout.readline())
    time.sleep(2)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert ends_within(solver, 30)


def ends_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat") as file:
            if file.read().split()[2] == "Z":
                return True
        time.sleep(0.2)
    return False


def big_problem() -> str:
    """120 companies, 700 meetings and room for about 500: minutes of work to prove."""
    import random

    from rbc_events.scheduling import Party, Place, Problem, Request, Slot
    from rbc_events.scheduling.formats.canonical_json import problem_to_json

    chance = random.Random(1)
    slots = tuple(
        Slot(f"s{n}", NOW + timedelta(minutes=30 * n), NOW + timedelta(minutes=30 * n + 30), "d") for n in range(20)
    )
    parties = tuple(
        Party(f"p{n}", available=frozenset(s.id for s in slots if chance.random() < 0.6)) for n in range(120)
    )
    pairs = {tuple(chance.sample(range(120), 2)) for _each in range(700)}
    requests = tuple(
        Request(f"r{n}", (f"p{a}", f"p{b}"), weight=chance.randint(2, 6)) for n, (a, b) in enumerate(sorted(pairs))
    )
    return problem_to_json(Problem(slots, parties, requests, places=(Place("hall", number=25),)))


def test_progress_arrives_while_it_runs(conference: Conference) -> None:
    """The row says how far a run is while its process is at work."""
    run = ask(conference)
    claim = claim_run(ScheduleRun, run.id, now=now(), stale_after=runs.STALE_AFTER)
    assert claim is not None
    seen: list[dict[str, Any]] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "rbc_events.timetable.solver", "4", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = runs._Lines(process, big_problem())
    while not lines.wait(0.5):
        seen += lines.taken()
    seen += lines.taken()
    process.wait()
    for stream in (process.stdin, process.stdout):
        stream.close()
    assert "plan" in seen[-1]
    assert {"level", "value", "bound", "gap", "used"} <= set(seen[0]["progress"])
