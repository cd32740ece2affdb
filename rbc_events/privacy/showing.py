"""What is held on a person, in words, for the page: the columns that say something to them. The file has every one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import gettext as _

from rbc_events.i18n import when
from rbc_events.labels import is_labelled, label
from rbc_events.privacy.labels import COLUMNS, TABLES

MOST = 200
"""Rows of one part that the page shows."""


class Part(NamedTuple):
    name: str
    title: Any
    number: int
    rows: list[list[tuple[Any, str]]]  # (what it is, in words)


def in_words(held: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Part]:
    """The parts that hold anything, of what `exporting.export_person` gives."""
    return [
        Part(name, TABLES[name], len(rows), [_row(row) for row in rows[:MOST]]) for name, rows in held.items() if rows
    ]


def _row(row: Mapping[str, Any]) -> list[tuple[Any, str]]:
    return [
        (COLUMNS[name], _words(value)) for name, value in row.items() if name in COLUMNS and value not in (None, "", [])
    ]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, StrEnum) and is_labelled(value):
        return label(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    try:
        return when(datetime.fromisoformat(value)) if isinstance(value, str) and "T" in value else str(value)
    except ValueError:
        return str(value)
