"""Read a problem or a plan from a file, whatever its form."""

from dataclasses import replace
from pathlib import Path

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.formats.minizinc import FAIRNESS, read_dzn
from rbc_events.scheduling.formats.plan_json import read_plan
from rbc_events.scheduling.formats.problem_json import is_pairs, read_pairs, read_problem
from rbc_events.scheduling.formats.strict_json import MAX_BYTES, load
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Plan
from rbc_events.scheduling.problem import Problem


def read_problem_file(path: Path, *, fairness: int | None = FAIRNESS) -> Problem:
    """The problem in a file: `.dzn` (with this fairness), JSON form, or short form. Raises InputError, OSError."""
    data = _bytes(path)
    if path.suffix == ".dzn":
        return read_dzn(data, fairness=fairness)
    content = load(data)
    return read_pairs(content) if is_pairs(content) else read_problem(content)


def read_plan_file(path: Path) -> Plan:
    """The plan in a JSON file. Raises InputError, OSError."""
    return read_plan(load(_bytes(path)))


def _bytes(path: Path) -> bytes:
    """A file's content, refused by its size before it is read (a pipe has none and is read up to the limit)."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError("too_large", size=max(len(data), path.stat().st_size), limit=f"{MAX_BYTES} bytes")
    return data


def with_options(problem: Problem, *, fairness: int | None = None, levels: str | None = None) -> Problem:
    """A problem with another fairness or other levels (names with commas between); None leaves it as it is.

    Raises InputError.
    """
    if fairness is not None:
        problem = replace(problem, fairness=fairness)
    if levels is not None:
        names = tuple(name.strip() for name in levels.split(","))
        for name in names:
            if name not in OBJECTIVES:
                raise InputError("not_one_of", "--levels", choices=", ".join(OBJECTIVES), found=name)
            if names.count(name) > 1:
                raise InputError("duplicate_id", "--levels", id=name)
        problem = replace(problem, levels=names)
    return problem
