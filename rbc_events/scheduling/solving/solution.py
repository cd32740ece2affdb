"""A plan in the engine's numbers."""

from dataclasses import dataclass


@dataclass(slots=True)
class Solution:
    """A plan in integers, a request each: first slot, pool and interpreter, -1 for none (slot -1: left out)."""

    slot: list[int]
    pool: list[int]
    interpreter: list[int]

    @classmethod
    def empty(cls, requests: int) -> "Solution":
        return cls([-1] * requests, [-1] * requests, [-1] * requests)

    def copy(self) -> "Solution":
        return Solution(self.slot[:], self.pool[:], self.interpreter[:])
