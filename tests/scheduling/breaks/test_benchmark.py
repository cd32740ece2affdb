"""The published optima of the B2B benchmark, where its files are at hand."""

import csv
from pathlib import Path

import pytest

from rbc_events.scheduling.breaks import faults, read_dzn, solve

BENCHMARK = Path(__file__).resolve().parents[4] / "shared" / "b2b"


def _published() -> list[tuple[str, int, str]]:
    if not (BENCHMARK / "published_results.csv").exists():
        return []
    with (BENCHMARK / "published_results.csv").open() as lines:
        return [(row["instance"], int(row["fairness_d"]), row["maxsat_obj"]) for row in csv.DictReader(lines)]


@pytest.mark.slow
@pytest.mark.skipif(not _published(), reason="the benchmark isn't here")
@pytest.mark.parametrize(("name", "fairness", "value"), _published())
def test_the_published_value_is_proved(name: str, fairness: int, value: str) -> None:
    problem = read_dzn((BENCHMARK / "instances" / f"{name}.dzn").read_text())
    result = solve(problem, fairness=fairness)
    if value == "-":
        assert (result.status, result.minimal) == ("infeasible", True)
        return
    assert (result.status, result.breaks, result.bound) == ("optimal", int(value), int(value))
    assert result.slots is not None
    assert faults(problem, result.slots, fairness) == []
