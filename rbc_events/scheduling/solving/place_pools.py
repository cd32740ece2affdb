"""Places as pools: what is the same to every meeting is counted, and gets its number at the end."""

from collections import defaultdict
from dataclasses import dataclass

from rbc_events.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Pool:
    """Equal places together: (place, number) units of one kind, room, site and opening. `booth`: one party's own."""

    kind: str
    location: tuple[str, str]
    units: tuple[tuple[str, int], ...]
    slots: frozenset[str] | None
    booth: bool


def pools_of_places(problem: Problem) -> list[Pool]:
    """The places, equal ones together; what is pinned or wished, and a booth, are pools of their own."""
    pins = [meeting for meeting in problem.standing if meeting.pinned]
    booths = {party.booth for party in problem.parties if party.booth}
    named, pinned = {m.place for m in pins} | _wished(problem), {(m.place, m.number) for m in pins if m.number}
    units: dict[tuple[object, ...], list[tuple[str, int]]] = defaultdict(list)
    for place in problem.places:
        apart = place.id if place.id in booths or place.id in named else ""
        for number in range(1, place.number + 1):
            own = number if (place.id, number) in pinned else 0
            key = (place.kind, place.room, place.site, place.slots, apart, own)
            units[key].append((place.id, number))
    return [
        Pool(str(k[0]), (str(k[1]), str(k[2])), tuple(u), k[3], u[0][0] in booths)  # type: ignore[arg-type]
        for k, u in units.items()
    ]


def _wished(problem: Problem) -> set[str]:
    """The places that are wished, where wishes are looked at."""
    if "wishes" not in problem.levels:
        return set()
    return {place for request in problem.requests for place in request.wished_places}
