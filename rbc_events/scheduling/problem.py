"""The scheduling problem: slots, places, parties, interpreters, requests, and the plan that stands already.

Everything is frozen; identifiers are the caller's own strings; instants are aware datetimes. What is built here is not
yet checked: `rbc_events.scheduling.validation.validate` names the first fault.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

LEVELS = ("must_haves", "weight", "floors", "breaks", "changes", "inconvenience", "table_changes")
"""The levels in their usual order. A problem may reorder them or leave some out; `must_haves` always comes first."""

PLACE_KINDS = ("table", "room", "virtual")
MODES = ("", "in_person", "online")
KINDS_OF_MODE = {"in_person": ("table", "room"), "online": ("virtual",), "": PLACE_KINDS}
"""The kinds of places at which a meeting of a mode is held."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One atom of time in which meetings are held. Slots never overlap.

    Slots of the same day, session and block follow each other without a pause: a meeting of several slots lies in one
    block, and a run of meetings ends with it. Breaks in people's days are counted between slots of the same `day`.
    """

    id: str
    start: datetime
    end: datetime
    day: str
    session: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """`number` equal tables (rooms, virtual rooms) of one room and site. `slots` are those in which it can be used."""

    id: str
    kind: str = "table"
    number: int = 1
    room: str = ""
    site: str = ""
    slots: frozenset[str] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part in meetings.

    available      slots in which it is free; None: all
    capacity       meetings that it can hold at once (delegates)
    least          the floor: meetings that it should get
    most, most_per_day   meetings that it can take, in all and a day
    longest_run    slots that it may be busy in a row within a block
    room_change, site_change   minutes that it needs between two meetings in different rooms or sites
    languages      what it speaks; empty: whatever the other side speaks
    time_zone, decent_hours   IANA zone, and the local hours outside which an online meeting is inconvenient
    booth          the place that it never leaves
    """

    id: str
    available: frozenset[str] | None = None
    capacity: int = 1
    least: int = 0
    most: int | None = None
    most_per_day: int | None = None
    longest_run: int | None = None
    room_change: int = 0
    site_change: int = 0
    languages: frozenset[str] = frozenset()
    time_zone: str = ""
    decent_hours: tuple[time, time] | None = None
    booth: str = ""
    groups: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Who interprets between the languages of each of its pairs, one meeting at a time.

    After `longest_run` busy slots in a row within a block it rests for at least `rest` slots of that block.
    `room_change`, `site_change`: minutes that it needs between two meetings in different rooms or sites.
    """

    id: str
    pairs: tuple[tuple[str, str], ...]
    available: frozenset[str] | None = None
    longest_run: int | None = None
    rest: int = 1
    most: int | None = None
    most_per_day: int | None = None
    room_change: int = 0
    site_change: int = 0
    name: str = ""

    def serves(self, spoken: Sequence[frozenset[str]]) -> bool:
        """Whether every party (each given by what it speaks) speaks one of the two languages of one of the pairs."""
        return any(all(one & set(pair) for one in spoken) for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Request:
    """A meeting that its parties agreed to. It is held at most once, in `length` consecutive slots of a block.

    slots    the slots in which it may begin; None: all
    slot     the one slot in which it must begin, if it is held at all
    session  the session in which it must lie; empty: any
    mode     `in_person` (table or room), `online` (virtual), or empty: either
    interpreter   whether one is needed; None: where no language is common to all its parties
    after    requests that, where both are held, end before this one begins
    wished_slots, wished_places, wished_interpreters   where it would rather begin, where and with whom it would rather
             be held: each of the three is one wish; empty: none
    """

    id: str
    parties: tuple[str, ...]
    weight: int = 1
    must_have: bool = False
    veto: bool = False
    length: int = 1
    slots: frozenset[str] | None = None
    slot: str = ""
    session: str = ""
    mode: str = ""
    interpreter: bool | None = None
    after: tuple[str, ...] = ()
    wished_slots: frozenset[str] = frozenset()
    wished_places: frozenset[str] = frozenset()
    wished_interpreters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Floor:
    """At least `least` meetings for each party of a group, or (`each` false) for the group together. "": everybody."""

    group: str
    least: int
    each: bool = True


@dataclass(frozen=True, slots=True)
class Reserved:
    """Slots, such as those of a block, in which only some meetings are held.

    mode    those in person or online; empty: either
    kinds   those at places of these kinds; empty: of any
    groups  those of which a party belongs to one of these groups; empty: all
    """

    slots: frozenset[str]
    mode: str = ""
    kinds: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A request in a plan: its first slot, its place and number there (from 1), its interpreter; "" and 0 for none.

    In a standing plan `pinned` means that it must be held exactly so; a place or interpreter left empty is free.
    `change_cost`, from 1: what it costs to change it there, told already, say, or soon.
    """

    request: str
    slot: str
    place: str = ""
    number: int = 0
    interpreter: str = ""
    pinned: bool = False
    change_cost: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a timetable is made from.

    places     empty: place is no object, and meetings get none
    standing   the plan made before, where it is made again
    rivals     pairs of parties that never meet anybody in the same block and room
    reserved   slots in which only some meetings are held
    levels     what is optimised, the most important first
    fairness   no party has more than this many breaks more than another (a party without meetings has none); None: free
    """

    slots: tuple[Slot, ...]
    parties: tuple[Party, ...]
    requests: tuple[Request, ...]
    places: tuple[Place, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    floors: tuple[Floor, ...] = ()
    standing: tuple[Meeting, ...] = ()
    rivals: tuple[tuple[str, str], ...] = ()
    reserved: tuple[Reserved, ...] = ()
    levels: tuple[str, ...] = LEVELS
    fairness: int | None = None

    def concerned(self, parties: Iterable[str]) -> frozenset[str]:
        """The parties whose meetings can be in the way of a meeting of these: they themselves, and their rivals."""
        asked = frozenset(parties)
        return asked.union(*(pair for pair in self.rivals if not asked.isdisjoint(pair)))
