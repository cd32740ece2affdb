"""Meetings at clock times by CP-SAT, which is loaded with this module."""

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from rbc_events.scheduling.clock_times import Placed, Thing, Wanted

ROUND = 6
"""Steps of half an hour: meetings rather begin on a whole or half hour."""


def solve_clock_times(wanted: Sequence[Wanted], things: Mapping[str, Thing], *, seconds: float, seed: int) -> Placed:
    """As `clock_times.place_meetings`."""
    model, first = _Model(wanted, things), one_after_the_other(wanted, things)
    model.hint(first)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Placed(first, len(wanted), proved=False)
    starts = {key: solver.value(model.begins[key]) for key, held in model.held.items() if solver.value(held)}
    most = min(len(wanted), int(solver.best_objective_bound + 1e-6) // model.worth)
    return Placed(starts, max(most, len(starts)), proved=status == cp_model.OPTIMAL)


class _Model:
    """`worth` of one meeting more in the objective: above all that the wishes of all meetings together can bring."""

    def __init__(self, wanted: Sequence[Wanted], things: Mapping[str, Thing]) -> None:
        self.cp = cp_model.CpModel()
        self.begins: dict[int, cp_model.IntVar] = {}
        self.held: dict[int, cp_model.IntVar] = {}
        self.times: dict[str, list[cp_model.IntervalVar]] = {name: [] for name in things}
        unit = len(wanted) + 1
        self.worth = unit * unit + unit
        self.cp.maximize(sum(self._add(each, unit) for each in wanted))
        for name, thing in things.items():
            self._hold(name, thing)

    def _add(self, each: Wanted, unit: int) -> cp_model.LinearExprT:
        """Make a meeting's variables; returns what it brings to the objective."""
        at = self.cp.new_int_var_from_domain(cp_model.Domain.from_values(each.starts or (0,)), f"at{each.key}")
        held = self.cp.new_bool_var(f"held{each.key}") if each.starts else self.cp.new_constant(0)
        time = self.cp.new_optional_fixed_size_interval_var(at, each.length, held, f"time{each.key}")
        for name in each.needs:
            self.times[name].append(time)
        self.begins[each.key], self.held[each.key] = at, held
        whole = self._where(each, held, [start for start in each.starts if start % ROUND == 0], f"whole{each.key}")
        stays = self._where(each, held, [start for start in each.starts if start == each.stands], f"stays{each.key}")
        return self.worth * held + unit * stays + whole

    def _where(self, each: Wanted, held: cp_model.IntVar, starts: list[int], name: str) -> cp_model.IntVar:
        """A variable that can only be true where the meeting is held and begins on one of these steps."""
        if not starts:
            return self.cp.new_constant(0)
        wish = self.cp.new_bool_var(name)
        self.cp.add_implication(wish, held)
        domain = cp_model.Domain.from_values(starts)
        self.cp.add_linear_expression_in_domain(self.begins[each.key], domain).only_enforce_if(wish)
        return wish

    def hint(self, starts: Mapping[int, int]) -> None:
        """Begin the search from a plan."""
        for key, at in self.begins.items():
            self.cp.add_hint(self.held[key], key in starts)
            if key in starts:
                self.cp.add_hint(at, starts[key])

    def _hold(self, name: str, thing: Thing) -> None:
        """Never more at once than the thing holds."""
        taken = [
            self.cp.new_fixed_size_interval_var(begins, ends - begins, f"{name}-{number}")
            for number, (begins, ends) in enumerate(thing.taken)
        ]
        times = self.times[name] + taken
        self.cp.add_cumulative(times, [1] * len(times), thing.capacity)


def one_after_the_other(wanted: Sequence[Wanted], things: Mapping[str, Thing]) -> dict[int, int]:
    """A plan to begin from: what stands stays, then whoever has the fewest starts takes the first that is free."""
    taken = {name: list(thing.taken) for name, thing in things.items()}
    found = {}
    for each in sorted(wanted, key=lambda each: (each.stands not in each.starts, len(each.starts), each.key)):
        for start in sorted(each.starts, key=lambda start: (start != each.stands, start % ROUND != 0, start)):
            spell = start, start + each.length
            if all(_has_room(taken[name], spell, things[name].capacity) for name in each.needs):
                found[each.key] = start
                for name in each.needs:
                    taken[name].append(spell)
                break
    return found


def _has_room(taken: Sequence[tuple[int, int]], spell: tuple[int, int], capacity: int) -> bool:
    begins, ends = spell
    beside = [(max(a, begins), b) for a, b in taken if a < ends and b > begins]
    return all(sum(a <= at < b for a, b in beside) < capacity for at, _end in beside)
