"""A figure of the report: a table, and mostly a chart of it, already in the words of one reader.

The page, the files, the pictures and the printed report are all made from these, so that they say the same.
"""

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from flask_babel import format_decimal

from rbc_events.i18n import language

WIDTH = 640
"""Of every chart's picture."""
Cell = str | int | float | None
"""Text, a number, a share in percent or a mean (float), or None: blank, not known."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: a group for each category, a bar in it for each series. `unit` stands after each value."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""

    @property
    def height(self) -> int:
        """Of its picture, which is WIDTH wide."""
        bars = max(len(self.categories) * (len(self.series) + 0.8), 2)
        return round(20 * bars) + 60 + 22 * -(-len(self.series) // self.legend_columns)

    @property
    def legend_columns(self) -> int:
        return 2 if len(self.series) > 1 and max(letters(series.name) for series in self.series) < 28 else 1

    @property
    def empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)


class Group(NamedTuple):
    name: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A table with its chart, if it has one.

    `key` is its address and file name. `note` says what it counts. `source` names the publication that some of its
    figures are from. `texts` is how many of the columns, from the left, are words; the others are numbers. Where it is
    two, rows with the same first cell belong together.
    """

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1
    source: str = ""
    chart: Chart | None = None

    @property
    def wide(self) -> bool:
        """Whether the table leaves no room for the chart beside it."""
        return len(self.columns) > 6

    @property
    def groups(self) -> list[Group]:
        """The rows of one first cell together, in their order."""
        return [Group(str(name), tuple(rows)) for name, rows in groupby(self.rows, key=lambda row: row[0])]


def cell_text(cell: Cell) -> str:
    """A cell as a reader sees it; a share or mean with one decimal."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(format_decimal(cell, format="#,##0.0"))
    return f"{cell:,}" if isinstance(cell, int) else cell  # as Babel writes it in both languages, fifty times faster


def letters(text: str) -> int:
    """How many Latin letters wide a text is; a Japanese character is two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


def paragraph(*sentences: str) -> str:
    """Sentences one after the other, with a space between them where the language writes one."""
    return ("" if language() == "ja" else " ").join(sentences)
