"""Rules about parties: their hours, how much they meet, their way from room to room, their breaks."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.rules.rule import About, rule
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.rules.ways import minutes_between, minutes_needed


@rule(
    "parties_available",
    About.PARTY,
    {
        "parties_available": (
            "party {party} is not available in slot {slot} (request {request})",
            "参加者 {party} は時間枠 {slot} に参加できません（面談申込 {request}）。",
        ),
        "why_party_available": (
            "party {party} is available in {limit} slots only",
            "参加者 {party} が参加できる時間枠は {limit} 枠だけです。",
        ),
    },
    field="slot",
)
def parties_available(table: Timetable) -> Iterator[Reason]:
    """A party meets only in slots in which it is available."""
    for party in table.problem.parties:
        if party.available is not None:
            for meeting in table.meetings_of[party.id]:
                for slot in table.covered(meeting):
                    if slot not in party.available:
                        yield Reason("parties_available", {"party": party.id, "request": meeting.request, "slot": slot})


@rule(
    "party_capacity",
    About.PARTY,
    {
        "party_capacity": (
            "party {party} holds {meetings} meetings in slot {slot} where it can hold {capacity}",
            "参加者 {party} の時間枠 {slot} の商談は {meetings} 件ですが、同時に {capacity} 件までです。",
        ),
        "why_party_capacity": (
            "party {party} holds no more than {limit} at once",
            "参加者 {party} が同時に行える商談は {limit} 件です。",
        ),
        "party_busy": (
            "party {party} meets in slot {slot} already (request {requests})",
            "参加者 {party} の時間枠 {slot} には別の商談（面談申込 {requests}）があります。",
        ),
    },
)
def party_capacity(table: Timetable) -> Iterator[Reason]:
    """A party holds at most `capacity` meetings at once."""
    for party in table.problem.parties:
        load = Counter(slot for meeting in table.meetings_of[party.id] for slot in table.covered(meeting))
        for slot, meetings in load.items():
            if meetings > party.capacity:
                yield Reason(
                    "party_capacity",
                    {"party": party.id, "slot": slot, "meetings": meetings, "capacity": party.capacity},
                )


@rule(
    "party_most",
    About.PARTY,
    {
        "party_most": (
            "party {party} has {meetings} meetings where {most} is the most",
            "参加者 {party} の商談は {meetings} 件ですが、上限は {most} 件です。",
        ),
        "why_party_most": (
            "party {party} has no more meetings than {limit}",
            "参加者 {party} の商談は {limit} 件までです。",
        ),
    },
)
def party_most(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most` meetings."""
    for party in table.problem.parties:
        meetings = len(table.meetings_of[party.id])
        if party.most is not None and meetings > party.most:
            yield Reason("party_most", {"party": party.id, "meetings": meetings, "most": party.most})


@rule(
    "party_most_per_day",
    About.PARTY,
    {
        "party_most_per_day": (
            "party {party} has {meetings} meetings on {day} where {most} is the most",
            "参加者 {party} の {day} の商談は {meetings} 件ですが、上限は {most} 件です。",
        ),
        "why_party_most_per_day": (
            "party {party} has no more meetings a day than {limit}",
            "参加者 {party} の商談は 1 日 {limit} 件までです。",
        ),
    },
)
def party_most_per_day(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most_per_day` meetings a day."""
    for party in table.problem.parties:
        if party.most_per_day is not None:
            for day, meetings in Counter(map(table.day, table.meetings_of[party.id])).items():
                if meetings > party.most_per_day:
                    yield Reason(
                        "party_most_per_day",
                        {"party": party.id, "day": day, "meetings": meetings, "most": party.most_per_day},
                    )


@rule(
    "party_longest_run",
    About.PARTY,
    {
        "party_longest_run": (
            "party {party} is busy {slots} slots in a row from {slot} where {most} is the most",
            "参加者 {party} は {slot} から {slots} 枠続きますが、上限は {most} 枠です。",
        ),
        "why_party_longest_run": (
            "party {party} has no longer runs than {limit}",
            "参加者 {party} の商談は連続 {limit} 枠までです。",
        ),
    },
)
def party_longest_run(table: Timetable) -> Iterator[Reason]:
    """A party is busy in at most `longest_run` slots in a row."""
    for party in table.problem.parties:
        if party.longest_run is not None:
            for run in table.runs(table.busy(table.meetings_of[party.id])):
                if len(run) > party.longest_run:
                    yield Reason(
                        "party_longest_run",
                        {"party": party.id, "slot": run[0], "slots": len(run), "most": party.longest_run},
                    )


@rule(
    "time_to_change_rooms",
    About.PARTY,
    {
        "time_to_change_rooms": (
            "party {party} needs {minutes} minutes between requests {request} and {next} to change rooms",
            "参加者 {party} は面談申込 {request} と {next} の間に移動時間 {minutes} 分が必要です。",
        ),
        "why_party_room_change": (
            "party {party} needs {limit} minutes to change rooms",
            "参加者 {party} は部屋の移動に {limit} 分必要です。",
        ),
        "why_party_site_change": (
            "party {party} needs {limit} minutes to change sites",
            "参加者 {party} は会場の移動に {limit} 分必要です。",
        ),
    },
)
def time_to_change_rooms(table: Timetable) -> Iterator[Reason]:
    """A party that holds one meeting at a time has its minutes to change rooms and sites between two of them."""
    for party in table.problem.parties:
        if party.capacity == 1 and (party.room_change or party.site_change):
            for before, after in combinations(table.meetings_of[party.id], 2):
                if before.place in table.places and after.place in table.places:
                    needed = minutes_needed(table, before, after, party.room_change, party.site_change)
                    if minutes_between(table, before, after) < needed:
                        yield Reason(
                            "time_to_change_rooms",
                            {"party": party.id, "request": before.request, "next": after.request, "minutes": needed},
                        )


def _rivals(problem: Problem) -> Iterator[Reason]:
    for party, rival in problem.rivals:
        yield Reason("why_rivals_apart", {"party": party, "rival": rival})


def _only_rivals(problem: Problem, reasons: Collection[Reason]) -> Problem:
    named = {(r.arguments["party"], r.arguments["rival"]) for r in reasons if r.code == "why_rivals_apart"}
    return replace(problem, rivals=tuple(pair for pair in problem.rivals if pair in named))


@rule(
    "rivals_apart",
    About.PARTY,
    {
        "rivals_apart": (
            "rivals {party} and {rival} both meet in the block of slot {slot} and in the room of place {place}",
            "競合する {party} と {rival} が、時間枠 {slot} を含む時間帯に場所 {place} と同じ部屋で商談を行います。",
        ),
        "why_rivals_apart": (
            "rivals {party} and {rival} never meet anybody in the same block and room",
            "競合する参加者 {party} と {rival} は、同じ時間帯に同じ部屋で商談を行いません。",
        ),
    },
    stated=_rivals,
    limited=_only_rivals,
)
def rivals_apart(table: Timetable) -> Iterator[Reason]:
    """Rivals have no meetings, with anybody, in the same block and the same room of a site; virtual rooms are apart."""
    for party, rival in table.problem.rivals:
        theirs = _zones(table, rival)
        for zone, (slot, place) in _zones(table, party).items():
            if zone in theirs:
                yield Reason("rivals_apart", {"party": party, "rival": rival, "slot": slot, "place": place})


def _zones(table: Timetable, party: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    """The blocks, sites and rooms in which a party meets, each with the slot and place of its first meeting there."""
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for meeting in table.meetings_of.get(party, ()):
        place = table.places.get(meeting.place)
        if place is not None and place.kind != "virtual":
            zone = (table.block[meeting.slot][0], place.site, place.room)
            found.setdefault(zone, (meeting.slot, meeting.place))
    return found


@rule(
    "fairness",
    About.PARTY,
    {
        "fairness": (
            "party {party}: number of breaks {breaks}, more than {most_apart} above another's",
            "参加者 {party} の空き時間は {breaks} 回で、最も少ない参加者との差が {most_apart} 回を超えます。",
        ),
        "why_fairness": (
            "nobody's breaks are more than {most_apart} above another's",
            "空き時間の回数の差は {most_apart} 回までです。",
        ),
    },
    whole=True,
)
def fairness(table: Timetable) -> Iterator[Reason]:
    """No party has more than `fairness` breaks more than another."""
    breaks = {party.id: breaks_of(table, party.id) for party in table.problem.parties}
    if table.problem.fairness is not None and breaks:
        apart = max(breaks.values()) - min(breaks.values())
        if apart > table.problem.fairness:
            worst = max(breaks, key=lambda party: breaks[party])
            yield Reason("fairness", {"party": worst, "breaks": breaks[worst], "most_apart": table.problem.fairness})


def breaks_of(table: Timetable, party: str) -> int:
    """The pauses between a party's meetings of one day, long ones counted once."""
    busy = table.busy(table.meetings_of[party])
    total = 0
    for day in table.days.values():
        taken = [n for n, slot in enumerate(day) if slot in busy]
        total += sum(later - earlier > 1 for earlier, later in pairwise(taken))
    return total


RULES = (
    parties_available,
    party_capacity,
    party_most,
    party_most_per_day,
    party_longest_run,
    time_to_change_rooms,
    rivals_apart,
    fairness,
)
