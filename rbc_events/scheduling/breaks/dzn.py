"""The B2B meeting-scheduling benchmark's MiniZinc data (`.dzn`) as a `BreaksProblem`.

Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy, Villaret, "Constraint Solving Approaches to the Business-to-Business
Meeting Scheduling Problem", JAIR 74 (2022) 263-301, doi 10.1613/jair.1.12670. The file doesn't hold the fairness.
"""

import re

from rbc_events.scheduling.breaks.problem import BreaksProblem

LARGEST = 100_000
"""The largest number that a file may hold."""


def read_dzn(text: str) -> BreaksProblem:
    """The problem of a .dzn file, renumbered from 0. Raises ValueError, which names the line and the parameter."""
    data = _Data(re.sub(r"%[^\n]*", "", text))
    parties, meetings, slots = (data.integer(name) for name in ("nBusiness", "nMeetings", "nTotalSlots"))
    morning = data.integer("nMorningSlots")
    if not 0 <= morning <= slots:
        data.fail("nMorningSlots", f"{morning} of {slots} slots")
    tables = data.integer("nTables")
    rows = data.rows("requested", meetings, (parties, parties, 3))
    sessions = {1: frozenset(range(morning)), 2: frozenset(range(morning, slots)), 3: frozenset(range(slots))}
    forbidden = data.sets("forbidden", parties, slots)
    fixed = data.numbers("fixed", meetings, slots)
    earlier = data.sets("precedences", meetings, meetings)
    pairs = tuple((one - 1, other - 1) for one, other, _ in rows)
    _check_redundant(data, pairs, parties)
    try:
        return BreaksProblem(
            slots=slots,
            parties=parties,
            meetings=pairs,
            capacity=(tables,) * slots,
            allowed=tuple(sessions[session] for _, _, session in rows),
            unavailable=tuple(frozenset(slot - 1 for slot in closed) for closed in forbidden),
            fixed=tuple(slot - 1 if slot else None for slot in fixed),
            before=tuple((first - 1, m) for m, firsts in enumerate(earlier) for first in sorted(firsts)),
        )
    except ValueError as error:
        raise ValueError(f"line {data.line('requested')}: {error}") from None


def _check_redundant(data: "_Data", pairs: tuple[tuple[int, int], ...], parties: int) -> None:
    """The format repeats the requests per participant: a file whose two halves disagree isn't to be trusted."""
    degrees = [0] * parties
    rows: list[set[int]] = [{1} for _ in range(parties)]
    for m, pair in enumerate(pairs):
        for party in pair:
            degrees[party] += 1
            rows[party].add(m + 2)
    if data.has("nMeetingsBusiness") and data.numbers("nMeetingsBusiness", parties, len(pairs)) != degrees:
        data.fail("nMeetingsBusiness", "doesn't fit requested")
    if data.has("meetingsxBusiness"):
        listed = data.sets("meetingsxBusiness", parties, len(pairs) + 1)
        if [meetings | {1} for meetings in listed] != rows:
            data.fail("meetingsxBusiness", "doesn't fit requested")


class _Data:
    def __init__(self, text: str) -> None:
        self.text = text

    def fail(self, name: str, why: str) -> None:
        raise ValueError(f"line {self.line(name)}: {name}: {why}")

    def line(self, name: str) -> int:
        found = re.search(rf"\b{name}\b", self.text)
        return self.text.count("\n", 0, found.start()) + 1 if found else self.text.count("\n") + 1

    def has(self, name: str) -> bool:
        return re.search(rf"\b{name}\s*=", self.text) is not None

    def integer(self, name: str) -> int:
        found = re.search(rf"\b{name}\s*=\s*(\d{{1,9}})\s*;", self.text)
        if found is None:
            raise ValueError(f"line {self.line(name)}: {name}: no such integer")
        return self._within(name, found[1], LARGEST)

    def numbers(self, name: str, size: int, largest: int) -> list[int]:
        words = [word.strip() for word in self._array(name).split(",")]
        words = words[:-1] if words[-1] == "" else words
        if len(words) != size:
            self.fail(name, f"{len(words)} numbers where {size} are expected")
        return [self._within(name, word, largest) for word in words]

    def rows(self, name: str, size: int, largest: tuple[int, int, int]) -> list[tuple[int, int, int]]:
        rows = [row.split(",") for row in self._array(name).strip("| \t\r\n").split("|")] if size else []
        if len(rows) != size:
            self.fail(name, f"{len(rows)} rows where {size} are expected")
        read = []
        for number, row in enumerate(rows, 1):
            words = [word.strip() for word in row if word.strip()]
            if len(words) != 3:
                self.fail(name, f"row {number} has {len(words)} numbers where 3 are expected")
            one, other, session = (self._within(name, w, most) for w, most in zip(words, largest, strict=True))
            if 0 in (one, other, session) or one == other:
                self.fail(name, f"row {number} isn't two participants and a session 1, 2 or 3")
            read.append((one, other, session))
        return read

    def sets(self, name: str, size: int, largest: int) -> list[set[int]]:
        """The sets of an array, without the dummy 0."""
        sets = re.findall(r"\{([^{}]*)\}", self._array(name))
        if len(sets) != size:
            self.fail(name, f"{len(sets)} sets where {size} are expected")
        return [
            {self._within(name, word.strip(), largest) for word in listed.split(",") if word.strip()} - {0}
            for listed in sets
        ]

    def _array(self, name: str) -> str:
        found = re.search(rf"\b{name}\s*=\s*\[([^\]]*)\]\s*;", self.text)
        if found is None:
            raise ValueError(f"line {self.line(name)}: {name}: no such array")
        return found[1]

    def _within(self, name: str, word: str, largest: int) -> int:
        if not re.fullmatch(r"\d{1,9}", word) or int(word) > largest:
            self.fail(name, f"{word[:40]!r} isn't a number from 0 to {largest}")
        return int(word)
