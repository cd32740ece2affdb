"""What a timetable is worth and what is wrong with it, by plain counting: it shares nothing with the solver."""

from itertools import pairwise

from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem


def breaks_of_parties(problem: BreaksProblem, slots: tuple[int, ...]) -> list[int]:
    """The number of breaks of each party; `slots` holds the slot of each meeting."""
    days: list[list[int]] = [[] for _ in range(problem.parties)]
    for present, slot in zip(problem.meetings, slots, strict=True):
        for party in present:
            days[party].append(slot)
    return [_breaks_of_day(sorted(set(day))) for day in days]


def _breaks_of_day(day: list[int]) -> int:
    return sum(later != earlier + 1 for earlier, later in pairwise(day))


def total_breaks(problem: BreaksProblem, slots: tuple[int, ...]) -> int:
    """The number that is minimised: the breaks of all parties."""
    return sum(breaks_of_parties(problem, slots))


def faults(problem: BreaksProblem, slots: tuple[int, ...], fairness: int | None = None) -> list[str]:
    """Every rule that a timetable breaks, in words for a developer; empty where it keeps them all."""
    found = []
    if len(slots) != len(problem.meetings):
        return [f"{len(slots)} slots for {len(problem.meetings)} meetings"]
    taken: set[tuple[int, int]] = set()
    held = [0] * problem.slots
    for m, (present, slot) in enumerate(zip(problem.meetings, slots, strict=True)):
        if not 0 <= slot < problem.slots:
            return [f"meeting {m}: there is no slot {slot}"]
        held[slot] += 1
        if problem.allowed and slot not in problem.allowed[m]:
            found.append(f"meeting {m}: slot {slot} isn't allowed")
        for party in present:
            if (party, slot) in taken:
                found.append(f"party {party}: two meetings in slot {slot}")
            taken.add((party, slot))
    for slot, number in enumerate(held):
        if problem.capacity and number > problem.capacity[slot]:
            found.append(f"slot {slot}: {number} meetings at {problem.capacity[slot]} tables")
    for first, second in problem.before:
        if slots[first] >= slots[second]:
            found.append(f"meeting {first} isn't before meeting {second}")
    breaks = breaks_of_parties(problem, slots)
    if fairness is not None and breaks and max(breaks) - min(breaks) > fairness:
        found.append(f"breaks from {min(breaks)} to {max(breaks)} with fairness {fairness}")
    return found
