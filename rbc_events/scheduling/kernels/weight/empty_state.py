"""A plan in arrays for `annealing_state`, with nothing held yet."""

import numpy as np
import numpy.typing as npt

from rbc_events.scheduling.kernels.weight.annealing_state import BITS, NO_LIMIT, AnnealingState
from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem


def make_state(problem: WeightProblem) -> AnnealingState:
    """An empty plan."""
    count, slots = problem.requests, problem.slots
    people = problem.capacity if problem.interpreters is None else np.vstack([problem.capacity, problem.interpreters])
    capacity = np.minimum(people, count).astype(np.int32)
    tables = np.minimum(problem.tables, count).astype(np.int64)
    days = int(problem.days.max(initial=0)) + 1
    return AnnealingState(
        **_of_requests(problem),
        **_of_limits(problem),
        capacity=capacity,
        tables=tables,
        day=problem.days,
        slot=np.full(count, -1, np.int64),
        interpreter=np.full(count, -1, np.int64),
        used=np.zeros_like(capacity),
        base=offsets(capacity.ravel())[:-1].reshape(capacity.shape).astype(np.int32),
        who=np.zeros(int(capacity.sum()), np.int32),
        free=as_bits(capacity > 0),
        tables_used=np.zeros(slots, np.int64),
        tables_base=offsets(tables)[:-1],
        at_table=np.zeros(int(tables.sum()), np.int64),
        seat=np.zeros((count, int(problem.lengths.max(initial=1))), np.int64),
        tables_free=as_bits(tables[None] > 0)[0],
        held=np.zeros(problem.parties, np.int64),
        held_on=np.zeros((problem.parties, days), np.int64),
    )


def _of_requests(problem: WeightProblem) -> dict[str, np.ndarray]:
    """What stays as it is of requests: where they may be held, by whom, and what for."""
    sizes = np.array([0 if those is None else len(those) for those in problem.eligible or ()], np.int64)
    eligible = [problem.parties + i for those in problem.eligible or () for i in those or ()]
    return {
        "weight": problem.weights.astype(np.int64),
        "length": problem.lengths,
        "members": problem.request_parties.astype(np.int32),
        "first": offsets(problem.starts.sum(axis=1)),
        "start": np.nonzero(problem.starts)[1].astype(np.int32),
        "allowed": as_bits(problem.starts),
        "first_eligible": np.zeros(problem.requests + 1, np.int64) if problem.eligible is None else offsets(sizes),
        "eligible": np.array(eligible, np.int64),
    }


def _of_limits(problem: WeightProblem) -> dict[str, np.ndarray]:
    """The most and the least that parties can have."""
    unlimited = np.full(problem.parties, NO_LIMIT, np.int64)
    nothing = np.zeros(problem.parties, np.int64)
    return {
        "most": unlimited if problem.most is None else problem.most.astype(np.int64),
        "most_per_day": unlimited if problem.most_per_day is None else problem.most_per_day.astype(np.int64),
        "floor": nothing if problem.floor is None else problem.floor.astype(np.int64),
        "penalty": np.array([problem.floor_penalty if problem.floor is not None else 0], np.int64),
        "limited": np.array([problem.most is not None or problem.most_per_day is not None], np.int64),
    }


def offsets(sizes: npt.NDArray[np.signedinteger]) -> Ints:
    """Where each of consecutive runs begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def as_bits(flags: np.ndarray) -> Ints:
    """int[rows, words] from bool[rows, slots]."""
    words = -(-flags.shape[1] // BITS)
    bits = np.zeros((len(flags), words), np.int64)
    for s in range(flags.shape[1]):
        bits[:, s // BITS] |= flags[:, s].astype(np.int64) << (s % BITS)
    return bits
