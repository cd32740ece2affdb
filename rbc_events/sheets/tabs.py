"""A file as it came, before anybody has said which of its cells are a table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Merge:
    """Cells that look like one: rows counted from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Tab:
    """One visible tab of a workbook, or the whole of a CSV file. Rows are counted from 1, as Excel shows them."""

    name: str
    records: Sequence[list[str]]
    errors: frozenset[tuple[int, int]] = frozenset()  # (row, column) of formulas that end in an error
    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A way to read a CSV file's bytes as text."""

    encoding: str
    example: str  # the first line that would look otherwise in another encoding


@dataclass(frozen=True)
class Book:
    """The visible tabs of a file. `readings`: the encodings that it may be in, the likeliest first; the tabs are read
    in that one. Empty where there is no doubt."""

    tabs: tuple[Tab, ...]
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Where in a file the table is, and which of its rows count."""

    tab: str = ""  # empty: the first
    header: int = 1  # its first row
    header_rows: int = 1
    encoding: str = ""  # of a CSV file; empty: the likeliest
    hidden: bool = False  # whether hidden rows count
    struck: bool = False  # whether rows that are struck through count
    notes: bool = False  # whether rows that look like notes or sums count
