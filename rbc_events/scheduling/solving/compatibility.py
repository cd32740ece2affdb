"""Who needs whom, and when it is night for whom: what languages and time zones mean."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from rbc_events.scheduling.problem import Interpreter, Party, Slot

QUARTER = timedelta(minutes=15)


def bridges(
    spoken: tuple[frozenset[str], ...], interpreters: tuple[Interpreter, ...], needed: bool | None = None
) -> tuple[int, ...] | None:
    """The interpreters one of whose pairs every party understands a half of; None where nobody has to interpret.

    `needed` None: where no language is shared.
    """
    stated = [languages for languages in spoken if languages]
    if needed is None:
        needed = bool(stated) and not frozenset.intersection(*stated)
    if not needed:
        return None
    return tuple(
        i for i, person in enumerate(interpreters) if any(all(s & set(pair) for s in stated) for pair in person.pairs)
    )


def continent(party: Party) -> str:
    """The first part of a party's time zone: Asia, Europe, America, ..."""
    return party.time_zone.partition("/")[0]


def quarters_outside(party: Party, slot: Slot) -> int:
    """Quarters of an hour of a slot, begun ones whole, that lie outside the party's decent hours on its own clock."""
    if party.decent_hours is None:
        return 0
    zone = ZoneInfo(party.time_zone)
    begin, end = party.decent_hours
    instant, outside = slot.start, 0
    while instant < slot.end:
        local = instant.astimezone(zone).time()
        inside = begin <= local < end if begin <= end else local >= begin or local < end
        outside += not inside
        instant += QUARTER
    return outside
