"""How many requests find a slot, or anything else that has limited room: a largest matching."""

from collections import deque
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Way = TypeVar("Way", bound=Hashable)


def unmatched(ways: Mapping[str, Collection[Way]], room: Mapping[Way, int]) -> int:
    """How many requests have none of their ways in a largest matching, each taking as many as it has room (Kuhn)."""
    taken: dict[Way, list[str]] = {way: [] for way in room}
    return sum(not _place(request, ways, room, taken) for request in ways)


def _place(
    request: str, ways: Mapping[str, Collection[Way]], room: Mapping[Way, int], taken: dict[Way, list[str]]
) -> bool:
    """Find a way for a request, others making room one after the other; the shortest such chain is taken."""
    reached_by: dict[Way, str] = {}
    waiting = deque([request])
    come_from: dict[str, Way | None] = {request: None}
    while waiting:
        asking = waiting.popleft()
        for way in ways[asking]:
            if way in reached_by:
                continue
            reached_by[way] = asking
            if len(taken[way]) < room[way]:
                _make_room(way, reached_by, come_from, taken)
                return True
            for other in taken[way]:
                if other not in come_from:
                    come_from[other] = way
                    waiting.append(other)
    return False


def _make_room(
    last: Way, reached_by: Mapping[Way, str], come_from: Mapping[str, Way | None], taken: dict[Way, list[str]]
) -> None:
    """Let everybody on the chain to a way with room move one on."""
    way: Way | None = last
    while way is not None:
        moving = reached_by[way]
        before = come_from[moving]
        if before is not None:
            taken[before].remove(moving)
        taken[way].append(moving)
        way = before
