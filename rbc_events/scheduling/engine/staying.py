"""Weight first, then as few changes as possible, as a problem of weight alone.

Each standing meeting that can stay is a request twice: once where it stood, worth one unit more, once anywhere. A party
of the two alone, with one meeting at most, sees that only one is held; weights are multiplied so that no unit of weight
is given up for any number of meetings that stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.engine.freezing import forced_changes
from rbc_events.scheduling.engine.instance import Instance, State
from rbc_events.scheduling.engine.kernels import MANY
from rbc_events.scheduling.weight import WeightProblem

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class StayingTask:
    """The problem with the doubled requests at its end; `stay` are their originals."""

    problem: WeightProblem
    stay: list[int]
    scale: int

    def start(self, instance: Instance, state: State) -> tuple[Ints, Ints]:
        """A state as first slots and interpreters of all requests, doubled ones included."""
        slots = np.array(state.slot + [-1] * len(self.stay), np.int64)
        people = np.array(state.interpreter + [-1] * len(self.stay), np.int64)
        for k, r in enumerate(self.stay, len(state.slot)):
            slot, _, person = instance.standing[r]
            if slots[r] == slot and person in (-1, people[r]):
                slots[k], people[k], slots[r], people[r] = slots[r], people[r], -1, -1
        return slots, people

    def originals(self, slots: Ints, people: Ints) -> tuple[list[int], list[int]]:
        """First slots and interpreters of the original requests."""
        requests = len(slots) - len(self.stay)
        slot, person = slots[:requests].copy(), people[:requests].copy()
        for k, r in enumerate(self.stay, requests):
            if slots[k] >= 0:
                slot[r], person[r] = slots[k], people[k]
        return slot.tolist(), person.tolist()


def staying_task(instance: Instance, problem: WeightProblem) -> StayingTask:
    """The task of an instance whose weight problem is given."""
    forced = forced_changes(instance)
    stay = [r for r in instance.standing if r not in forced]
    scale = len(stay) + 1
    twins = np.arange(len(stay))
    members = np.full((problem.requests + len(stay), problem.request_parties.shape[1] + 1), -1, np.int64)
    members[: problem.requests, :-1] = problem.request_parties
    members[stay, -1] = problem.parties + twins
    members[problem.requests :] = members[stay]
    most = np.full(problem.parties, MANY, np.int64) if problem.most is None else problem.most
    per_day = problem.most_per_day
    return StayingTask(
        WeightProblem(
            capacity=np.vstack([problem.capacity, np.ones((len(stay), problem.slots), np.int64)]),
            tables=problem.tables,
            request_parties=members,
            weights=np.concatenate([problem.weights * scale, problem.weights[stay] * scale + 1]),
            allowed=np.vstack([instance.allowed, _where_they_stood(instance, stay)]),
            length=None if problem.length is None else np.concatenate([problem.length, problem.length[stay]]),
            interpreters=problem.interpreters,
            eligible=_eligible(instance, stay) if problem.eligible is not None else None,
            most=np.concatenate([most, np.ones(len(stay), np.int64)]),
            day=problem.day,
            most_per_day=None if per_day is None else np.concatenate([per_day, np.ones(len(stay), np.int64)]),
        ),
        stay,
        scale,
    )


def _where_they_stood(instance: Instance, stay: Sequence[int]) -> NDArray[np.bool_]:
    rows = np.zeros((len(stay), len(instance.slots)), dtype=bool)
    rows[np.arange(len(stay)), [instance.standing[r][0] for r in stay]] = True
    return rows


def _eligible(instance: Instance, stay: Sequence[int]) -> list[tuple[int, ...] | None]:
    return [*instance.interpreters_of, *(_who_interpreted(instance, r) for r in stay)]


def _who_interpreted(instance: Instance, r: int) -> tuple[int, ...] | None:
    usable, person = instance.interpreters_of[r], instance.standing[r][2]
    return usable if usable is None or person < 0 else (person,)
