"""Small weight problems for tests: made by hypothesis, and solved by trying everything."""

import itertools

import numpy as np
from hypothesis import strategies as st

from rbc_events.scheduling.kernels.weight import WeightProblem, faults


@st.composite
def small_problems(draw: st.DrawFn) -> WeightProblem:
    """Problems with at most 4 requests in 3 slots, using any of the rules."""
    parties, slots, requests = draw(st.integers(2, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    crew = draw(st.integers(0, 2))

    def ints(shape: tuple[int, ...], low: int, high: int) -> np.ndarray:
        size = int(np.prod(shape))
        numbers = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        return np.array(numbers, np.int64).reshape(shape)

    def perhaps(array: np.ndarray) -> np.ndarray | None:
        return array if draw(st.booleans()) else None

    members = np.full((requests, 3), -1, np.int64)
    for r in range(requests):
        chosen = draw(st.permutations(range(parties)))[: draw(st.integers(2, min(3, parties)))]
        members[r, : len(chosen)] = chosen
    eligible = [
        draw(st.none() | st.lists(st.integers(0, crew - 1), unique=True)) if crew else None for _ in range(requests)
    ]
    return WeightProblem(
        capacity=ints((parties, slots), 0, 2),
        tables=ints((slots,), 0, 2),
        request_parties=members,
        weights=ints((requests,), 0, 5),
        allowed=perhaps(ints((requests, slots), 0, 1).astype(bool)),
        length=perhaps(ints((requests,), 1, 2)),
        interpreters=ints((crew, slots), 0, 1) if crew else None,
        eligible=eligible if crew else None,
        most=perhaps(ints((parties,), 0, 3)),
        day=np.arange(slots) // 2 if draw(st.booleans()) else None,
        most_per_day=perhaps(ints((parties,), 0, 2)),
        floor=perhaps(ints((parties,), 0, 2)),
        floor_penalty=draw(st.integers(0, 3)),
    )


def best_by_trying(problem: WeightProblem) -> int:
    """The greatest value of a plan."""
    crew = 0 if problem.interpreters is None else len(problem.interpreters)
    choices = [(-1, -1)] + [(s, i) for s in range(problem.slots) for i in range(-1, crew)]
    single = []
    for r in range(problem.requests):
        alone = []
        for s, i in choices:
            slot, interpreter = np.full(problem.requests, -1), np.full(problem.requests, -1)
            slot[r], interpreter[r] = s, i
            if not faults(problem, slot, interpreter):
                alone.append((s, i))
        single.append(alone)
    best = problem.value(np.full(problem.requests, -1))
    for plan in itertools.product(*single):
        slot, interpreter = np.array([s for s, _ in plan]), np.array([i for _, i in plan])
        if not faults(problem, slot, interpreter):
            best = max(best, problem.value(slot))
    return best


def event(parties: int, requests: int, slots: int, tables: int, seed: int = 0) -> WeightProblem:
    """An event in which not all requests fit: random pairs, a few parties in great demand, half of the slots free."""
    random = np.random.default_rng(seed)
    demand = (np.arange(parties) + 1.0) ** -0.5
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < requests:
        a, b = random.choice(parties, 2, replace=False, p=demand / demand.sum())
        pairs.add((min(int(a), int(b)), max(int(a), int(b))))
    return WeightProblem(
        capacity=random.integers(0, 2, (parties, slots)),
        tables=np.full(slots, tables),
        request_parties=np.array(sorted(pairs)),
        weights=random.choice([1, 2, 3, 2, 4, 6, 3, 6, 9], requests),
    )
