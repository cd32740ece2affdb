"""Parties of whom no two meet: whenever one of them is busy, it takes a table of its own.

Tables are scarce where the request graph (parties as vertices, an edge where two share a meeting) is nearly bipartite,
exhibitors and visitors: counted over one side of it they bind far harder than counted over all parties, of whom two and
two share a table. Bofill et al. (JAIR 74 (2022), section 4.5.2) count clusters of meetings of one party; here the
clusters are what an independent set leaves over.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem
from rbc_events.scheduling.parameters import PARAMS


@dataclass(frozen=True)
class Partition:
    """Every meeting once: it is one of a party of the independent set, or in one cluster.

    independent_set  parties of whom no two have a meeting together
    clusters         meetings of one common party each, so that no two of a cluster are at once
    covers_well      whether few meetings are left to clusters
    """

    independent_set: tuple[int, ...]
    clusters: tuple[tuple[int, ...], ...]
    covers_well: bool


def partitions(problem: BreaksProblem) -> list[Partition]:
    """One by a heavy independent set (a party weighs as many as it has meetings), one by a set of mostly others."""
    neighbours = _neighbours(problem)
    weights = {party: len(meetings) for party, meetings in enumerate(problem.meetings_of()) if meetings}
    first = independent_set(neighbours, weights)
    others = {party: weight * (1 if party in first else PARAMS.breaks.discount) for party, weight in weights.items()}
    second = independent_set(neighbours, others)
    return [_partition(problem, found) for found in ([first] if first == second else [first, second])]


def independent_set(neighbours: Mapping[int, set[int]], weights: Mapping[int, int]) -> set[int]:
    """A heavy independent set, by iterated local search: put one in, its neighbours out, and in what then fits.

    Andrade, Resende, Werneck, "Fast local search for the maximum independent set problem", J. Heuristics 18 (2012).
    """
    random = Random(0)  # noqa: S311 - an order, not a secret
    order = sorted(weights, key=lambda v: -weights[v] / (1 + len(neighbours[v])))
    best = _filled(set(), order, neighbours)
    value = sum(weights[v] for v in best)
    rounds = min(PARAMS.breaks.rounds * len(order), PARAMS.breaks.visits // max(len(order), 1))
    for _ in range(rounds if len(best) < len(order) else 0):
        entering = random.choice(order)
        random.shuffle(order)
        order.sort(key=lambda v: -weights[v])
        found = _filled((best - neighbours[entering]) | {entering}, order, neighbours)
        if (worth := sum(weights[v] for v in found)) >= value:
            best, value = found, worth
    return best


def _filled(chosen: set[int], order: list[int], neighbours: Mapping[int, set[int]]) -> set[int]:
    """The set with every vertex that fits, in an order."""
    for v in order:
        if chosen.isdisjoint(neighbours[v]):
            chosen.add(v)
    return chosen


def _neighbours(problem: BreaksProblem) -> dict[int, set[int]]:
    neighbours: dict[int, set[int]] = {party: set() for party in range(problem.parties)}
    for present in problem.meetings:
        for party in present:
            neighbours[party].update(other for other in present if other != party)
    return neighbours


def _partition(problem: BreaksProblem, chosen: set[int]) -> Partition:
    """What an independent set leaves over in few clusters: the party with the most meetings left first."""
    left = {m for m, present in enumerate(problem.meetings) if chosen.isdisjoint(present)}
    few = PARAMS.breaks.left_over * len(left) < len(problem.meetings)
    clusters = []
    while left:
        number = Counter(party for m in sorted(left) for party in problem.meetings[m])
        party = max(number, key=lambda p: (number[p], -p))
        clusters.append(tuple(sorted(m for m in left if party in problem.meetings[m])))
        left.difference_update(clusters[-1])
    return Partition(tuple(sorted(chosen)), tuple(clusters), few)
