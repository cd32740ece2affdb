from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Why a file can't be read as a table. The wording is the caller's."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    MACROS = "macros"
    OLD_OR_ENCRYPTED = "old_or_encrypted"
    BROKEN = "broken"
    NOT_A_WORKBOOK = "not_a_workbook"
    NOT_A_SHEET = "not_a_sheet"
    ENCODING = "encoding"
    MERGED_HEADER = "merged_header"
    UNNAMED_COLUMN = "unnamed_column"
    COLUMN_TWICE = "column_twice"
    RAGGED_ROW = "ragged_row"
    CELL_TOO_LONG = "cell_too_long"
    FORMULA_ERROR = "formula_error"
    TAKES_TOO_MUCH = "takes_too_much"


class Unreadable(Exception):
    """The file as a whole can't be read. `place` is a row number, a column's letter or a name, as the fault needs."""

    def __init__(self, fault: Fault, place: str = "") -> None:
        super().__init__(fault, place)  # both, so that it can be pickled
        self.fault = fault
        self.place = place

    def __str__(self) -> str:
        return f"{self.fault} {self.place}".strip()


@dataclass(frozen=True)
class CellFault:
    """One cell that can't be used. `row` is counted as Excel does: the header is row 1."""

    row: int
    column: str
    fault: Fault


@dataclass(frozen=True)
class Row:
    """The cells that hold anything, by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """The header, and under it the rows that hold anything, every cell as text without blanks around it."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[CellFault, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)  # where columns were renamed or left out
    skipped: tuple[tuple[int, str, str], ...] = ()  # rows that are none of the table: number, why, what they say

    def letter(self, column: str) -> str:
        """The column's letter in the file; empty for one that isn't there."""
        if column in self.letters:
            return self.letters[column]
        return column_letter(self.columns.index(column)) if column in self.columns else ""


def column_letter(position: int) -> str:
    """Excel's name of a column counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
