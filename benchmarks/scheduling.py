"""The scheduler's figures in one run: events in which not all fit, scale, plans made again, other programs beside it.

    python -m benchmarks.scheduling [few] [rules] [scale] [again] [work] [beside] [--data FOLDER] [--seeds 1,2]

Without names all parts are run (about forty minutes; with --small, on small events for a second each, two). The events
are those of `oversubscribed.py` in FOLDER (default: ../shared/b2b), which comes with the published benchmark; without
it, ones made here. Every plan is made by the command `rbc-events schedule solve`, whose time limit, seconds and memory
are those of the whole process, and checked by `rbc-events schedule check`. The published benchmark itself is measured
by `scheduling_breaks.py`.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.comparators import COMPARATORS
from rbc_events.scheduling import Floor, Interpreter, Place, Plan, Problem, Slot
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.files import read_plan_file
from rbc_events.scheduling.formats.problem_json import read_pairs
from rbc_events.scheduling.problem import LEVELS

COMMAND = Path(sys.executable).with_name("rbc-events")
Make = Callable[..., dict[str, Any]]


def generator(folder: Path) -> Make:
    """The benchmark's `make(parties, requests, slots, tables, seed=...)`, or one of our own where it isn't there."""
    path = folder / "oversubscribed.py"
    spec = importlib.util.spec_from_file_location("oversubscribed", path) if path.exists() else None
    if spec is None or spec.loader is None:
        print(f"no {path}: events of our own, whose figures are others than those in the documentation")
        return event
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make: Make = module.make
    return make


def event(parties: int, requests: int, slots: int, tables: int, *, seed: int) -> dict[str, Any]:
    """Everybody has asked for about equally many meetings, a tenth for thrice as many, and is free for half a day."""
    r = random.Random(seed)
    callers = [p for p in range(parties) for _ in range(1 if p % 10 else 3)]
    pairs = set[tuple[int, int]]()
    while len(pairs) < requests:
        one, other = sorted((r.choice(callers), r.choice(callers)))
        if one < other:
            pairs.add((one, other))
    half = [list(range(slots // 2)), list(range(slots // 2, slots))]
    return {
        "slots": slots,
        "tables": tables,
        "free": [r.choice(half) for _ in range(parties)],
        "requests": [[one, other, r.randint(1, 9)] for one, other in sorted(pairs)],
    }


def with_people(problem: Problem, interpreters: int, **fields: Any) -> Problem:
    """Half of the parties speak Japanese, a third English, the others both; so many interpreters between them."""
    r = random.Random(1)
    tongues = [frozenset({"ja"})] * 3 + [frozenset({"en"})] * 2 + [frozenset({"ja", "en"})]
    return replace(
        problem,
        parties=tuple(replace(party, languages=r.choice(tongues)) for party in problem.parties),
        interpreters=tuple(Interpreter(f"i{k}", (("ja", "en"),)) for k in range(interpreters)),
        **fields,
    )


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function run in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


@dataclass(frozen=True)
class Run:
    """A plan, what its command used, and what `check` said."""

    plan: Plan
    seconds: float
    cpu: float
    mebibytes: float
    verdict: str

    def __str__(self) -> str:
        used = f"{self.seconds:.1f} s, {self.cpu:.1f} s of CPU, {self.mebibytes:.0f} MiB"
        return f"{used}: {len(self.plan.meetings)} meetings, {levels(self.plan)}; {self.verdict}"


def run(problem: Problem | dict[str, Any], seconds: float = 0, seed: int = 1, *, work: int = 0) -> Run:
    """Solve, for so many seconds or steps of work, and check, by commands."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "problem.json"), Path(folder, "plan.json")
        given.write_text(json.dumps(problem) if isinstance(problem, dict) else problem_to_json(problem))
        solve = [
            str(COMMAND),
            "schedule",
            "solve",
            str(given),
            "-o",
            str(made),
            f"--work={work}" if work else f"--time-limit={seconds}",
            f"--seed={seed}",
        ]
        begin = time.monotonic()
        with subprocess.Popen(solve, stdout=subprocess.DEVNULL) as process:
            _, _, used = os.wait4(process.pid, 0)
        took = time.monotonic() - begin
        check = subprocess.run([COMMAND, "schedule", "check", given, made], capture_output=True, text=True, check=False)
        verdict = "checked" if check.returncode == 0 else f"FAULTS: {check.stdout}"
        return Run(read_plan_file(made), took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, verdict)


def small_event(*_size: int, seed: int) -> dict[str, Any]:
    """An event that is planned at once, whatever size was asked for."""
    return event(12, 20, 6, 8, seed=seed)


def short_run(problem: Problem | dict[str, Any], seconds: float = 0, seed: int = 1, *, work: int = 0) -> Run:
    """A run of at most a second or twenty steps."""
    return run(problem, min(seconds, 1), seed, work=min(work, 20))


def levels(plan: Plan) -> str:
    """Each level's value, bound and gap."""
    return "; ".join(
        f"{level.name} {level.value}" + (" proved" if level.proved else f" of {level.bound} (gap {level.gap:.2%})")
        for level in plan.certificate.levels
        if level.value or not level.proved
    )


# Parts


def few(options: argparse.Namespace) -> None:
    """130 parties, 1,200 requests, 24 slots, 40 tables; then six interpreters, floors, and breaks after the weight."""
    for seed in options.seeds:
        problem = read_pairs(options.make(130, 1200, 24, 40, seed=seed))
        print(f"seed {seed}: {options.run(problem, 60)}", flush=True)
        order = ("must_haves", "weight", "floors", "breaks")
        problem = with_people(problem, 6, floors=(Floor("", 2),), levels=order)
        print(f"  six interpreters, floors, breaks: {options.run(problem, 60)}", flush=True)


def rules(options: argparse.Namespace) -> None:
    """130 parties, 1,200 requests, 24 slots, 40 tables under rules of every kind, all levels in their usual order."""
    for seed in options.seeds:
        problem = read_pairs(options.make(130, 1200, 24, 40, seed=seed))
        print(f"seed {seed}: {options.run(with_rules(with_people(problem, 6)), 60)}", flush=True)


def with_rules(problem: Problem) -> Problem:
    """Interpreters rest after three meetings; a third of the parties after four; some hold no more than six a day, some
    change rooms; in two rooms and four virtual ones besides the tables, some meetings are long, some only online."""
    (hall,) = problem.places
    hall = replace(hall, number=hall.number - 6, room="hall")
    return replace(
        problem,
        slots=tuple(half_hour(slot, n) for n, slot in enumerate(problem.slots)),
        parties=tuple(
            replace(
                party,
                longest_run=4 if n % 3 == 0 else None,
                most_per_day=6 if n % 5 == 0 else None,
                room_change=5 if n % 10 == 0 else 0,
            )
            for n, party in enumerate(problem.parties)
        ),
        requests=tuple(
            replace(
                request,
                length=2 if n % 40 == 0 else 1,
                mode="online" if n % 12 == 1 else "in_person" if n % 12 == 2 else "",
                must_have=n % 60 == 3,
            )
            for n, request in enumerate(problem.requests)
        ),
        places=(hall, Place("rooms", "room", number=2, room="rooms"), Place("zoom", "virtual", number=4)),
        interpreters=tuple(replace(person, longest_run=3) for person in problem.interpreters),
        floors=(Floor("", 2),),
        levels=LEVELS,
    )


def half_hour(slot: Slot, n: int) -> Slot:
    """Twelve half hours a day, with lunch after six."""
    day, k = divmod(n, 12)
    start = datetime(2026, 11, 26 + day, tzinfo=UTC) + timedelta(minutes=30 * k + 60 * (k >= 6))
    session = "morning" if k < 6 else "afternoon"
    return replace(slot, start=start, end=start + timedelta(minutes=30), day=f"{start:%F}", session=session)


def scale(options: argparse.Namespace) -> None:
    """1,000 parties and 10,000 requests; 10,000 and 100,000."""
    for seed in options.seeds:
        for size, seconds in (((1_000, 10_000, 30, 400), 60), ((10_000, 100_000, 64, 1_500), 120)):
            print(f"{size} seed {seed}: {options.run(options.make(*size, seed=seed), seconds)}", flush=True)


def again(options: argparse.Namespace) -> None:
    """600 meetings, at all tables in all slots, made again in 5 s without a company, an interpreter, a table."""
    for seed in options.seeds:
        made = options.make(130, 1200, 24, 25, seed=seed)
        problem = with_people(read_pairs(made), 6, levels=("must_haves", "weight"))
        standing = options.run(problem, 60)
        print(f"seed {seed}: {standing}", flush=True)
        for order in (("must_haves", "changes", "weight"), ("must_haves", "weight", "changes")):
            for name, change in incidents(problem).items():
                new = replace(change, standing=standing.plan.meetings, levels=order)
                print(f"  {' > '.join(order[1:])}, without a {name}: {options.run(new, 5)}", flush=True)


def incidents(problem: Problem) -> dict[str, Problem]:
    """The problem without a company, an interpreter, a table."""
    company, *others = problem.parties
    ill, *people = problem.interpreters
    hall, *places = problem.places
    return {
        "company": replace(problem, parties=(replace(company, available=frozenset()), *others)),
        "interpreter": replace(problem, interpreters=(replace(ill, available=frozenset()), *people)),
        "table": replace(problem, places=(replace(hall, number=hall.number - 1), *places)),
    }


def work(options: argparse.Namespace) -> None:
    """Ten times the steps of work: how many times the time they take; and whether the same steps give the same plan."""
    for size, steps in (
        ((130, 1_200, 24, 40), 300),
        ((1_000, 10_000, 30, 400), 600),
        ((10_000, 100_000, 64, 1_500), 1_200),
    ):
        for seed in options.seeds:
            made = options.make(*size, seed=seed)
            once, again, more = (options.run(made, seed=seed, work=n) for n in (steps, steps, 10 * steps))
            same = "the same plan" if once.plan.meetings == again.plan.meetings else "ANOTHER PLAN"
            print(f"{size} seed {seed}, {steps} steps: {once}", flush=True)
            print(f"  {steps} steps again: {same}; {10 * steps} steps: {more}", flush=True)
            print(
                f"  {more.seconds / once.seconds:.1f} times the time, {more.cpu / once.cpu:.1f} times the CPU",
                flush=True,
            )


def beside(options: argparse.Namespace) -> None:
    """The same event and time for everyone."""
    if "Timefold" not in COMPARATORS:
        print("Timefold is left out: it needs `pip install timefold` and Java 17")
    for size, seconds in (((130, 1_200, 24, 40), 60), ((1_000, 10_000, 30, 400), 60)):
        for seed in options.seeds:
            made = options.make(*size, seed=seed)
            ours = options.run(made, seconds)
            print(f"{size} seed {seed}: {ours}", flush=True)
            level = next(level for level in ours.plan.certificate.levels if level.name == "weight")
            for name, comparator in COMPARATORS.items():
                begin = time.monotonic()
                value = apart(comparator, made, min(seconds, options.most))
                gap = 1 - value / (level.bound or 1)
                ratio = gap / level.gap if level.gap else float("inf")
                took = time.monotonic() - begin
                print(f"  {name:20} {value:7}  gap {gap:7.2%}  {ratio:6.1f} times ours  {took:.1f} s", flush=True)


PARTS = {part.__name__: part for part in (few, rules, scale, again, work, beside)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "b2b")
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[1])
    parser.add_argument("--small", action="store_true", help="small events, a second each: shows that all parts work")
    options = parser.parse_args()
    options.make = small_event if options.small else generator(options.data)
    options.run, options.most = (short_run, 1) if options.small else (run, float("inf"))
    for name in options.parts or PARTS:
        print(f"== {PARTS[name].__doc__}", flush=True)
        PARTS[name](options)


if __name__ == "__main__":
    main()
