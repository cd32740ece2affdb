"""What a kind of sheet is, what its writer knows of the sheet that is being imported, and what is told of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import inspect

from rbc_events.database import db

T = TypeVar("T")


class Noted(NamedTuple):
    """A cell's value about which its reader has something to say, such as how it has split a name."""

    value: Any
    message: Any
    doubtful: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a kind of sheet. `read` turns a cell into a value (or a Noted one) or raises Unusable.

    `also`: what offices call it, as `sheets.plain_words` gives it; `same_for_all`: a whole sheet may have one value;
    `joins`: several columns of a file may go there, each as a line with its name.
    """

    name: str
    label: Any
    read: Callable[[str], Any]
    required: bool = False
    also: tuple[str, ...] = ()
    same_for_all: bool = False
    joins: bool = False
    example: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)  # codes with their words, where `read` doesn't tell them


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class WrongCell(Exception):
    """A row can't be written for what stands in one of its columns."""

    def __init__(self, column: str, message: Any) -> None:
        super().__init__(column)
        self.column = column
        self.message = message


@dataclass(frozen=True)
class Fault:
    row: int
    column: str  # the column's name; empty where the whole row or file is meant
    letter: str  # as Excel shows it
    message: Any


class Held(Generic[T]):
    """A row of the database that later rows of the sheet may ask for. Once it is written only its number is kept, so
    that of a large sheet's rows a few are in memory at a time."""

    def __init__(self, row: T) -> None:
        self._row: T | None = row
        self._kind: type[T] = type(row)
        self._number: Any = None

    def get(self) -> T:
        return self._row if self._row is not None else db.session.get_one(self._kind, self._number)

    def let_go(self) -> None:
        row: Any = self._row
        if inspect(row).persistent:  # it isn't where its row of the sheet was refused
            self._row, self._number = None, row.id


@dataclass
class Importing:
    """What a row's writer knows besides the row. `event`: the sheet is for this event alone (uploaded on its page)."""

    now: datetime
    actor: Any = None
    event: Any = None
    keys_of: str = ""  # whose keys the sheet has, where they aren't the event's own: see `recognising.own_keys`
    known: dict[Any, Any] = field(default_factory=dict)
    ahead: dict[Any, Any] = field(default_factory=dict)  # what was read together for the rows that are next
    row: int = 0  # which is being written
    held: list["Held[Any]"] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # what a writer wants somebody to look at first
    # The values of a row before this one, by its number, as its own cells say.
    read_again: Callable[[int], Mapping[str, Any]] = field(default=lambda _number: {})

    def note(self, column: str, message: Any) -> None:
        self.notes.append(Fault(self.row, column, "", message))

    def hold(self, row: T) -> "Held[T]":
        """The row for later ones of the sheet; see `Held`."""
        held = Held(row)
        self.held.append(held)
        return held

    def let_go(self) -> None:
        """What is held is in the database: its numbers are enough from now on."""
        for held in self.held:
            held.let_go()
        self.held.clear()
        self.ahead.clear()

    def start_anew(self) -> None:
        """Forget all: what was written was taken back."""
        self.known.clear()
        self.ahead.clear()
        self.notes.clear()
        self.held.clear()

    def find(self, key: Any, load: Callable[[], Any]) -> Any:
        """What `load` gives, asked once for each key: a sheet of 1,000 rows has one event."""
        if key not in self.known:
            self.known[key] = load()
        return self.known[key]


@dataclass(frozen=True)
class Importer:
    """One kind of sheet. `key`: the columns that name a row; the same twice in one sheet is a fault, unless it
    `repeats`: its writer sees what each further row adds. `look_ahead` reads together what the writing of some hundred
    rows would else ask for one by one. `more_columns`: those that an event adds."""

    kind: str
    label: Any
    columns: Sequence[Column]
    key: tuple[str, ...]
    write: Callable[[Importing, Mapping[str, Any]], Change]
    look_ahead: Callable[[Importing, Sequence[Mapping[str, Any]]], None] | None = None
    more_columns: Callable[[Any], Sequence[Column]] | None = None
    repeats: bool = False
    above: tuple[str, ...] = ()  # a row in which all of these are empty has them from the row above

    def for_event(self, event: Any) -> "Importer":
        """The kind with the columns that an event adds."""
        if event is None or self.more_columns is None:
            return self
        return replace(self, columns=(*self.columns, *self.more_columns(event)))

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass
class Report:
    rows: int = 0
    changes: Counter[Change] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # how cells were read that can be read in several ways
    doubts: int = 0  # how many of them are doubtful: these come first

    @property
    def ok(self) -> bool:
        return not self.faults
