"""The bilingual taxonomy of technologies and social issues: a CSV file that staff can edit, read and searched here.

Columns: key, sectors, parents, kind, ja, en, related_ja, related_en. Several values in a cell are separated by |; the
first term is the preferred one. Terms mean the concept and are searched for it; related words only hint at it (a
suitcase at the delivery of luggage) and count in recommendations alone.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rbc_events.matching.text import BREAK, READING, fold, units

COLUMNS = ("key", "sectors", "parents", "kind", "ja", "en", "related_ja", "related_en")
KINDS = frozenset({"field", "technology", "issue", "product", "mode", "stage"})
BUNDLED = Path(__file__).parent / "data" / "taxonomy.csv"
_END = ""  # trie key that holds the concept a path of units ends in


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: the line as a spreadsheet counts it, the column, a code and the value at fault.

    Codes: missing_column, empty, bad_key, duplicate, unknown_parent, own_ancestor, unknown_kind, other_concept,
    not_utf_8_csv.
    """

    row: int
    column: str
    code: str
    value: str = ""

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.code.replace('_', ' ')}: {self.value!r}"


class TaxonomyError(ValueError):
    """The file can't be used; `faults` says why, cell by cell."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Concept:
    key: str
    sectors: tuple[str, ...]
    parents: tuple[str, ...]
    kind: str
    ja: tuple[str, ...]
    en: tuple[str, ...]
    related_ja: tuple[str, ...] = ()
    related_en: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The preferred term in "ja", else in English."""
        return (self.ja if language == "ja" else self.en)[0]

    @property
    def terms(self) -> tuple[str, ...]:
        return self.ja + self.en

    def words(self, language: str) -> tuple[str, ...]:
        """The terms and the related words of one language."""
        return self.ja + self.related_ja if language == "ja" else self.en + self.related_en


@dataclass(frozen=True)
class Mention:
    """A concept found in a text, at units `start` to `end` (exclusive), by this term as the taxonomy spells it."""

    key: str
    start: int
    end: int
    term: str = ""


class Taxonomy:
    """Concepts by key, and the search for them in a text.

    `fingerprint` changes with the content and with the way texts are read.
    """

    def __init__(self, concepts: Iterable[Concept]):
        self.concepts = {concept.key: concept for concept in concepts}
        self.fingerprint = hashlib.sha256(repr((READING, *self.concepts.values())).encode()).hexdigest()[:12]
        self._trie: dict = {}
        for concept in self.concepts.values():
            for term in concept.terms:
                self._add(term, concept.key)

    def _add(self, term: str, key: str) -> None:
        node = self._trie
        for unit in units(term):
            node = node.setdefault(unit, {})
        node.setdefault(_END, (key, _edge_pattern(term), term))

    def mentions(self, text: str) -> list[Mention]:
        """The concepts that the text names, from left to right, the longest term winning, without overlap."""
        pieces, found, position = units(text), [], 0
        while position < len(pieces):
            mention = self._longest_at(pieces, position)
            if mention:
                found.append(mention)
            position = mention.end if mention else position + 1
        return found

    def _longest_at(self, pieces: list[str], start: int) -> Mention | None:
        node = self._trie
        longest = None
        for position in range(start, len(pieces)):
            node = node.get(pieces[position], {})
            if not node:
                break
            if _END in node:
                key, edge, term = node[_END]
                if edge is None or not _touches(pieces, start, position + 1, edge):
                    longest = Mention(key, start, position + 1, term)
        return longest

    def concepts_in(self, text: str) -> list[str]:
        """The keys that the text names, each once, in the order of their first mention."""
        return list(dict.fromkeys(mention.key for mention in self.mentions(text)))

    @cached_property
    def _distances(self) -> dict[str, dict[str, int]]:
        return {key: self._climb(key) for key in self.concepts}

    def _climb(self, key: str) -> dict[str, int]:
        distances, frontier, steps = {key: 0}, [key], 0
        while frontier:
            steps += 1
            frontier = [p for k in frontier for p in self.concepts[k].parents if p not in distances]
            distances.update(dict.fromkeys(frontier, steps))
        return distances

    def ancestors(self, key: str) -> dict[str, int]:
        """The concept itself (0) and everything above it, with the number of steps up."""
        return self._distances[key]


def _edge_pattern(term: str) -> re.Pattern | None:
    """What a short kana term must not touch: ジオ is not in ラジオ, nor がん in ながんだ."""
    plain = fold(term)
    if re.fullmatch(r"[ァ-ヺー]{1,3}", plain) and len(term) <= 3:
        return re.compile(r"[ァ-ヺー]")
    if re.fullmatch(r"[ぁ-ゖー]+", plain):
        return re.compile(r"[ぁ-ゖー]")
    return None


def _touches(pieces: list[str], start: int, end: int, edge: re.Pattern) -> bool:
    """Whether the same script goes on before the term; for katakana after it too (hiragana after it is a particle)."""
    before = start > 0 and edge.match(pieces[start - 1]) is not None
    after = end < len(pieces) and edge.match("ア") is not None and edge.match(pieces[end]) is not None
    return before or after


def load(path: Path | str = BUNDLED) -> Taxonomy:
    """Read the file (UTF-8, with or without a byte order mark). Raises `TaxonomyError` naming row, column and fault."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        try:
            rows = _rows(csv.DictReader(lines))
        except (UnicodeDecodeError, csv.Error) as error:
            raise TaxonomyError([Fault(1, COLUMNS[0], "not_utf_8_csv", str(error))]) from None
    faults = list(check(rows))
    if faults:
        raise TaxonomyError(faults)
    return Taxonomy(_concept(row) for _, row in rows)


def _rows(reader: "csv.DictReader[str]") -> list[tuple[int, dict[str, str]]]:
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise TaxonomyError([Fault(1, column, "missing_column") for column in missing])
    return [(reader.line_num, {c: (row[c] or "").strip() for c in COLUMNS}) for row in reader]


def _values(cell: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in cell.split("|") if value.strip())


def _concept(row: dict[str, str]) -> Concept:
    lists = {column: _values(row[column]) for column in COLUMNS if column not in ("key", "kind")}
    return Concept(key=row["key"], kind=row["kind"], **lists)


def check(rows: list[tuple[int, dict[str, str]]]) -> Iterator[Fault]:
    """The faults of the rows, given with their line numbers."""
    parents = {row["key"]: _values(row["parents"]) for _, row in rows}
    seen_keys: set[str] = set()
    owners: dict[tuple[str, ...], str] = {}
    for line, row in rows:
        yield from _key_faults(line, row["key"], seen_keys)
        if row["kind"] not in KINDS:
            yield Fault(line, "kind", "unknown_kind", row["kind"])
        yield from _parent_faults(line, row, parents)
        for column in ("ja", "en"):
            yield from _term_faults(line, column, row, owners)


def _key_faults(line: int, key: str, seen: set[str]) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        yield Fault(line, "key", "bad_key" if key else "empty", key)
    elif key in seen:
        yield Fault(line, "key", "duplicate", key)
    seen.add(key)


def _parent_faults(line: int, row: dict[str, str], parents: dict[str, tuple[str, ...]]) -> Iterator[Fault]:
    above, frontier = set(), list(_values(row["parents"]))
    for parent in frontier:
        if parent not in parents:
            yield Fault(line, "parents", "unknown_parent", parent)
    while frontier:
        above.update(frontier)
        frontier = [p for k in frontier for p in parents.get(k, ()) if p not in above]
    if row["key"] in above:
        yield Fault(line, "parents", "own_ancestor", row["key"])


def _term_faults(line: int, column: str, row: dict[str, str], owners: dict[tuple[str, ...], str]) -> Iterator[Fault]:
    terms = _values(row[column])
    if not terms:
        yield Fault(line, column, "empty")
    for term in terms:
        path = tuple(unit for unit in units(term) if unit != BREAK)
        if not path:
            yield Fault(line, column, "empty", term)
        elif owners.setdefault(path, row["key"]) != row["key"]:
            yield Fault(line, column, "other_concept", f"{term} ({owners[path]})")
