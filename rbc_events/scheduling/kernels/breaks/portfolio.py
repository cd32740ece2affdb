"""A second process that works on the same assumptions with another solver.

Whoever is the first to find a core or the timetable spares the other the work: both then go on from the same state.
Which of CaDiCaL and Glucose is faster on an instance can't be told beforehand.
"""

from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.core_guided import CoreGuided
from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle
from rbc_events.scheduling.parameters import PARAMS


@dataclass(frozen=True)
class _Core:
    number: int
    positions: list[int]


class Process:
    """The other process, as seen from the one that decides which core counts."""

    def __init__(self, problem: BreaksProblem, fairness: int | None, seed: int) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, problem, fairness, seed), daemon=True)
        self._process.start()
        theirs.close()
        self._slots: tuple[int, ...] | None = None

    def tell(self, core: list[int]) -> None:
        try:
            self._connection.send(core)
        except OSError:  # it ended; the first process finishes alone
            return

    def cores(self, number: int) -> list[list[int]]:
        found = []
        try:
            while self._connection.poll():
                message = self._connection.recv()
                if isinstance(message, _Core):
                    found.append(message)
                else:
                    self._slots = message
        except (EOFError, OSError):
            pass
        return [core.positions for core in found if core.number == number]

    def timetable(self) -> tuple[int, ...] | None:
        return self._slots

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def _work(connection: Connection, problem: BreaksProblem, fairness: int | None, seed: int) -> None:
    model = CnfModel(problem, fairness=fairness, seed=seed)
    search = CoreGuided(model, Oracle(model.formula, Budget(), name="glucose4"))
    try:
        while True:
            while connection.poll():
                search.relax(connection.recv())
            answer = search.attempt(PARAMS.breaks.partner_slice)
            if answer is None:
                continue
            connection.send(search.found() if answer else _Core(search.relaxed, search.core()))
            search.relax(connection.recv())
    except (EOFError, OSError):  # the other end is gone
        return
