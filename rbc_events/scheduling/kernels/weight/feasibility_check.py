"""The rules of the weight problem, checked one by one and meeting by meeting. Shares nothing with the search."""

from collections import Counter
from collections.abc import Callable

from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem


def faults(problem: WeightProblem, slot: Ints, interpreter: Ints) -> list[str]:
    """What is wrong with a plan, given as first slots and interpreters (-1: none); empty: nothing."""
    found: list[str] = []
    load: Counter[tuple[str, int, int]] = Counter()
    for r in range(problem.requests):
        if slot[r] < 0:
            continue
        s, length = int(slot[r]), 1 if problem.length is None else int(problem.length[r])
        if s + length > problem.slots:
            found.append(f"request {r} runs past the last slot")
            continue
        if problem.allowed is not None and not problem.allowed[r, s]:
            found.append(f"request {r} may not begin in slot {s}")
        members = [int(p) for p in problem.request_parties[r] if p >= 0]
        for t in range(s, s + length):
            load["tables", 0, t] += 1
            load.update(("party", p, t) for p in members)
            if interpreter[r] >= 0:
                load["interpreter", int(interpreter[r]), t] += 1
        load.update(("most", p, 0) for p in members)
        load.update(("most per day", p, int(problem.day[s]) if problem.day is not None else 0) for p in members)
        found += _wrong_interpreter(problem, r, int(interpreter[r]))
    return found + _overloads(problem, load)


def _wrong_interpreter(problem: WeightProblem, r: int, interpreter: int) -> list[str]:
    needed = None if problem.eligible is None else problem.eligible[r]
    if needed is None:
        return [] if interpreter < 0 else [f"request {r} has an interpreter and needs none"]
    return [] if interpreter in needed else [f"request {r} has no eligible interpreter"]


def _overloads(problem: WeightProblem, load: Counter[tuple[str, int, int]]) -> list[str]:
    limits: dict[str, Callable[[int, int], int]] = {
        "tables": lambda _, t: problem.tables[t],
        "party": lambda p, t: problem.capacity[p, t],
        "interpreter": lambda i, t: -1 if problem.interpreters is None else problem.interpreters[i, t],
        "most": lambda p, _: load["most", p, 0] if problem.most is None else problem.most[p],
        "most per day": lambda p, d: (
            load["most per day", p, d] if problem.most_per_day is None else problem.most_per_day[p]
        ),
    }
    return [
        f"{what} {who}: {count} at {where}"
        for (what, who, where), count in sorted(load.items())
        if count > limits[what](who, where)
    ]
