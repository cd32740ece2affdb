"""The benchmark's MiniZinc data (`.dzn`): Bofill et al., JAIR 74 (2022) 263-301, doi 10.1613/jair.1.12670.

Everything is numbered from 1: party `p1`, meeting `m1`, slot `s1`. All meetings are must-haves, and only breaks are
optimised; fairness isn't in the file (the paper's default is 2).
"""

import re
from typing import NoReturn

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.formats.problem_json import MAX_PARTIES, MAX_REQUESTS, MAX_SLOTS, numbered_slots
from rbc_events.scheduling.formats.strict_json import MAX_BYTES
from rbc_events.scheduling.problem import Party, Place, Problem, Request

FAIRNESS = 2
SESSIONS = {1: "morning", 2: "afternoon", 3: ""}
Row = tuple[int, int, int]
"""Two parties and a session."""


def read_dzn(data: bytes, *, fairness: int | None = FAIRNESS) -> Problem:
    """The problem of a .dzn file. Raises InputError, whose message names the line and the parameter."""
    if len(data) > MAX_BYTES:
        raise InputError("too_large", size=len(data), limit=f"{MAX_BYTES} bytes")
    try:
        parameters = _Parameters(re.sub(r"%[^\n]*", "", data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise InputError("not_utf8") from None
    return _problem(parameters, fairness)


def _problem(given: "_Parameters", fairness: int | None) -> Problem:
    parties, meetings = given.integer("nBusiness", MAX_PARTIES), given.integer("nMeetings", MAX_REQUESTS)
    slots = given.integer("nTotalSlots", MAX_SLOTS)
    morning = given.integer("nMorningSlots", slots)
    tables = given.integer("nTables", MAX_REQUESTS)
    rows = given.rows("requested", meetings, parties)
    _check_repeated(given, rows, parties)
    fixed = given.integers("fixed", meetings, slots)
    before = given.sets("precedences", meetings, meetings)
    days = given.sets("forbidden", parties, slots)
    every = numbered_slots(slots, morning, first=1)
    return Problem(
        slots=every,
        parties=tuple(
            Party(f"p{p}", available=frozenset(slot.id for t, slot in enumerate(every, 1) if t not in forbidden))
            for p, forbidden in enumerate(days, 1)
        ),
        requests=tuple(_request(m, *of) for m, of in enumerate(zip(rows, fixed, before, strict=True), 1)),
        places=(Place("tables", number=tables),),
        levels=("must_haves", "breaks"),
        fairness=fairness,
    )


def _request(number: int, row: Row, fixed: int, before: set[int]) -> Request:
    one, other, session = row
    return Request(
        f"m{number}",
        (f"p{one}", f"p{other}"),
        must_have=True,
        slot=f"s{fixed}" if fixed else "",
        session=SESSIONS[session],
        after=tuple(f"m{first}" for first in sorted(before)),
    )


def _check_repeated(given: "_Parameters", rows: list[Row], parties: int) -> None:
    """The format repeats the requests of each participant: a file whose two halves disagree isn't to be trusted."""
    mine: list[set[int]] = [{1} for _ in range(parties)]
    for m, (one, other, _) in enumerate(rows, 2):
        mine[one - 1].add(m)
        mine[other - 1].add(m)
    counted, listed = "nMeetingsBusiness", "meetingsxBusiness"
    if given.has(counted) and given.integers(counted, parties, len(rows)) != [len(those) - 1 for those in mine]:
        given.refuse(counted, "doesn't fit requested")
    if given.has(listed) and [those | {1} for those in given.sets(listed, parties, len(rows) + 1)] != mine:
        given.refuse(listed, "doesn't fit requested")


class _Parameters:
    """The parameters of a file, read one by one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self, name: str, detail: str) -> NoReturn:
        """Raise InputError with the line in which a parameter stands (the last one where it doesn't)."""
        found = re.search(rf"\b{name.partition('[')[0]}\b", self.text)
        line = self.text.count("\n", 0, found.start() if found else None) + 1
        raise InputError("bad_dzn", line=line, name=name, detail=detail)

    def has(self, name: str) -> bool:
        return re.search(rf"\b{name}\s*=", self.text) is not None

    def integer(self, name: str, most: int) -> int:
        found = re.search(rf"\b{name}\s*=\s*(\d{{1,12}})\s*;", self.text)
        if found is None:
            self.refuse(name, "no such integer")
        return self._number(name, found[1], 0, most)

    def integers(self, name: str, size: int, most: int) -> list[int]:
        return [self._number(name, word, 0, most) for word in self._words(name, self._array(name), size)]

    def rows(self, name: str, size: int, parties: int) -> list[Row]:
        words = self._words(name, self._array(name).replace("|", ","), 3 * size)
        limits = (parties, parties, len(SESSIONS))
        rows = []
        for number in range(1, size + 1):
            here, mine = f"{name}[{number}]", words[3 * number - 3 : 3 * number]
            one, other, session = (self._number(here, w, 1, most) for w, most in zip(mine, limits, strict=True))
            if one == other:
                self.refuse(here, f"party {one} is in the meeting twice")
            rows.append((one, other, session))
        return rows

    def sets(self, name: str, size: int, most: int) -> list[set[int]]:
        """The sets of an array, without the dummy 0."""
        sets = re.findall(r"\{([^{}]*)\}", self._array(name))
        if len(sets) != size:
            self.refuse(name, f"{len(sets)} sets where {size} are expected")
        return [
            {self._number(f"{name}[{number}]", word, 0, most) for word in self._words(name, one)} - {0}
            for number, one in enumerate(sets, 1)
        ]

    def _array(self, name: str) -> str:
        found = re.search(rf"\b{name}\s*=\s*\[([^\]]*)\]\s*;", self.text)
        if found is None:
            self.refuse(name, "no such array")
        return found[1]

    def _words(self, name: str, listed: str, size: int | None = None) -> list[str]:
        words = [word for part in listed.split(",") if (word := part.strip())]
        if size is not None and len(words) != size:
            self.refuse(name, f"{len(words)} numbers where {size} are expected")
        return words

    def _number(self, name: str, word: str, least: int, most: int) -> int:
        if not re.fullmatch(r"\d{1,12}", word) or not least <= int(word) <= most:
            self.refuse(name, f"{word[:40]} is not a number from {least} to {most}")
        return int(word)
