"""Random numbers for compiled loops: their state is an array, and the same seed gives the same numbers everywhere."""

import numpy as np

from rbc_events.scheduling.jit.compiled import inlined
from rbc_events.scheduling.kernels.weight.problem import Ints

LARGEST, OTHER = 2147483563, 2147483399


def random_state(seed: int) -> Ints:
    """The state of `draw` for a seed."""
    words = np.random.SeedSequence(seed).generate_state(2).astype(np.int64)
    return words % np.array([LARGEST - 1, OTHER - 1]) + 1


@inlined
def draw(state):
    """A number from 1 to LARGEST - 1: two Lehmer generators combined (L'Ecuyer 1988), which never overflow."""
    state[0] = state[0] * 40014 % LARGEST
    state[1] = state[1] * 40692 % OTHER
    z = state[0] - state[1]
    return z if z > 0 else z + LARGEST - 1


@inlined
def below(state, n):
    """A random number from 0 to n - 1."""
    return (draw(state) - 1) * n // (LARGEST - 1)
