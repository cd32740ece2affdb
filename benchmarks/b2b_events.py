"""Events of the B2B benchmark's files: renumbered, and with fewer tables, slots or requests."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Self


@dataclass(frozen=True)
class Event:
    """A file's numbers: all from 1, as there.

    requests   two parties and a session each: 1 morning, 2 afternoon, 3 either
    forbidden  per party: slots
    fixed      per request: its slot, or 0
    before     per request: requests that come before it
    """

    parties: int
    tables: int
    slots: int
    morning: int
    requests: tuple[tuple[int, int, int], ...]
    forbidden: tuple[frozenset[int], ...]
    fixed: tuple[int, ...]
    before: tuple[frozenset[int], ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """A file of the benchmark."""
        text = path.read_text()
        numbers = [int(number) for number in re.findall(r"\d+", _list(text, "requested"))]
        return cls(
            parties=_number(text, "nBusiness"),
            tables=_number(text, "nTables"),
            slots=_number(text, "nTotalSlots"),
            morning=_number(text, "nMorningSlots"),
            requests=tuple(zip(*[iter(numbers)] * 3, strict=True)),
            forbidden=tuple(found - {0} for found in _sets(text, "forbidden")),
            fixed=tuple(int(number) for number in re.findall(r"\d+", _list(text, "fixed"))),
            before=tuple(_sets(text, "precedences")),
        )

    def write(self, path: Path) -> None:
        """The same form; what follows from the requests is written as well."""
        of: list[list[int]] = [[] for _ in range(self.parties)]
        for m, (one, other, _) in enumerate(self.requests):
            of[one - 1].append(m)
            of[other - 1].append(m)
        rows = "|".join(f"{one},{other},{session}" for one, other, session in self.requests)
        path.write_text(
            f"nBusiness = {self.parties};\nnMeetings = {len(self.requests)};\nnTables = {self.tables};\n"
            f"nTotalSlots = {self.slots};\nnMorningSlots = {self.morning};\nrequested = [|{rows}|];\n"
            f"meetingsxBusiness = [{','.join(_set({1} | {m + 2 for m in meetings}) for meetings in of)}];\n"
            f"nMeetingsBusiness = {[len(meetings) for meetings in of]};\n"
            f"forbidden = [{','.join(_set(slots or {0}) for slots in self.forbidden)}];\n"
            f"fixed = {list(self.fixed)};\nprecedences = [{','.join(map(_set, self.before))}];\n"
        )

    def renumbered(self, seed: int) -> Self:
        """The same event with parties and requests in a random order; 0: as it is."""
        if not seed:
            return self
        random = Random(seed)
        parties = random.sample(range(1, self.parties + 1), self.parties)  # old number - 1: the new one
        order = random.sample(range(len(self.requests)), len(self.requests))
        place = {old + 1: new for new, old in enumerate(order, 1)}
        old_party = {new: old for old, new in enumerate(parties)}
        return replace(
            self._of(order),
            requests=tuple((parties[one - 1], parties[other - 1], s) for one, other, s in self._of(order).requests),
            forbidden=tuple(self.forbidden[old_party[new]] for new in range(1, self.parties + 1)),
            before=tuple(frozenset(place[m] for m in self.before[old]) for old in order),
        )

    def derived(self, seed: int) -> Self:
        """Up to a tenth of the requests dropped, and up to three tables and one slot fewer."""
        random = Random(seed)
        number = len(self.requests)
        kept = sorted(random.sample(range(number), number - random.randint(0, number // 10)))
        place = {old + 1: new for new, old in enumerate(kept, 1)}
        fewer = self._of(kept)
        last = self.slots - random.choice([0, 0, 1])
        return replace(
            fewer,
            tables=max(1, self.tables - random.randint(0, 3)),
            slots=last,
            morning=min(self.morning, last),
            forbidden=tuple(frozenset(t for t in slots if t <= last) for slots in self.forbidden),
            fixed=tuple(t if t <= last else 0 for t in fewer.fixed),
            before=tuple(frozenset(place[m] for m in self.before[old] if m in place) for old in kept),
        )

    def _of(self, order: list[int]) -> Self:
        return replace(
            self,
            requests=tuple(self.requests[m] for m in order),
            fixed=tuple(self.fixed[m] for m in order),
            before=tuple(self.before[m] for m in order),
        )


def _number(text: str, name: str) -> int:
    return int(re.findall(rf"\b{name}\s*=\s*(\d+)\s*;", text)[0])


def _list(text: str, name: str) -> str:
    found: str = re.findall(rf"\b{name}\s*=\s*\[(.*?)\]\s*;", text, re.DOTALL)[0]
    return found


def _sets(text: str, name: str) -> list[frozenset[int]]:
    found = re.findall(r"\{([^}]*)\}", _list(text, name))
    return [frozenset(int(number) for number in re.findall(r"\d+", inside)) for inside in found]


def _set(numbers: set[int] | frozenset[int]) -> str:
    return f"{{{','.join(map(str, sorted(numbers)))}}}"
