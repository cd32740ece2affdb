"""How close to the bound the weight search comes, and how fast: one line a file.

    python -m benchmarks.scheduling_weight [--time-limit S] [--workers N] [--interpreters N] [--floors K] FILE...

A file is JSON: {"slots", "tables", "free": [[slot, ...] a party], "requests": [[party, party, weight], ...]}. With
interpreters, a third of the requests need one of a language, of four; each interpreter has two languages and is there
in three slots of four. With floors, each party should get K meetings, after the weight. The seconds are those of the
whole run: reading, compiling where nothing is compiled yet, solving, and checking plan and bound.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from rbc_events.scheduling.kernels.weight import WeightProblem, faults, plan_bound, solve, verify_bound


def read(path: Path, interpreters: int, floors: int) -> WeightProblem:
    """The problem in a file, with interpreters and floors added."""
    with path.open(encoding="utf-8") as file:
        event = json.load(file)
    requests = np.array(event["requests"], np.int64)
    capacity = np.zeros((len(event["free"]), event["slots"]), np.int64)
    for party, slots in enumerate(event["free"]):
        capacity[party, slots] = 1
    extra: dict[str, object] = {}
    if interpreters:
        extra |= _interpreters(interpreters, len(requests), event["slots"])
    if floors:
        extra |= {"floor": np.full(len(capacity), floors), "floor_penalty": 1}
    weights = requests[:, 2] * (len(capacity) * floors + 1)
    return WeightProblem(capacity, np.full(event["slots"], event["tables"]), requests[:, :2], weights, **extra)


def _interpreters(count: int, requests: int, slots: int) -> dict[str, object]:
    random = np.random.default_rng(count)
    languages = [set(random.choice(4, 2, replace=False).tolist()) for _ in range(count)]
    of = np.where(random.random(requests) < 1 / 3, random.integers(4, size=requests), -1)
    speakers = {language: [i for i in range(count) if language in languages[i]] for language in range(4)}
    return {
        "interpreters": (random.random((count, slots)) < 0.75).astype(np.int64),
        "eligible": [None if language < 0 else speakers[language] for language in of.tolist()],
    }


def run(path: Path, options: argparse.Namespace) -> str:
    """Solve one file and check the result."""
    begin, cpu = time.monotonic(), time.process_time()
    problem = read(path, options.interpreters, options.floors)
    reached: list[tuple[float, float]] = []

    def note(value: int, bound: int, seconds: float) -> None:
        reached.append((bound / max(value, 1) - 1, seconds))

    result = solve(problem, seed=options.seed, time_limit=options.time_limit, workers=options.workers, on_progress=note)
    if faults(problem, result.slot, result.interpreter):
        raise SystemExit(f"{path}: a plan that breaks rules")
    bound = plan_bound(problem, verify_bound(problem, result.dual))
    scale = int(problem.weights[0]) // max(json.loads(path.read_text())["requests"][0][2], 1)
    held, most = int(problem.weights[result.slot >= 0].sum()) // scale, (bound + problem.most_missing) / scale
    when = [next((f"{s:.1f}" for gap, s in reached if gap <= target), "-") for target in (0.005, 0.003, 0.001)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds, used = time.monotonic() - begin, time.process_time() - cpu
    missing = problem.most_missing - (
        0 if problem.floor is None else int(np.minimum(problem.floor, _got(problem, result.slot)).sum())
    )
    return (
        f"{path.name:12} {held:8} {most:10.1f} {100 * (1 - held / most):7.3f} % {'proved' if result.proved else '':6} "
        f"{seconds:7.1f} {used:7.1f} {when[0]:>6} {when[1]:>6} {when[2]:>6} {memory:6} {missing:6}"
    )


def _got(problem: WeightProblem, slot: np.ndarray) -> np.ndarray:
    members = problem.request_parties[slot >= 0].ravel()
    return np.bincount(members[members >= 0], minlength=problem.parties)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--interpreters", type=int, default=0)
    parser.add_argument("--floors", type=int, default=0)
    options = parser.parse_args()
    print("file            weight      bound      gap            seconds  CPU s   0.5 %  0.3 %  0.1 %    MiB missing")
    for path in options.files:
        print(run(path, options), flush=True)


if __name__ == "__main__":
    main()
