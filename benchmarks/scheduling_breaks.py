"""The fewest breaks on the B2B benchmark, next to the plain SAT search that comes with its files, in one run.

    python benchmarks/scheduling_breaks.py FOLDER [--files "*.original"] [--workers 2] [--without-reference]

FOLDER holds `instances/*.dzn`, and for the comparison `published_results.csv` and `reference_sat.py`. One row a file:
the answer, the published one, wall-clock and CPU seconds of both programs, and the ratios; the totals at the end.
Each program runs in a process of its own, one after the other; starting Python counts for neither.
"""

import argparse
import ast
import csv
import os
import re
import subprocess
import sys
import time
from pathlib import Path

FAIRNESS = 2
REFERENCE_LIMIT = 600


def main() -> None:
    arguments = _arguments()
    published = _published(arguments.folder / "published_results.csv")
    totals = [0.0] * 4
    print(f"{'file':28}{'answer':>11}{'published':>10}{'s':>8}{'CPU s':>8}{'ref. s':>9}{'CPU s':>8}{'s':>7}{'CPU':>7}")
    for path in sorted((arguments.folder / "instances").glob(f"{arguments.files}.dzn")):
        answer, *ours = _ours(path, arguments.workers)
        reference = [0.0, 0.0] if arguments.without_reference else _reference(arguments.folder, path)
        totals = [total + seconds for total, seconds in zip(totals, (*ours, *reference), strict=True)]
        _print_row(path.stem, answer, published.get(path.stem, ""), *ours, *reference)
    _print_row("total", "", "", *totals)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", default="*.original")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--without-reference", action="store_true")
    parser.add_argument("--solve", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _published(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open() as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["fairness_d"]) == FAIRNESS]
    return {row["instance"]: "infeasible" if row["maxsat_obj"] == "-" else row["maxsat_obj"] for row in rows}


def _ours(path: Path, workers: int) -> tuple[str, float, float]:
    command = [sys.executable, __file__, ".", "--solve", str(path), "--workers", str(workers)]
    answer, seconds, cpu = ast.literal_eval(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer, seconds, cpu


def solve_file(path: Path, workers: int) -> None:
    """Read and solve one file; print the answer, the wall-clock seconds and the CPU seconds."""
    from rbc_events.scheduling.breaks import faults, read_dzn, solve

    begin, cpu = time.perf_counter(), _cpu()
    problem = read_dzn(path.read_text())
    result = solve(problem, fairness=FAIRNESS, workers=workers)
    seconds = time.perf_counter() - begin
    if result.slots is not None and faults(problem, result.slots, FAIRNESS):
        raise SystemExit(f"{path.name}: the timetable breaks a rule")
    answer = str(result.breaks) if result.status == "optimal" else result.status
    print(repr((answer, seconds, _cpu() - cpu)))


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _reference(folder: Path, path: Path) -> list[float]:
    begin = os.times()
    command = [sys.executable, str(folder / "reference_sat.py"), str(path)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=REFERENCE_LIMIT)
        seconds = float(re.findall(r"([\d.]+)\)\s*$", done.stdout)[-1])
    except subprocess.TimeoutExpired:
        seconds = REFERENCE_LIMIT
    end = os.times()
    return [seconds, end.children_user + end.children_system - begin.children_user - begin.children_system]


def _print_row(name: str, answer: str, published: str, s: float, cpu: float, ref_s: float, ref_cpu: float) -> None:
    ratios = f"{ref_s / max(s, 1e-3):6.1f}x{ref_cpu / max(cpu, 1e-3):6.1f}x" if ref_s else ""
    print(f"{name:28}{answer:>11}{published:>10}{s:8.2f}{cpu:8.2f}{ref_s:9.2f}{ref_cpu:8.2f}{ratios}", flush=True)


if __name__ == "__main__":
    given = _arguments()
    if given.solve:
        solve_file(given.solve, given.workers)
    else:
        main()
