"""The fewest breaks on the B2B benchmark, next to the plain SAT search that comes with its files, in one run.

    python benchmarks/scheduling_breaks.py FOLDER [--files "*.original"] [--workers 2] [--without-reference]
    python benchmarks/scheduling_breaks.py FOLDER --published [--workers 2]

FOLDER holds `instances/*.dzn`, and for the comparison `published_results.csv` and `reference_sat.py`. One row a file:
the answer, the published one, wall-clock and CPU seconds of both programs, and the ratios; the totals at the end.
Each program runs in a process of its own, one after the other; starting Python counts for neither. With `--published`
the rows are all files with the fairness 2 and that of each published result, without the reference. Ends with exit code
1 if a file wasn't proved within the time limit, or has another value than the published one, or if there is no file.
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
    rows = _rows(arguments, published)
    totals, wrong = [0.0] * 4, 0
    print(f"{'file':30}{'answer':>11}{'published':>10}{'s':>8}{'CPU s':>8}{'ref. s':>9}{'CPU s':>8}{'s':>7}{'CPU':>7}")
    for path, fairness in rows:
        expected = published.get((path.stem, fairness), "")
        answer, *ours = _ours(path, fairness, arguments)
        without = arguments.without_reference or arguments.published
        reference = [0.0, 0.0] if without else _reference(arguments.folder, path)
        totals = [total + seconds for total, seconds in zip(totals, (*ours, *reference), strict=True)]
        wrong += answer in ("feasible", "unknown") or expected not in ("", answer)
        _print_row(f"{path.stem} {fairness}", answer, expected, *ours, *reference)
    _print_row("total", f"{wrong} wrong", "", *totals)
    sys.exit(wrong > 0)


def _rows(arguments: argparse.Namespace, published: dict[tuple[str, int], str]) -> list[tuple[Path, int]]:
    pattern = arguments.files or ("*" if arguments.published else "*.original")
    folder = arguments.folder / "instances"
    files = {path.stem: path for path in folder.glob(f"{pattern}.dzn")}
    if not files:
        raise SystemExit(f"{folder} holds no {pattern}.dzn: nothing was measured")
    rows = {(name, FAIRNESS) for name in files}
    if arguments.published:
        rows |= {row for row in published if row[0] in files}
    return [(files[name], fairness) for name, fairness in sorted(rows)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", help='"*" with --published, else "*.original"')
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--without-reference", action="store_true")
    parser.add_argument("--published", action="store_true")
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


def _ours(path: Path, fairness: int, arguments: argparse.Namespace) -> tuple[str, float, float]:
    given = {"solve": path, "fairness": fairness, "workers": arguments.workers, "time-limit": arguments.time_limit}
    command = [sys.executable, __file__, ".", *(f"--{name}={value}" for name, value in given.items())]
    answer, seconds, cpu = ast.literal_eval(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer, seconds, cpu


def solve_file(path: Path, fairness: int, workers: int, time_limit: float) -> None:
    """Read and solve one file; print the answer, the wall-clock seconds and the CPU seconds."""
    from rbc_events.scheduling.breaks import faults, solve
    from rbc_events.scheduling.dzn import read_dzn
    from rbc_events.scheduling.engine.instance import Instance
    from rbc_events.scheduling.engine.kernels import breaks_problem

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
    print(f"{name:30}{answer:>11}{published:>10}{s:8.2f}{cpu:8.2f}{ref_s:9.2f}{ref_cpu:8.2f}{ratios}", flush=True)


if __name__ == "__main__":
    given = _arguments()
    if given.solve:
        solve_file(given.solve, given.fairness, given.workers, given.time_limit)
    else:
        main()
