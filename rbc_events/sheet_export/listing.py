"""What a list is that leaves as a sheet: its columns, and its rows as values by column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rbc_events.events.models import Event
from rbc_events.i18n import country_name
from rbc_events.labels import label
from rbc_events.sheet_import.kind import Column
from rbc_events.sheet_import.words import OneOf, SomeOf
from rbc_events.sheets import write_csv, write_xlsx

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a list: as narrowed in the page's address, with codes instead of words."""

    event: Event
    actor: Any
    filters: Mapping[str, str]
    codes: bool = False


@dataclass(frozen=True)
class Listing:
    """One list. `columns` are those of the kind of sheet that may come in again, where there is one, so that the same
    names and words are read back."""

    name: str
    label: Any
    columns: Callable[[Asked], Sequence[Column]]
    rows: Callable[[Asked], Iterable[Values]]
    comes_in_as: str = ""


def told(name: str, title: Any) -> Column:
    """A column of a list that doesn't come in again."""
    return Column(name, title, str)


def written(listing: Listing, asked: Asked, ending: str) -> tuple[bytes, int]:
    """The file and the number of its rows, in the reader's language. Rows are written as they are read."""
    columns = listing.columns(asked)
    names = [column.name if asked.codes else str(column.label) for column in columns]
    told = [(column.name, _Words(column, asked)) for column in columns]
    rows = 0

    def cells() -> Iterator[list[Any]]:
        nonlocal rows
        for values in listing.rows(asked):
            rows += 1
            yield [words.cell(values.get(name)) for name, words in told]

    content = write_xlsx(names, cells()) if ending == "xlsx" else write_csv(names, cells())
    return content, rows


class _Words:
    """How a column's values stand in the sheet."""

    def __init__(self, column: Column, asked: Asked) -> None:
        self.column = column
        self.asked = asked
        self.known: dict[str, str] = {}  # words looked up before: a large list has few in many rows

    def cell(self, value: Any) -> Any:
        """A value as the sheet's reader reads it back: the page's word for it, or its code."""
        if value is None or value == "":
            return ""
        if isinstance(value, str):
            return self.word(value)
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, datetime):
            return value.astimezone(self.asked.event.zone).replace(tzinfo=None)
        if isinstance(value, list):
            return "; ".join(self.word(each) for each in value)
        return value

    def word(self, value: str) -> str:
        read: Any = self.column.read
        named = isinstance(read, OneOf | SomeOf) or self.column.name == "country" or isinstance(value, StrEnum)
        if self.asked.codes or not named:
            return str(value)
        if value not in self.known:
            self.known[value] = self._look_up(read, value)
        return self.known[value]

    def _look_up(self, read: Any, value: str) -> str:
        if isinstance(read, OneOf) and read.labels:
            return str(read.labels[read.kind(value)])
        if isinstance(read, SomeOf):
            return str(read.labels.get(value, value))
        if self.column.name == "country":
            return country_name(value)
        return label(value) if isinstance(value, StrEnum) else value
