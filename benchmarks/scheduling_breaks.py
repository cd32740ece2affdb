"""The fewest breaks on the B2B benchmark, next to the plain SAT search that comes with its files, in one run.

    python -m benchmarks.scheduling_breaks FOLDER [--files "*.original"] [--workers 2] [--without-reference]
    python -m benchmarks.scheduling_breaks FOLDER --published [--workers 2]
    python -m benchmarks.scheduling_breaks FOLDER --renumbered 5
    python -m benchmarks.scheduling_breaks FOLDER --derived 6

FOLDER holds `instances/*.dzn`, and for the comparison `published_results.csv` and `reference_sat.py`. One row a file:
the answer, the published one, wall-clock and CPU seconds of both programs, and the ratios; the totals at the end.
Each program runs in a process of its own, one after the other; starting Python counts for neither. With `--published`
the rows are all files with the fairness 2 and that of each published result, without the reference.

With `--renumbered` each file is solved as it is and with parties and requests in so many other orders, with seeds from
--first-seed; medians over all orders stand at the end. With `--derived` so many events are made of each file: some
requests dropped, fewer tables, fewer slots; they have no published answer, so that of the plain search is compared.

Ends with exit code 1 if a file wasn't proved within the time limit, or has another value than the published one or the
plain search's, or if there is no file.
"""

import argparse
import ast
import csv
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.b2b_events import Event

FAIRNESS = 2


@dataclass(frozen=True)
class Row:
    """A file to solve: which event it is of, and its published answer, if any."""

    path: Path
    event: str
    fairness: int
    published: str


def main() -> None:
    arguments = _arguments()
    seconds: dict[str, list[list[float]]] = defaultdict(list)
    wrong = 0
    print(f"{'file':30}{'answer':>11}{'published':>10}{'s':>8}{'CPU s':>8}{'ref. s':>9}{'CPU s':>8}{'s':>7}{'CPU':>7}")
    with TemporaryDirectory() as made:
        for row in _rows(arguments, Path(made)):
            answer, *ours = _ours(row, arguments)
            without = arguments.without_reference or arguments.published
            theirs, *reference = ("", 0.0, 0.0) if without else _reference(row, arguments)
            seconds[row.event].append([*ours, *reference])
            wrong += answer in ("feasible", "unknown") or not {row.published, theirs} <= {"", answer}
            _print_row(f"{row.path.stem} {row.fairness}", answer, row.published or theirs, *ours, *reference)
    _print_row("total", f"{wrong} wrong", "", *_summed(seconds, sum))
    if arguments.renumbered or arguments.derived:
        for event, measured in seconds.items():
            _print_row(f"median {event}", "", "", *map(median, zip(*measured, strict=True)))
        _print_row("sum of medians", "", "", *_summed(seconds, median))
        _print_row("worst", "", "", *_summed(seconds, max, max))
    sys.exit(wrong > 0)


def _summed(
    seconds: dict[str, list[list[float]]], each: Callable[..., float], over: Callable[..., float] = sum
) -> list[float]:
    """Each of the four times: of an event's files `each`, of those of all events `over`."""
    return [over(each(row[n] for row in measured) for measured in seconds.values()) for n in range(4)]


def _rows(arguments: argparse.Namespace, made: Path) -> list[Row]:
    """The files of the folder, or those made of them."""
    pattern = arguments.files or ("*" if arguments.published else "*.original")
    folder = arguments.folder / "instances"
    files = {path.stem: path for path in folder.glob(f"{pattern}.dzn")}
    if not files:
        raise SystemExit(f"{folder} holds no {pattern}.dzn: nothing was measured")
    published = _published(arguments.folder / "published_results.csv")
    if arguments.renumbered or arguments.derived:
        return [row for name in sorted(files) for row in _made(files[name], arguments, made, published)]
    rows = {(name, FAIRNESS) for name in files}
    if arguments.published:
        rows |= {row for row in published if row[0] in files}
    return [Row(files[name], name, fairness, published.get((name, fairness), "")) for name, fairness in sorted(rows)]


def _made(path: Path, arguments: argparse.Namespace, made: Path, published: dict[tuple[str, int], str]) -> list[Row]:
    """The file's event in other orders, or other events made of it."""
    event, first, rows = Event.read(path), arguments.first_seed, []
    orders = [0, *range(first, first + arguments.renumbered)] if arguments.renumbered else []
    for seed in orders or range(first, first + arguments.derived):
        file = made / f"{path.stem}-{seed}.dzn"
        (event.renumbered(seed) if orders else event.derived(seed)).write(file)
        rows.append(Row(file, path.stem, FAIRNESS, published.get((path.stem, FAIRNESS), "") if orders else ""))
    return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", help='"*" with --published, else "*.original"')
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--without-reference", action="store_true")
    parser.add_argument("--published", action="store_true")
    parser.add_argument("--renumbered", type=int, default=0, help="so many other orders of each file")
    parser.add_argument("--derived", type=int, default=0, help="so many events made of each file")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--reference-limit", type=float, default=600, help="seconds a file of the plain search")
    parser.add_argument("--time-limit", type=float, default=600, help="seconds a file")
    parser.add_argument("--fairness", type=int, default=FAIRNESS, help=argparse.SUPPRESS)
    parser.add_argument("--solve", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _published(path: Path) -> dict[tuple[str, int], str]:
    if not path.exists():
        return {}
    with path.open() as lines:
        return {
            (row["instance"], int(row["fairness_d"])): row["maxsat_obj"].replace("-", "infeasible")
            for row in csv.DictReader(lines)
        }


def _ours(row: Row, arguments: argparse.Namespace) -> tuple[str, float, float]:
    limits = {"workers": arguments.workers, "time-limit": arguments.time_limit}
    given = {"solve": row.path, "fairness": row.fairness, **limits}
    command = [
        sys.executable,
        "-m",
        "benchmarks.scheduling_breaks",
        ".",
        *(f"--{name}={value}" for name, value in given.items()),
    ]
    answer, seconds, cpu = ast.literal_eval(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer, seconds, cpu


def solve_file(path: Path, fairness: int, workers: int, time_limit: float) -> None:
    """Read and solve one file; print the answer, the wall-clock seconds and the CPU seconds."""
    from rbc_events.scheduling.formats.minizinc import read_dzn
    from rbc_events.scheduling.kernels.adapters import breaks_problem
    from rbc_events.scheduling.kernels.breaks import faults, solve
    from rbc_events.scheduling.solving.instance import Instance

    begin, cpu = time.perf_counter(), _cpu()
    problem = breaks_problem(Instance(read_dzn(path.read_bytes())))
    if problem is None:
        raise SystemExit(f"{path.name}: rules that the kernel doesn't know")
    result = solve(problem, fairness=fairness, workers=workers, time_limit=time_limit)
    seconds = time.perf_counter() - begin
    if result.slots is not None and faults(problem, result.slots, fairness):
        raise SystemExit(f"{path.name}: the timetable breaks a rule")
    answer = str(result.breaks) if result.status == "optimal" else result.status
    print(repr((answer, seconds, _cpu() - cpu)))


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _reference(row: Row, arguments: argparse.Namespace) -> tuple[str, float, float]:
    """The plain search's answer, "" where the time was up, and its seconds."""
    begin = os.times()
    command = [sys.executable, str(arguments.folder / "reference_sat.py"), str(row.path)]
    limit = arguments.reference_limit
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit)
        status, value, told = re.findall(r"\('(\w+)', (\w+), ([\d.]+)\)", done.stdout)[-1]
        answer, seconds = value if status == "OPT" else "infeasible", float(told)
    except subprocess.TimeoutExpired:
        answer, seconds = "", limit
    end = os.times()
    cpu = end.children_user + end.children_system - begin.children_user - begin.children_system
    return answer, seconds, cpu


def _print_row(name: str, answer: str, published: str, s: float, cpu: float, ref_s: float, ref_cpu: float) -> None:
    ratios = f"{ref_s / max(s, 1e-3):6.1f}x{ref_cpu / max(cpu, 1e-3):6.1f}x" if ref_s else ""
    print(f"{name:30}{answer:>11}{published:>10}{s:8.2f}{cpu:8.2f}{ref_s:9.2f}{ref_cpu:8.2f}{ratios}", flush=True)


if __name__ == "__main__":
    given = _arguments()
    if given.solve:
        solve_file(given.solve, given.fairness, given.workers, given.time_limit)
    else:
        main()
