"""Two processes on one problem."""

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks import faults, solve
from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.core_guided import CoreGuided
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle
from tests.scheduling.breaks.events import crowded_event

EVENT = crowded_event(3, parties=12, meetings=36, slots=8, tables=5)


class SolvedByAnother:
    """A partner in this process: it works on the same assumptions with another solver."""

    def __init__(self) -> None:
        model = CnfModel(EVENT, fairness=None)
        self.search = CoreGuided(model, Oracle(model.formula, Budget(), name="glucose4"))
        self.told: list[list[int]] = []

    def tell(self, core: list[int]) -> None:
        self.told.append(core)
        self.search.relax(core)

    def cores(self, number: int) -> list[list[int]]:
        assert number == self.search.relaxed
        return [self.search.core()] if self.search.attempt() is False else []

    def timetable(self) -> tuple[int, ...] | None:
        return self.search.found() if self.search.attempt() else None


def test_cores_of_either_lead_both_to_the_optimum() -> None:
    alone = solve(EVENT)
    model = CnfModel(EVENT, fairness=None)
    partner = SolvedByAnother()
    search = CoreGuided(model, Oracle(model.formula, Budget()))
    assert search.first()
    search.run(partner)
    assert alone.breaks
    assert alone.breaks == search.breaks == search.bound == partner.search.bound
    assert len(partner.told) == search.relaxed > 0


def test_two_processes_find_the_value_of_one() -> None:
    together, alone = solve(EVENT, fairness=2, workers=2), solve(EVENT, fairness=2)
    assert together.slots is not None
    assert faults(EVENT, together.slots, 2) == []
    assert (together.status, together.breaks, together.bound) == (alone.status, alone.breaks, alone.bound)
