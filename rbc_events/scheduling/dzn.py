"""The benchmark's MiniZinc data (`.dzn`): Bofill et al., JAIR 74 (2022) 263-301, doi 10.1613/jair.1.12670.

Everything is numbered from 1: party `p1`, meeting `m1`, slot `s1`. All meetings are must-haves, and only breaks are
optimised; fairness isn't in the file (the paper's default is 2).
"""

import re

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.json_form import MAX_PARTIES, MAX_REQUESTS, MAX_SLOTS, numbered_slots
from rbc_events.scheduling.problem import Party, Place, Problem, Request
from rbc_events.scheduling.strict_json import MAX_BYTES

FAIRNESS = 2
SESSIONS = {1: "morning", 2: "afternoon", 3: ""}
_LIMITS = {
    "nBusiness": MAX_PARTIES,
    "nMeetings": MAX_REQUESTS,
    "nTables": MAX_REQUESTS,
    "nTotalSlots": MAX_SLOTS,
    "nMorningSlots": MAX_SLOTS,
}


def read_dzn(data: bytes, *, fairness: int | None = FAIRNESS) -> Problem:
    """The problem of a .dzn file. Raises InputError, whose message names the parameter, if it can't be read."""
    if len(data) > MAX_BYTES:
        raise InputError("too_large", size=len(data), limit=f"{MAX_BYTES} bytes")
    try:
        return _Dzn(data.decode("utf-8-sig")).problem(fairness)
    except UnicodeDecodeError:
        raise InputError("not_utf8") from None


class _Dzn:
    def __init__(self, text: str) -> None:
        self.text = re.sub(r"%[^\n]*", "", text)
        parties, meetings, tables, slots, morning = (self._integer(name, most) for name, most in _LIMITS.items())
        self.tables, self.slots, self.morning = tables, slots, morning
        self.requested = self._rows(meetings, parties)
        self.forbidden = self._sets("forbidden", parties, slots)
        self.fixed = self._integers("fixed", meetings, slots)
        self.before = self._sets("precedences", meetings, meetings)

    def problem(self, fairness: int | None) -> Problem:
        slots = numbered_slots(self.slots, self.morning, first=1)
        names = [slot.id for slot in slots]
        parties = tuple(
            Party(f"p{p}", available=frozenset(s for t, s in enumerate(names, 1) if t not in forbidden))
            for p, forbidden in enumerate(self.forbidden, 1)
        )
        return Problem(
            slots=slots,
            parties=parties,
            requests=tuple(self._request(m) for m in range(len(self.requested))),
            places=(Place("tables", number=self.tables),),
            levels=("must_haves", "breaks"),
            fairness=fairness,
        )

    def _request(self, m: int) -> Request:
        one, other, session = self.requested[m]
        return Request(
            f"m{m + 1}",
            (f"p{one}", f"p{other}"),
            must_have=True,
            slot=f"s{self.fixed[m]}" if self.fixed[m] else "",
            session=SESSIONS[session],
            after=tuple(f"m{before}" for before in sorted(self.before[m])),
        )

    def _integer(self, name: str, most: int) -> int:
        found = re.search(rf"\b{name}\s*=\s*(\d{{1,12}})\s*;", self.text)
        if found is None:
            raise InputError("bad_dzn", name=name, detail="no such integer")
        return _within(int(found[1]), 0, most, name)

    def _array(self, name: str) -> str:
        found = re.search(rf"\b{name}\s*=\s*\[([^\]]*)\]\s*;", self.text)
        if found is None:
            raise InputError("bad_dzn", name=name, detail="no such array")
        return found[1]

    def _integers(self, name: str, length: int, most: int) -> list[int]:
        return _numbers(self._array(name), name, length, most)

    def _rows(self, meetings: int, parties: int) -> list[tuple[int, int, int]]:
        flat = _numbers(self._array("requested").replace("|", ","), "requested", 3 * meetings, MAX_PARTIES)
        rows = [(flat[i], flat[i + 1], flat[i + 2]) for i in range(0, len(flat), 3)]
        for number, (one, other, session) in enumerate(rows, 1):
            _within(min(one, other), 1, parties, f"requested[{number}]")
            _within(max(one, other), 1, parties, f"requested[{number}]")
            _within(session, 1, 3, f"requested[{number}]")
            if one == other:
                raise InputError("bad_dzn", name=f"requested[{number}]", detail=f"party {one} is in the meeting twice")
        return rows

    def _sets(self, name: str, length: int, most: int) -> list[set[int]]:
        sets = re.findall(r"\{([^}]*)\}", self._array(name))
        if len(sets) != length:
            raise InputError("bad_dzn", name=name, detail=f"{len(sets)} sets where {length} are expected")
        return [set(_numbers(one, f"{name}[{i}]", None, most)) - {0} for i, one in enumerate(sets, 1)]


def _numbers(listed: str, name: str, length: int | None, most: int) -> list[int]:
    words = [word.strip() for word in listed.split(",")]
    words = [word for word in words if word]
    if length is not None and len(words) != length:
        raise InputError("bad_dzn", name=name, detail=f"{len(words)} numbers where {length} are expected")
    for word in words:
        if not re.fullmatch(r"\d{1,12}", word):
            raise InputError("bad_dzn", name=name, detail=f"{word[:40]} is no number")
    return [_within(int(word), 0, most, name) for word in words]


def _within(number: int, least: int, most: int, name: str) -> int:
    if not least <= number <= most:
        raise InputError("bad_dzn", name=name, detail=f"{number} is not between {least} and {most}")
    return number
