"""The rules and the levels once more, from docs/scheduling-format.md alone: on JSON data, with no code of the project.

What the scheduler says of an event is compared with this. It is slow and plain on purpose.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

MORE = ["must_haves", "weight", "wishes"]
LEVELS = ["must_haves", "weight", "floors", "breaks", "changes", "inconvenience", "table_changes"]


def minutes(text):
    hours, rest = text.split(":")[:2]
    return 60 * int(hours) + int(rest)


class Event:
    """A problem's JSON data. Slots are numbered in order of time; a meeting is (slot, place, number, interpreter)."""

    def __init__(self, data):
        self.slots = sorted(data["slots"], key=lambda s: datetime.fromisoformat(s["start"]))
        self.start = [datetime.fromisoformat(s["start"]) for s in self.slots]
        self.end = [datetime.fromisoformat(s["end"]) for s in self.slots]
        self.number = {s["id"]: n for n, s in enumerate(self.slots)}
        self.day = [s.get("day") or self.start[n].date().isoformat() for n, s in enumerate(self.slots)]
        self.block = [(self.day[n], s.get("session", ""), s.get("block", "")) for n, s in enumerate(self.slots)]
        self.parties = {p["id"]: p for p in data["parties"]}
        self.requests = {r["id"]: r for r in data["requests"]}
        self.places = {p["id"]: p for p in data.get("places", [])}
        self.interpreters = {i["id"]: i for i in data.get("interpreters", [])}
        self.standing = {m["request"]: m for m in data.get("standing", [])}
        self.floors = data.get("floors", [])
        self.rivals = data.get("rivals", [])
        self.reserved = data.get("reserved", [])
        self.fairness = data.get("fairness")
        self.levels = ["must_haves", *(x for x in data.get("levels", LEVELS) if x != "must_haves")]

    # What a meeting may be by itself

    def covered(self, request, slot):
        """The slots that it takes; None where its block ends before it does."""
        taken = range(slot, slot + self.requests[request].get("length", 1))
        inside = taken[-1] < len(self.slots) and all(self.block[t] == self.block[slot] for t in taken)
        return list(taken) if inside else None

    def is_open(self, thing, slots, field="available"):
        hours = thing.get(field)
        return hours is None or all(self.slots[t]["id"] in hours for t in slots)

    def needs_interpreter(self, request):
        asked = self.requests[request].get("interpreter")
        spoken = [set(x) for p in self.requests[request]["parties"] if (x := self.parties[p].get("languages"))]
        return asked if asked is not None else bool(spoken) and not set.intersection(*spoken)

    def who_can(self, request):
        """The interpreters by their languages; [""] where nobody has to."""
        if not self.needs_interpreter(request):
            return [""]
        spoken = [set(x) for p in self.requests[request]["parties"] if (x := self.parties[p].get("languages"))]
        return [
            n for n, i in self.interpreters.items() if any(all(s & set(pair) for s in spoken) for pair in i["pairs"])
        ]

    def where(self, request):
        """The units that suit a request, as (place, number); [("", 0)] where place is no object."""
        if not self.places:
            return [("", 0)]
        asked = self.requests[request]
        booths = {p["booth"] for p in self.parties.values() if p.get("booth")}
        own = {b for p in asked["parties"] if (b := self.parties[p].get("booth"))}
        mode = asked.get("mode", "")
        found = []
        for name, place in self.places.items():
            virtual = place.get("kind", "table") == "virtual"
            if (mode == "online" and not virtual) or (mode == "in_person" and virtual):
                continue
            if name in own if own and mode != "online" else name not in booths:
                found += [(name, n + 1) for n in range(place.get("number", 1))]
        return found

    @cached_property
    def options(self):
        """For each request every way to hold it, looking at it alone."""
        return {request: list(self._ways(request)) for request in self.requests}

    def _ways(self, request):
        asked, pin = self.requests[request], self.standing.get(request, {})
        pin = pin if pin.get("pinned") else {}
        for slot in range(len(self.slots)):
            covered, name = self.covered(request, slot), self.slots[slot]["id"]
            if (
                covered is None
                or asked.get("veto")
                or asked.get("slot") not in (None, "", name)
                or (asked.get("slots") is not None and name not in asked["slots"])
                or asked.get("session", "") not in ("", self.slots[slot].get("session", ""))
                or pin.get("slot", name) != name
                or not all(self.is_open(self.parties[p], covered) for p in asked["parties"])
                or not all(self._takes(request, t) for t in covered)
            ):
                continue
            for place, number in self.where(request):
                if place and not self.is_open(self.places[place], covered, "slots"):
                    continue
                if place and not all(self._takes_kind(self.places[place].get("kind", "table"), t) for t in covered):
                    continue
                if pin.get("place", "") not in ("", place) or pin.get("number", 0) not in (0, number):
                    continue
                for person in self.who_can(request):
                    if person and not self.is_open(self.interpreters[person], covered):
                        continue
                    if pin.get("interpreter", "") in ("", person):
                        yield slot, place, number, person

    def _reservations(self, slot):
        return [one for one in self.reserved if self.slots[slot]["id"] in one["slots"]]

    def _takes(self, request, slot):
        """Whether a slot isn't reserved for meetings of another mode, or of groups to which no party belongs."""
        asked = self.requests[request]
        groups = {g for p in asked["parties"] for g in self.parties[p].get("groups", [])}
        return all(
            {one.get("mode", ""), asked.get("mode", "")} != {"in_person", "online"}
            and (not one.get("groups") or groups & set(one["groups"]))
            for one in self._reservations(slot)
        )

    def _takes_kind(self, kind, slot):
        of_mode = {"": ["table", "room", "virtual"], "in_person": ["table", "room"], "online": ["virtual"]}
        return all(
            kind in of_mode[one.get("mode", "")] and kind in (one.get("kinds") or [kind])
            for one in self._reservations(slot)
        )

    # What meetings may be together

    def fits(self, plan):
        """Whether no rule is broken that more meetings can't mend: all but fairness."""
        return (
            self._parties_fit(plan)
            and self._rivals_apart(plan)
            and self._crew_fits(plan)
            and self._places_fit(plan)
            and self._in_order(plan)
        )

    def _load(self, plan):
        """For each party its meetings as (slots, place), in order of time."""
        of = {p: [] for p in self.parties}
        for request, (slot, place, _, _) in plan.items():
            for p in self.requests[request]["parties"]:
                of[p].append((self.covered(request, slot), place))
        return {p: sorted(meetings) for p, meetings in of.items()}

    def _parties_fit(self, plan):
        for p, meetings in self._load(plan).items():
            party = self.parties[p]
            taken = Counter(t for slots, _ in meetings for t in slots)
            days = Counter(self.day[slots[0]] for slots, _ in meetings)
            if (
                max(taken.values(), default=0) > party.get("capacity", 1)
                or _above(len(meetings), party.get("most"))
                or _above(max(days.values(), default=0), party.get("most_per_day"))
                or _above(max(map(len, self.runs(taken)), default=0), party.get("longest_run"))
                or (party.get("capacity", 1) == 1 and not self._has_time_to_change(party, meetings))
            ):
                return False
        return True

    def _has_time_to_change(self, party, meetings):
        for (before, here), (after, there) in pairwise(meetings):
            if here and there:
                a, b = self.places[here], self.places[there]
                other_site = a.get("site", "") != b.get("site", "")
                other_room = a.get("room", "") != b.get("room", "")
                needed = party.get("site_change", 0) if other_site else party.get("room_change", 0) * other_room
                if self.start[after[0]] - self.end[before[-1]] < timedelta(minutes=needed):
                    return False
        return True

    def _rivals_apart(self, plan):
        """No two rivals in a room in one block; virtual rooms are apart, and without places there are no rooms."""
        seen = {p: set() for p in self.parties}
        for request, (slot, name, _, _) in plan.items():
            place = self.places.get(name, {"kind": "virtual"})
            if place.get("kind", "table") != "virtual":
                for p in self.requests[request]["parties"]:
                    seen[p].add((self.block[slot], place.get("site", ""), place.get("room", "")))
        return all(seen[a].isdisjoint(seen[b]) for a, b in self.rivals)

    def runs(self, taken):
        """Busy slots in a row within a block."""
        runs, before = [], None
        for t in sorted(taken):
            if before is not None and t == before + 1 and self.block[t] == self.block[before]:
                runs[-1].append(t)
            else:
                runs.append([t])
            before = t
        return runs

    def _crew_fits(self, plan):
        for name, person in self.interpreters.items():
            mine = [self.covered(r, m[0]) for r, m in plan.items() if m[3] == name]
            taken = Counter(t for slots in mine for t in slots)
            days = Counter(self.day[slots[0]] for slots in mine)
            if (
                max(taken.values(), default=0) > 1
                or _above(len(mine), person.get("most"))
                or _above(max(days.values(), default=0), person.get("most_per_day"))
                or not all(self._rested(person, run, taken) for run in self.runs(taken))
                or not self._has_time_to_change(person, self._visits(plan, name))
            ):
                return False
        return True

    def _visits(self, plan, name):
        return sorted((self.covered(r, m[0]), m[1]) for r, m in plan.items() if m[3] == name)

    def _rested(self, person, run, taken):
        longest = person.get("longest_run")
        if longest is None or len(run) < longest:
            return True
        after = range(run[-1] + 1, run[-1] + 1 + person.get("rest", 1))
        busy_again = any(t in taken and self.block[t] == self.block[run[0]] for t in after)
        return len(run) == longest and not busy_again

    def _places_fit(self, plan):
        used = Counter((m[1], m[2], t) for r, m in plan.items() if m[1] for t in self.covered(r, m[0]))
        return max(used.values(), default=0) <= 1

    def _in_order(self, plan):
        return all(
            self.covered(before, plan[before][0])[-1] < plan[request][0]
            for request in plan
            for before in self.requests[request].get("after", [])
            if before in plan
        )

    def is_fair(self, plan):
        breaks = self.breaks(plan)
        return self.fairness is None or not breaks or max(breaks) - min(breaks) <= self.fairness

    # The levels

    def breaks(self, plan):
        """Of each party."""
        found = []
        for meetings in self._load(plan).values():
            busy = sorted({t for slots, _ in meetings for t in slots})
            found.append(sum(self.day[a] == self.day[b] and self._between(a, b) for a, b in pairwise(busy)))
        return found

    def _between(self, a, b):
        return any(self.day[t] == self.day[a] for t in range(a + 1, b))

    @cached_property
    def required(self):
        pinned = {r for r, m in self.standing.items() if m.get("pinned")}
        return pinned | {r for r, x in self.requests.items() if x.get("must_have")}

    def values(self, plan):
        """The value of each level of the event, in order."""
        held = Counter(p for r in plan for p in self.requests[r]["parties"])
        value = {
            "must_haves": lambda: len(self.required & plan.keys()),
            "weight": lambda: sum(self.requests[r].get("weight", 1) for r in plan),
            "floors": lambda: self._missing(held),
            "breaks": lambda: sum(self.breaks(plan)),
            "changes": lambda: sum(not self._stays(plan, m) for m in self.standing.values()),
            "change_costs": lambda: sum(
                m.get("change_cost", 1) for m in self.standing.values() if not self._stays(plan, m)
            ),
            "inconvenience": lambda: self._inconvenience(plan),
            "table_changes": lambda: self._table_changes(plan),
            "idle_slots": lambda: sum(self._idle(busy) for _, busy in self._busy_by_day(plan)),
            "wishes": lambda: sum(self._wishes(r, way) for r, way in plan.items()),
            "uneven_days": lambda: sum(self._uneven(p, plan) for p in self.parties),
        }
        return {name: value[name]() for name in self.levels}

    def _missing(self, held):
        own = {p: party.get("least", 0) for p, party in self.parties.items()}
        total = 0
        for floor in self.floors:
            members = [p for p, x in self.parties.items() if floor["group"] in ("", *x.get("groups", []))]
            if floor.get("each", True):
                own |= {p: max(own[p], floor["least"]) for p in members}
            else:
                total += max(0, floor["least"] - sum(held[p] for p in members))
        return total + sum(max(0, least - held[p]) for p, least in own.items())

    def _stays(self, plan, was):
        if was["request"] not in plan:
            return False
        slot, place, number, person = plan[was["request"]]
        same_number = not was.get("place") or was.get("number", 0) in (0, number)
        return (
            was["slot"] == self.slots[slot]["id"]
            and was.get("place", "") in ("", place)
            and same_number
            and was.get("interpreter", "") in ("", person)
        )

    def _inconvenience(self, plan):
        totals = {p["time_zone"].split("/")[0]: 0 for p in self.parties.values() if p.get("decent_hours")}
        for request, (slot, place, _, _) in plan.items():
            if place and self.places[place].get("kind", "table") != "virtual":
                continue
            for p in (self.parties[name] for name in self.requests[request]["parties"]):
                if p.get("decent_hours"):
                    quarters = sum(self._quarters_outside(p, t) for t in self.covered(request, slot))
                    totals[p["time_zone"].split("/")[0]] += quarters
        return sum(totals.values()) + len(totals) * max(totals.values(), default=0)

    def _quarters_outside(self, party, t):
        begin, end = map(minutes, party["decent_hours"])
        outside, instant = 0, self.start[t]
        while instant < self.end[t]:
            local = instant.astimezone(ZoneInfo(party["time_zone"]))
            clock = 60 * local.hour + local.minute
            outside += not (begin <= clock < end if begin <= end else clock >= begin or clock < end)
            instant += timedelta(minutes=15)
        return outside

    def _table_changes(self, plan):
        total = 0
        for p in self.parties:
            mine = sorted((m for r, m in plan.items() if p in self.requests[r]["parties"]), key=lambda m: m[:3])
            total += sum(self.day[a[0]] == self.day[b[0]] and a[1:3] != b[1:3] for a, b in pairwise(mine))
        return total

    def _wishes(self, request, way):
        slot, place, _, person = way
        asked, has = self.requests[request], {"slots": self.slots[slot]["id"], "places": place, "interpreters": person}
        return sum(thing in asked.get(f"wished_{kind}", []) for kind, thing in has.items())

    def _busy_by_day(self, plan):
        """(party, the slots of a day in which it is busy)."""
        for p, meetings in self._load(plan).items():
            busy = {t for slots, _ in meetings for t in slots}
            for day in set(self.day):
                yield p, [t for t in busy if self.day[t] == day]

    def _idle(self, busy):
        """Slots of one day are numbered without a gap: days lie one after the other."""
        of_day = [t for t in range(len(self.slots)) if busy and self.day[t] == self.day[busy[0]]]
        return sum(min(busy) < t < max(busy) and t not in busy for t in of_day)

    def _uneven(self, p, plan):
        there = {self.day[t] for t in range(len(self.slots)) if self.is_open(self.parties[p], [t])}
        held = Counter(self.day[m[0]] for r, m in plan.items() if p in self.requests[r]["parties"])
        return max((held[day] for day in there), default=0) - min((held[day] for day in there), default=0)

    # The best of all plans

    def best(self):
        """The values of a best plan without table changes."""
        return {name: value for name, value in self.values(self.best_plan()).items() if name != "table_changes"}

    def best_plan(self):
        """The best of all plans by every level but table changes, by trying everything."""
        return max((plan for plan in self._plans(list(self.requests), {}) if self.is_fair(plan)), key=self._key)

    def _key(self, plan):
        values = self.values(plan).items()
        return [v if name in MORE else -v for name, v in values if name != "table_changes"]

    def _plans(self, requests, plan):
        """Every plan that keeps the rules but fairness."""
        if not requests:
            yield plan
            return
        first, *others = requests
        yield from self._plans(others, plan)
        for way in self.options[first]:
            grown = {**plan, first: way}
            if self.fits(grown):
                yield from self._plans(others, grown)

    # A plan's JSON data

    def faults(self, plan):
        """What is wrong with a plan's meetings or with what it says of them; its bounds against `best`."""
        held = {m["request"]: m for m in plan["meetings"]}
        ours = {
            r: (self.number[m["slot"]], m.get("place", ""), m.get("number", 0), m.get("interpreter", ""))
            for r, m in held.items()
        }
        if len(held) < len(plan["meetings"]):
            yield "a request is held twice"
        yield from (f"{r} can't be held so" for r, way in ours.items() if way not in self.options[r])
        if not self.fits(ours) or not self.is_fair(ours):
            yield "a rule is broken"
        stated = {level["name"]: level["value"] for level in plan["certificate"]["levels"]}
        if stated != self.values(ours):
            yield f"values {stated} where they are {self.values(ours)}"
        if sorted(plan["left_out"]) != sorted(self.requests.keys() - held.keys()):
            yield "left out"


def _above(number, limit):
    return limit is not None and number > limit
