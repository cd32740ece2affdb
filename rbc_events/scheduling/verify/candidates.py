"""Where a request could be held if nothing else were."""

from collections.abc import Sequence

from rbc_events.scheduling.problem import Place, Request
from rbc_events.scheduling.rules import languages, needs_interpreter
from rbc_events.scheduling.rules.reserved import reserved_for_others, takes_kind
from rbc_events.scheduling.rules.timetable import Timetable


def possible_slots(table: Timetable, request: Request) -> list[str]:
    """The slots in which a request could begin if nothing else were held."""
    pin = table.pins[request.id].slot if request.id in table.pins else ""
    return [
        slot.id
        for slot in table.slots.values()
        if not request.veto
        and (request.slots is None or slot.id in request.slots)
        and request.slot in ("", slot.id)
        and pin in ("", slot.id)
        and request.session in ("", slot.session)
        and _possible(table, request, table.covered_by(request, slot.id))
    ]


def _possible(table: Timetable, request: Request, covered: Sequence[str]) -> bool:
    everyone = [table.parties[party] for party in request.parties]
    return (
        len(covered) == request.length
        and not reserved_for_others(table, request, covered)
        and all(p.capacity > 0 and (p.available is None or p.available.issuperset(covered)) for p in everyone)
        and (not table.places or any(_suits(table, request, place, covered) for place in table.problem.places))
        and interpreters_for(table, request, covered) != []
    )


def only_online(table: Timetable, request: Request, covered: Sequence[str]) -> bool:
    """Whether every place that suits a request in these slots is virtual, or none is needed."""
    return all(place.kind == "virtual" for place in table.problem.places if _suits(table, request, place, covered))


def _suits(table: Timetable, request: Request, place: Place, covered: Sequence[str]) -> bool:
    if place.slots is not None and not place.slots.issuperset(covered):
        return False
    if not all(takes_kind(table, slot, place.kind) for slot in covered):
        return False
    if request.id in table.pins and table.pins[request.id].place not in ("", place.id):
        return False
    if request.mode and (place.kind == "virtual") != (request.mode == "online"):
        return False
    own = {booth for party in request.parties if (booth := table.parties[party].booth)}
    if own and request.mode != "online":
        return place.id in own
    return place.id not in table.booths


def places_for(table: Timetable, request: Request, covered: Sequence[str]) -> list[str]:
    """The places that suit a request in these slots."""
    return [place.id for place in table.problem.places if _suits(table, request, place, covered)]


def interpreters_for(table: Timetable, request: Request, covered: Sequence[str]) -> list[str] | None:
    """Who could interpret a request in these slots; None where nobody has to."""
    if not needs_interpreter(table, request):
        return None
    spoken = languages(table, request)
    wanted = table.pins[request.id].interpreter if request.id in table.pins else ""
    return [
        person.id
        for person in table.problem.interpreters
        if wanted in ("", person.id)
        and person.serves(spoken)
        and (person.available is None or person.available.issuperset(covered))
    ]
