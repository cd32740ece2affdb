"""The scheduler's figures in one run: the published benchmark, events in which not all fit, scale, plans made again.

    python -m benchmarks.scheduling [benchmark] [few] [scale] [again] [beside] [--data FOLDER] [--seeds 1,2]

Without names all parts are run (about half an hour). `benchmark` and the reference that it is compared with need the
B2B meeting-scheduling benchmark (Bofill et al., JAIR 74, 2022) in FOLDER (default: ../shared/b2b); without it that part
is left out with a line. The other events are made here. Every plan is checked by `rbc_events.scheduling.check`, and
each run is a process of its own, so that memory is its own.
"""

import argparse
import itertools
import multiprocessing
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.comparators import COMPARATORS
from rbc_events.scheduling import Floor, Interpreter, Plan, Problem, solve
from rbc_events.scheduling.check import check
from rbc_events.scheduling.json_form import read_pairs
from rbc_events.scheduling.reading import read_problem_file


def event(parties: int, requests: int, slots: int, tables: int, seed: int = 1) -> dict[str, Any]:
    """An event in which not all fit: popularity falls as 1/sqrt(k), weights are products of two priorities."""
    r = random.Random(seed)
    popularity = list(itertools.accumulate((k + 1) ** -0.5 for k in range(parties)))
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < requests:
        missing = requests - len(pairs)
        drawn = (r.choices(range(parties), cum_weights=popularity, k=missing) for _ in range(2))
        for a, b in zip(*drawn, strict=True):
            if a != b:
                pairs.setdefault((min(a, b), max(a, b)))
    weights = r.choices([1, 2, 3, 2, 4, 6, 3, 6, 9], k=len(pairs))
    free = [[s for s in range(slots) if r.random() < 0.5] for _ in range(parties)]
    return {
        "slots": slots,
        "tables": tables,
        "free": free,
        "requests": [[a, b, w] for (a, b), w in zip(sorted(pairs), weights, strict=True)],
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


def run(problem: Problem, seconds: float, seed: int = 1) -> tuple[Plan, float, float]:
    """A plan, its seconds, and the peak of memory in MiB."""
    begin = time.monotonic()
    plan = solve(problem, time_limit=seconds, seed=seed)
    took = time.monotonic() - begin
    return plan, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def levels(plan: Plan) -> str:
    """Each level's value, bound and gap."""
    return "; ".join(
        f"{level.name} {level.value}" + (" proved" if level.proved else f" of {level.bound} (gap {level.gap:.2%})")
        for level in plan.certificate.levels
        if level.value or not level.proved
    )


def checked(problem: Problem, plan: Plan) -> str:
    faults = check(problem, plan)
    return "checked" if not faults else f"FAULTS: {[fault.code for fault in faults]}"


# Parts


def benchmark(options: argparse.Namespace) -> None:
    """Every file of the benchmark; the base events against the plain SAT search beside them."""
    files = sorted((options.data / "instances").glob("*.dzn"))
    if not files:
        print(f"no instances in {options.data}: left out")
        return
    base = [path for path in files if ".original" in path.name]
    total, reference = 0.0, 0.0
    for path in base if options.base_only else files:
        problem = read_problem_file(path)
        plan, took, _ = apart(run, problem, 60)
        print(f"{path.stem:30} {plan.certificate.status:10} {took:6.2f} s  {levels(plan)}  {checked(problem, plan)}")
        total += took if path in base else 0.0
    for path in base:
        begin = time.monotonic()
        subprocess.run([sys.executable, options.data / "reference_sat.py", path], capture_output=True, check=True)
        reference += time.monotonic() - begin
    print(
        f"{len(base)} base events: {total:.1f} s, the plain SAT search {reference:.1f} s: ratio {total / reference:.2f}"
    )


def few(options: argparse.Namespace) -> None:
    """130 parties, 1,200 requests, 24 slots, 40 tables; then six interpreters, floors, and breaks after the weight."""
    for seed in options.seeds:
        problem = read_pairs(event(130, 1200, 24, 40, seed))
        plan, took, _ = apart(run, problem, 60)
        print(f"seed {seed}: {took:.1f} s  {levels(plan)}  {checked(problem, plan)}")
        order = ("must_haves", "weight", "floors", "breaks")
        problem = with_people(problem, 6, floors=(Floor("", 2),), levels=order)
        plan, took, _ = apart(run, problem, 60)
        print(f"  six interpreters, floors, breaks: {took:.1f} s  {levels(plan)}  {checked(problem, plan)}")


def scale(options: argparse.Namespace) -> None:
    """1,000 parties and 10,000 requests; 10,000 and 100,000."""
    for seed in options.seeds:
        for size, seconds in (((1_000, 10_000, 30, 400), 60), ((10_000, 100_000, 64, 1_500), 120)):
            problem = read_pairs(event(*size, seed))
            plan, took, peak = apart(run, problem, seconds)
            print(f"{size} seed {seed}: {took:.1f} s  {peak:.0f} MiB  {levels(plan)}  {checked(problem, plan)}")


def again(options: argparse.Namespace) -> None:
    """A plan of 600 to 650 meetings made again in 5 s after a company, an interpreter, a table has gone."""
    for seed in options.seeds:
        problem = with_people(read_pairs(event(130, 1200, 24, 40, seed)), 6, levels=("must_haves", "weight"))
        plan, _, _ = apart(run, problem, 60)
        print(f"seed {seed}: {len(plan.meetings)} meetings  {levels(plan)}")
        for order in (("must_haves", "changes", "weight"), ("must_haves", "weight", "changes")):
            for name, change in incidents(problem).items():
                new = replace(change, standing=plan.meetings, levels=order)
                made, took, _ = apart(run, new, 5)
                print(
                    f"  {' > '.join(order[1:])}, without a {name}: {took:.1f} s  {levels(made)}  {checked(new, made)}"
                )


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


def beside(options: argparse.Namespace) -> None:
    """The same event and time for everyone."""
    if find_spec("timefold") is None:
        print("Timefold is not installed: left out")
    for size, seconds in (((130, 1_200, 24, 40), 60), ((1_000, 10_000, 30, 400), 60)):
        for seed in options.seeds:
            made = event(*size, seed)
            plan, took, _ = apart(run, read_pairs(made), seconds)
            level = next(level for level in plan.certificate.levels if level.name == "weight")
            print(f"{size} seed {seed}: {level.value}, gap {level.gap:.2%}, {took:.1f} s")
            for name, comparator in COMPARATORS.items():
                begin = time.monotonic()
                value = apart(comparator, made, seconds)
                gap = 1 - value / (level.bound or 1)
                ratio = gap / level.gap if level.gap else float("inf")
                print(
                    f"  {name:20} {value:7}  gap {gap:7.2%}  {ratio:6.1f} times ours  {time.monotonic() - begin:.1f} s"
                )


PARTS = {part.__name__: part for part in (benchmark, few, scale, again, beside)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "b2b")
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[1])
    parser.add_argument("--base-only", action="store_true", help="of the benchmark only the base events")
    options = parser.parse_args()
    for name in options.parts or PARTS:
        print(f"== {PARTS[name].__doc__}", flush=True)
        PARTS[name](options)


if __name__ == "__main__":
    main()
