"""How many requests find a slot of their own: a largest matching."""

from collections import deque
from collections.abc import Mapping


def unmatched(slots_of: Mapping[str, list[str]], room: Mapping[str, int]) -> int:
    """How many requests have no slot in a largest matching, each slot taking as many as it has room (Kuhn)."""
    taken: dict[str, list[str]] = {slot: [] for slot in room}
    return sum(not _place(request, slots_of, room, taken) for request in slots_of)


def _place(
    request: str, slots_of: Mapping[str, list[str]], room: Mapping[str, int], taken: dict[str, list[str]]
) -> bool:
    """Find a slot for a request, others making way one after the other; the shortest such chain is taken."""
    reached_by: dict[str, str] = {}
    waiting = deque([request])
    come_from = {request: ""}
    while waiting:
        asking = waiting.popleft()
        for slot in slots_of[asking]:
            if slot in reached_by:
                continue
            reached_by[slot] = asking
            if len(taken[slot]) < room[slot]:
                _make_way(slot, reached_by, come_from, taken)
                return True
            for other in taken[slot]:
                if other not in come_from:
                    come_from[other] = slot
                    waiting.append(other)
    return False


def _make_way(
    slot: str, reached_by: Mapping[str, str], come_from: Mapping[str, str], taken: dict[str, list[str]]
) -> None:
    """Let everybody on the way to a slot move one slot on."""
    while slot:
        moving = reached_by[slot]
        before = come_from[moving]
        if before:
            taken[before].remove(moving)
        taken[slot].append(moving)
        slot = before
