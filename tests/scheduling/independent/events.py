"""Random small events as JSON data, with every rule of the format at once. The same number gives the same event."""

import random
from datetime import UTC, datetime, timedelta, timezone

LANGUAGES = ["en", "ja", "fr"]
ZONES = [
    ("Asia/Tokyo", ["09:00", "17:00"]),
    ("Europe/Paris", ["22:00", "06:00"]),
    ("America/New_York", ["08:00", "12:00"]),
]

TWO_ROOMS = [
    {"id": "pl0", "number": 2, "room": "x"},
    {"id": "pl1", "number": 1, "kind": "virtual", "room": "y", "site": "far"},
]
HURRIED = {"id": "i0", "pairs": [["en", "ja"]], "room_change": 10, "site_change": 20}


def event(seed, *, slots=4, requests=4, parties=4):
    """At most so many slots, requests and parties."""
    return Maker(random.Random(seed), slots, requests, parties).data


class Maker:
    def __init__(self, random, slots, requests, parties):
        self.random = random
        self.data = {"format": "rbc-events/schedule-problem/1", "slots": self.slots(random.randint(1, slots))}
        self.ids = [slot["id"] for slot in self.data["slots"]]
        self.on_the_way = self.sometimes(6)  # one interpreter for all meetings, in person and online
        self.data["places"] = (
            [dict(place) for place in TWO_ROOMS]
            if self.on_the_way
            else [self.place(n) for n in range(self.often(3, 0, 1, 2))]
        )
        self.data["interpreters"] = (
            [dict(HURRIED)] if self.on_the_way else [self.interpreter(n) for n in range(self.often(2, 0, 1, 2))]
        )
        self.data["parties"] = [self.party(n) for n in range(random.randint(2, parties))]
        self.data["requests"] = [self.request(n) for n in range(random.randint(1, requests))]
        self.data["floors"] = [self.floor() for _ in range(self.often(3, 0, 1, 2))]
        self.data["standing"] = [m for r in self.data["requests"] if self.sometimes(2) and (m := self.meeting(r))]
        if self.sometimes(3):
            self.data["rivals"] = [self.random.sample([p["id"] for p in self.data["parties"]], 2)]
        if self.sometimes(3):
            self.data["reserved"] = [self.reserved() for _ in range(self.random.randint(1, 2))]
        self.data["levels"] = self.levels()
        if self.sometimes(4):
            self.data["fairness"] = random.randint(0, 1)
        random.shuffle(self.data["slots"])

    def sometimes(self, one_in):
        return self.random.randrange(one_in) == 0

    def often(self, times, usual, *others):
        return self.random.choice([usual] * times + list(others))

    def some_slots(self):
        return self.random.sample(self.ids, self.random.randint(1, len(self.ids)))

    def maybe(self, one_in, **fields):
        """Each of the fields, made by its function, once in so many times."""
        return {name: make() for name, make in fields.items() if self.sometimes(one_in)}

    def slots(self, number):
        """With pauses, nights, sessions, blocks that end, and offsets of several zones."""
        at = datetime(2026, 11, 26, self.random.randint(0, 23), tzinfo=UTC)
        zone = timezone(timedelta(hours=self.random.choice([-5, 0, 9])))
        session, block, made = "", 0, []
        for n in range(number):
            length = self.random.choice([15, 20, 30, 45])
            written = at.astimezone(zone)
            slot = {
                "id": f"s{n}",
                "start": written.isoformat(),
                "end": (written + timedelta(minutes=length)).isoformat(),
            }
            made.append(slot | ({"session": session} if session else {}) | ({"block": f"b{block}"} if block else {}))
            pause = self.often(4, 0, 15, 60, 14 * 60)
            if pause or self.sometimes(4):
                session, block = self.random.choice([session, "morning", "afternoon"]), block + 1
            at += timedelta(minutes=length + pause)
        return made

    def place(self, n):
        kind = self.random.choice(["table", "room", "virtual"])
        made = {
            "id": f"pl{n}",
            "kind": kind,
            "number": self.random.randint(1, 2),
            "room": self.random.choice(["", "x"]),
        }
        return made | self.maybe(4, site=lambda: "far", slots=self.some_slots)

    def interpreter(self, n):
        def limit():
            return self.random.randint(0, 2)

        pairs = [self.random.sample(LANGUAGES, 2) for _ in range(self.random.randint(1, 2))]
        made = {"id": f"i{n}", "pairs": pairs, "rest": self.random.randint(1, 2)}
        made |= self.maybe(3, longest_run=lambda: self.random.randint(1, 2))
        made |= self.maybe(3, room_change=lambda: 20, site_change=lambda: 60)
        return made | self.maybe(4, available=self.some_slots, most=limit, most_per_day=limit)

    def party(self, n):
        pick = self.random.randint
        if self.on_the_way:
            return {"id": f"p{n}", "capacity": pick(1, 2), "least": pick(0, 1)}
        made = {"id": f"p{n}", "capacity": self.often(4, 1, 0, 2), "least": pick(0, 1)}
        made |= self.maybe(4, available=self.some_slots, most=lambda: pick(0, 2), most_per_day=lambda: pick(0, 2))
        made |= self.maybe(4, longest_run=lambda: pick(1, 2), room_change=lambda: 20, site_change=lambda: 60)
        made |= self.maybe(2, languages=lambda: self.random.sample(LANGUAGES, pick(1, 2)), groups=lambda: ["g"])
        if self.sometimes(3):
            made["time_zone"], made["decent_hours"] = self.random.choice(ZONES)
        if self.data["places"] and self.sometimes(6):
            made["booth"] = self.random.choice(self.data["places"])["id"]
        return made

    def request(self, n):
        names = [party["id"] for party in self.data["parties"]]
        together = self.random.sample(names, min(len(names), self.often(4, 2, 3)))
        made = {"id": f"r{n}", "parties": together, "weight": self.random.randint(0, 4)}
        made |= self.maybe(5, must_have=lambda: True, length=lambda: 2, slots=self.some_slots)
        made |= self.maybe(8, session=lambda: "morning", interpreter=lambda: self.sometimes(2))
        made |= self.maybe(5, mode=lambda: self.random.choice(["in_person", "online"]))
        made |= self.maybe(3, wished_slots=self.some_slots)
        for kind in ("places", "interpreters"):
            if self.data[kind] and self.sometimes(3):
                made[f"wished_{kind}"] = [self.random.choice(self.data[kind])["id"]]
        if self.on_the_way:
            made |= {"interpreter": True, "mode": self.random.choice(["in_person", "online"])}
        if n and self.sometimes(6):
            made["after"] = [f"r{self.random.randrange(n)}"]
        if self.sometimes(12):
            made |= {"veto": True, "must_have": False}
        return made

    def reserved(self):
        made = {"slots": self.some_slots()} | self.maybe(2, groups=lambda: ["g"])
        made |= self.maybe(3, mode=lambda: self.random.choice(["in_person", "online"]))
        return made | self.maybe(3, kinds=lambda: self.random.sample(["table", "room", "virtual"], 2))

    def floor(self):
        group = self.random.choice(["", "g"])
        return {"group": group, "least": self.random.randint(1, 2), "each": self.sometimes(2)}

    def meeting(self, request):
        made = {"request": request["id"], "slot": self.random.choice(self.ids)}
        if self.data["places"] and self.sometimes(2):
            place = self.random.choice(self.data["places"])
            made |= {"place": place["id"], "number": self.random.randint(0, place["number"])}
        if self.data["interpreters"] and self.sometimes(3):
            made["interpreter"] = self.random.choice(self.data["interpreters"])["id"]
        made |= self.maybe(2, change_cost=lambda: self.random.randint(2, 4))
        return made | ({"pinned": True} if self.sometimes(5) else {})

    def levels(self):
        names = ["weight", "floors", "breaks", "changes", "inconvenience", "table_changes"]
        names += [name for name in ("idle_slots", "uneven_days", "wishes", "change_costs") if self.sometimes(3)]
        self.random.shuffle(names)
        if self.sometimes(2):
            return ["must_haves", *names]
        return names[: self.random.randint(1, 6)]
