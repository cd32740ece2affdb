"""What an option, a request in a slot with somebody of a crew, adds to what is counted of meetings by themselves."""

from collections.abc import Sequence

import numpy as np

from rbc_events.scheduling.kernels.weight.mip import Options
from rbc_events.scheduling.kernels.weight.problem import Ints
from rbc_events.scheduling.solving.compatibility import continent
from rbc_events.scheduling.solving.fix_and_optimise import forced_changes
from rbc_events.scheduling.solving.instance import Instance


def harm(instance: Instance, options: Options) -> Ints:
    """int[options, continents]: quarters of an hour outside decent hours, where there is nothing but online."""
    number = {name: c for c, name in enumerate(instance.continents)}
    found = np.zeros((len(options), len(number)), np.int64)
    real = [g for g, pool in enumerate(instance.pools) if pool.kind != "virtual"]
    for n, (r, s) in enumerate(zip(options.request.tolist(), options.start.tolist(), strict=True)):
        covered = instance.covers(r, s)
        if not any(g in real and instance.pool_room[g, covered].all() for g in instance.pools_of[r]):
            for p in instance.parties_of[r]:
                if p in instance.inconvenience:
                    c = number[continent(instance.problem.parties[p])]
                    found[n, c] += sum(instance.inconvenience[p][t] for t in covered)
    return found


def granted(instance: Instance, options: Options, crews: Sequence[Sequence[int]]) -> Ints:
    """int[options]: the wishes that can be granted there."""
    found = np.zeros(len(options), np.int64)
    for n in np.flatnonzero(np.isin(options.request, list(instance.wished))).tolist():
        r, s, crew = int(options.request[n]), int(options.start[n]), int(options.interpreter[n])
        slots, pools, people = instance.wished[r]
        covered = instance.covers(r, s)
        found[n] = s in slots
        found[n] += any(g in pools and instance.pool_room[g, covered].all() for g in instance.pools_of[r])
        able = (i for i in crews[crew] if instance.interpreter_free[i, covered].all()) if crew >= 0 else ()
        found[n] += any(i in people for i in able)
    return found


def staying(instance: Instance, options: Options, crews: Sequence[Sequence[int]]) -> Ints:
    """int[options]: 1 where a standing meeting stays in its slot, with its interpreter if it had one."""
    forced = forced_changes(instance)
    found = np.zeros(len(options), np.int64)
    for r, (slot, _, person) in instance.standing.items():
        if r not in forced:
            there = (options.request == r) & (options.start == slot)
            if person >= 0:
                there &= np.isin(options.interpreter, [n for n, crew in enumerate(crews) if person in crew])
            found[there] = 1
    return found


def change_costs(instance: Instance, options: Options) -> Ints:
    """int[options]: what a change of its meeting costs."""
    costs = np.zeros(len(instance.parties_of), np.int64)
    for r, meeting in instance.standing_meeting.items():
        costs[r] = meeting.change_cost
    return costs[options.request]
