"""The published optima of the B2B benchmark, where its files are at hand."""

import csv
from pathlib import Path

import pytest

from rbc_events.scheduling.formats.minizinc import read_dzn
from rbc_events.scheduling.kernels.adapters import breaks_problem
from rbc_events.scheduling.kernels.breaks import faults, solve
from rbc_events.scheduling.solving.instance import Instance

BENCHMARK = Path(__file__).resolve().parents[4] / "shared" / "b2b"


STEPS = 1_000
"""Work a file may cost here: some ten seconds."""


def _published() -> list[tuple[str, int, str]]:
    if not (BENCHMARK / "published_results.csv").exists():
        return []
    with (BENCHMARK / "published_results.csv").open() as lines:
        rows = [(row["instance"], int(row["fairness_d"]), row["maxsat_obj"]) for row in csv.DictReader(lines)]
    return [row for row in rows if row[0].endswith(".original")]


@pytest.mark.slow
@pytest.mark.skipif(not _published(), reason="the benchmark isn't here")
@pytest.mark.parametrize(("name", "fairness", "value"), _published())
def test_the_published_value_is_proved(name: str, fairness: int, value: str) -> None:
    """Quick files; benchmarks/scheduling_breaks.py compares them all."""
    problem = breaks_problem(Instance(read_dzn((BENCHMARK / "instances" / f"{name}.dzn").read_bytes())))
    assert problem is not None
    result = solve(problem, fairness=fairness, work=STEPS)
    if value == "-":
        assert result.status == "infeasible"
        return
    assert (result.status, result.breaks, result.bound) == ("optimal", int(value), int(value))
    assert result.slots is not None
    assert faults(problem, result.slots, fairness) == []
