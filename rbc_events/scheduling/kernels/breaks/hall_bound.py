"""Infeasibility that anybody can follow: more meetings than places for them, found by matching meetings with slots.

By Hall's theorem, meetings can't each have a place exactly where some of them are more than all the places they could
take: for a party a slot is one place, for the tables as many as there are.
"""

from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem, Rule


def counting_reason(problem: BreaksProblem) -> tuple[Rule, ...]:
    """Rules that can't hold together, none of which can be left out; empty where counting finds no contradiction."""
    everything = range(len(problem.meetings))
    plenty = [len(problem.meetings)] * problem.slots
    for m in everything:
        if crowd := _Crowd(problem, plenty).find([m]):
            return crowd.reason([])
    for party, meetings in enumerate(problem.meetings_of()):
        if crowd := _Crowd(problem, [1] * problem.slots).find(meetings):
            return crowd.reason([Rule("busy", parties=(party,))])
    if problem.capacity and (crowd := _Crowd(problem, list(problem.capacity)).find(list(everything))):
        return crowd.reason([Rule("capacity", slots=(t,)) for t in sorted(crowd.slots())])
    return ()


class _Crowd:
    """Meetings that are more than the places they could take; `places` holds how many each slot has."""

    def __init__(self, problem: BreaksProblem, places: list[int]) -> None:
        self.problem = problem
        self.places = places
        self.meetings: list[int] = []
        self.anywhere: set[int] = set()  # meetings that would be too many even if they were allowed in every slot

    def find(self, meetings: list[int]) -> "_Crowd | None":
        """A smallest crowd among some meetings: none of its meetings can be left out."""
        self.meetings = self._unplaceable(meetings)
        for m in list(self.meetings):
            fewer = [other for other in self.meetings if other != m]
            if m in self.meetings and (smaller := self._unplaceable(fewer)):
                self.meetings = smaller
        return self if self.meetings else None

    def slots(self) -> set[int]:
        """The slots that the crowd could take."""
        return set().union(*(self._open(m) for m in self.meetings))

    def reason(self, counted: list[Rule]) -> tuple[Rule, ...]:
        """The crowd's meetings, the counted rules, and those rules that close slots to it which are needed."""
        for m in sorted(self.meetings):
            self.anywhere.add(m)
            if not self._unplaceable(self.meetings):
                self.anywhere.remove(m)
        closing = [Rule("allowed", meetings=(m,)) for m in sorted(set(self.meetings) - self.anywhere)]
        return (Rule("held", meetings=tuple(sorted(self.meetings))), *counted, *closing)

    def _open(self, meeting: int) -> frozenset[int]:
        return frozenset(range(self.problem.slots)) if meeting in self.anywhere else self.problem.domain(meeting)

    def _unplaceable(self, meetings: list[int]) -> list[int]:
        """Some of the meetings that are more than their places; empty where each gets one (augmenting paths)."""
        taken: list[list[int]] = [[] for _ in range(self.problem.slots)]
        for m in meetings:
            reached = {m: None}
            if not self._place(m, taken, set(), reached):
                return list(reached)
        return []

    def _place(self, m: int, taken: list[list[int]], seen: set[int], reached: dict[int, None]) -> bool:
        for t in sorted(self._open(m) - seen):
            if t in seen:
                continue
            seen.add(t)
            if len(taken[t]) < self.places[t]:
                taken[t].append(m)
                return True
            for other in list(taken[t]):
                reached[other] = None
                if self._place(other, taken, seen, reached):
                    taken[t].remove(other)
                    taken[t].append(m)
                    return True
        return False
