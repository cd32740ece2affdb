"""Problems of the project's own making: small ones for hypothesis, one of any size from a seed, and brute force."""

from collections.abc import Iterator
from random import Random

from hypothesis import strategies as st

from rbc_events.scheduling.kernels.breaks import BreaksProblem, Rule, breaks_of_parties, faults, total_breaks

SLOTS, PARTIES = 4, 4


@st.composite
def small_problems(draw: st.DrawFn, largest: int = 3) -> BreaksProblem:
    """At most 5 meetings of at most `largest` parties in 4 slots, with every kind of rule."""
    slots = draw(st.integers(2, SLOTS))
    numbers = st.integers(0, slots - 1)
    party_sets = st.sets(st.integers(0, PARTIES - 1), min_size=2, max_size=largest).map(
        lambda found: tuple(sorted(found))
    )
    meetings = draw(st.lists(party_sets, min_size=1, max_size=5))
    size = len(meetings)
    some_slots = st.frozensets(numbers, min_size=1)
    pairs = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda pair: pair[0] != pair[1])
    return BreaksProblem(
        slots=slots,
        parties=PARTIES,
        meetings=tuple(meetings),
        capacity=tuple(draw(st.lists(st.integers(1, 3), min_size=slots, max_size=slots))),
        allowed=tuple(draw(st.lists(some_slots, min_size=size, max_size=size))),
        before=tuple(draw(st.lists(pairs, max_size=2))),
    )


def crowded_event(seed: int, *, parties: int, meetings: int, slots: int, tables: int) -> BreaksProblem:
    """A random event all of whose meetings can be held: it is cut out of a timetable, which is then forgotten."""
    random = Random(seed)
    busy: set[tuple[int, int]] = set()
    held = [0] * slots
    placed: list[tuple[int, ...]] = []
    while len(placed) < meetings:
        one, other = random.sample(range(parties), 2)
        free = [t for t in range(slots) if held[t] < tables and not {(one, t), (other, t)} & busy]
        if not free:
            continue
        slot = random.choice(free)
        held[slot] += 1
        busy |= {(one, slot), (other, slot)}
        placed.append((one, other))
    closed = [
        frozenset(t for t in range(slots) if (party, t) not in busy and random.random() < 0.1)
        for party in range(parties)
    ]
    return BreaksProblem(
        slots=slots,
        parties=parties,
        meetings=tuple(placed),
        capacity=(tables,) * slots,
        allowed=tuple(frozenset(range(slots)).difference(*(closed[party] for party in present)) for present in placed),
    )


def two_sided_event(
    seed: int, *, hosts: int, visitors: int, meetings: int, among_hosts: int, slots: int, tables: int
) -> BreaksProblem:
    """The same of hosts who meet visitors, and in a few meetings each other: the tables bind the hosts."""
    random = Random(seed)
    popularity = [(number + 1) ** -0.5 for number in range(hosts)]
    busy: set[tuple[int, int]] = set()
    held = [0] * slots
    placed: list[tuple[int, ...]] = []
    while len(placed) < meetings:
        one = random.choices(range(hosts), popularity)[0]
        other = random.randrange(hosts) if len(placed) < among_hosts else hosts + random.randrange(visitors)
        free = [t for t in range(slots) if held[t] < tables and not {(one, t), (other, t)} & busy]
        if one == other or (one, other) in placed or not free:
            continue
        slot = random.choice(free)
        held[slot] += 1
        busy |= {(one, slot), (other, slot)}
        placed.append((one, other))
    return BreaksProblem(slots=slots, parties=hosts + visitors, meetings=tuple(placed), capacity=(tables,) * slots)


@st.composite
def small_two_sided_problems(draw: st.DrawFn) -> BreaksProblem:
    """Few tables, two hosts and three visitors, meetings of two or three that a few times join both hosts."""
    slots = draw(st.integers(2, SLOTS))
    visitors = st.sets(st.integers(2, 4), min_size=1, max_size=2)
    hosts = st.sampled_from([{0}, {1}, {0}, {1}, {0, 1}])
    present = st.builds(lambda some, others: tuple(sorted(some | others))[:3], hosts, visitors)
    return BreaksProblem(
        slots=slots,
        parties=5,
        meetings=tuple(draw(st.lists(present, min_size=1, max_size=5))),
        capacity=tuple(draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots))),
    )


def fewest_breaks(problem: BreaksProblem, fairness: int | None) -> int | None:
    """The least number of breaks, by trying every timetable; None where there's none."""
    values = [total_breaks(problem, slots) for slots in _timetables(problem) if not faults(problem, slots, fairness)]
    return min(values, default=None)


def can_hold_together(problem: BreaksProblem, rules: tuple[Rule, ...], fairness: int | None) -> bool:
    """Whether some timetable keeps the given rules of the problem and need not keep the others.

    Meetings that aren't to be held may still be.
    """
    to_hold = {m for rule in rules if rule.code == "held" for m in rule.meetings}
    return any(
        all(_keeps(problem, held, rule, fairness) for rule in rules) for held in _partial_timetables(problem, to_hold)
    )


def _timetables(problem: BreaksProblem) -> Iterator[tuple[int, ...]]:
    domains = [sorted(problem.domain(m)) for m in range(len(problem.meetings))]

    def extend(chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        m = len(chosen)
        if m == len(domains):
            yield chosen
            return
        for slot in domains[m]:
            met = (set(problem.meetings[m]) & set(problem.meetings[o]) for o, s in enumerate(chosen) if s == slot)
            if not any(met):
                yield from extend((*chosen, slot))

    return extend(())


def _partial_timetables(problem: BreaksProblem, to_hold: set[int]) -> Iterator[dict[int, int]]:
    def extend(m: int, held: dict[int, int]) -> Iterator[dict[int, int]]:
        if m == len(problem.meetings):
            yield held
            return
        if m not in to_hold:
            yield from extend(m + 1, held)
        for slot in range(problem.slots):
            yield from extend(m + 1, {**held, m: slot})

    return extend(0, {})


def _keeps(problem: BreaksProblem, held: dict[int, int], rule: Rule, fairness: int | None) -> bool:
    about = [held[m] for m in rule.meetings if m in held]
    if rule.code == "busy":
        day = [slot for m, slot in held.items() if rule.parties[0] in problem.meetings[m]]
        return len(set(day)) == len(day)
    if rule.code == "capacity":
        return sum(slot == rule.slots[0] for slot in held.values()) <= problem.capacity[rule.slots[0]]
    if rule.code == "allowed":
        return all(slot in problem.allowed[rule.meetings[0]] for slot in about)
    if rule.code == "before":
        return len(about) < 2 or about[0] < about[1]
    if rule.code == "fairness":
        only = BreaksProblem(
            slots=problem.slots,
            parties=problem.parties,
            meetings=tuple(problem.meetings[m] for m in held),
        )
        breaks = breaks_of_parties(only, tuple(held.values()))
        return fairness is not None and breaks[rule.parties[0]] - min(breaks) <= fairness
    return rule.code == "held"
